/** Lines of preflight about settings of a node that is to join: part of `preflight`. */
export const settingsPreflight = {
  "candidate-settings": {
    pass: () => "TLS between nodes is set as in the cluster.",
    fail: ({ node, settings }: { node: string; settings: readonly string[] }) =>
      `${settings.join(" and ")} ${settings.length === 1 ? "is" : "are"} set otherwise on ${node} than in the cluster: the nodes could not talk to each other. Set ${settings.length === 1 ? "it" : "them"} as on the members and restart the node.`,
  },
  "candidate-sync": {
    pass: () => "As a replica it can sign in at the members.",
    fail: ({ node, missing }: { node: string; missing: boolean }) =>
      missing
        ? `The members ask for a password and ${node} has none to give (masterauth is empty): as a replica it would never copy anything. Set masterauth there, and masteruser where the members have one.`
        : `The members refuse what ${node} gives (masteruser and masterauth): as a replica it would never copy anything. Set both there as on the members.`,
    unknown: ({ node }: { node: string }) =>
      `Whether ${node} can sign in at the members as a replica (masterauth) could not be read.`,
  },
};
