type Source = { readonly source: string };

/** Of importing keys: why a source was not read, or a key not written. Part of `errors`. */
export const importErrors = {
  importAccessGone: () =>
    "The credentials of the sources are not known any more. On a command line give them again (--cluster-from-askpass); in the console make a new plan.",
  importSourceCluster: ({ source }: Source) =>
    `${source} is a node of a cluster now, so nothing was read from it. Import takes standalone servers.`,
  importSourceReplica: ({ source }: Source) =>
    `${source} is a replica now: what it holds may be old. Make it primary again, or plan anew with its primary.`,
  importNoPrimary: ({ name, reason }: { name: string; reason: string }) =>
    `No Sentinel tells the address of a primary called ${name}: ${reason}. Check the name and the Sentinels.`,
  importSourceGone: ({ source, seconds, reason }: { source: string; seconds: number; reason: string }) =>
    `${source} has not answered for ${seconds} s (${reason}). What has arrived stays; bring it back, then resume.`,
  importSourceRefused: ({ source, command, reason }: { source: string; command: string; reason: string }) =>
    `${source} refused ${command}: ${reason} What has arrived stays; remove the cause, then resume.`,
  importOwnerRefused: ({ node, key, reason }: { node: string; key: string; reason: string }) =>
    `${node} did not take ${key}: ${reason} What has arrived stays; remove the cause, then resume.`,
  importNotFollowed: ({ source, what }: { source: string; what: string }) =>
    `${source} was told ${what}, which cannot be followed key by key. Cancel this; import again when no client sends it any more.`,
  importStillWritten: ({ source, seconds }: { source: string; seconds: number }) =>
    `${source} cannot pause its writers by itself, and was still written to for ${seconds} s. Stop them, then resume.`,
  importNotDrained: ({ source, seconds }: { source: string; seconds: number }) =>
    `${source} has paused its writers, and the cluster did not catch up within ${seconds} s, so they go on there. Resume to follow on.`,
  importNoOwner: ({ slot }: { slot: number }) =>
    `Slot ${slot} has no owner that answers, so its keys have no place. Bring it back, then resume.`,
  importNotSettled: ({ keys, key, seconds, reason }: { keys: number; key: string; seconds: number; reason: string }) =>
    `${keys === 1 ? "One key" : `${keys} keys`} (${key} first) found no owner that took ${keys === 1 ? "it" : "them"} for ${seconds} s; the last trouble was: ${reason}. Look at the cluster, then resume.`,
  importReplicaLost: ({ node, seconds }: { node: string; seconds: number }) =>
    `No replica of ${node} has confirmed the keys that arrived within ${seconds} s, so the source keeps them. Bring a replica back, then resume.`,
} as const;
