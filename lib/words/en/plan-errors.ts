import { plural } from "@/lib/format";

const list = (names: readonly string[]): string => names.join(", ");

const whyNot: Readonly<Record<string, string>> = {
  file: "it says where the server writes files, which is a way into the machine",
  code: "it decides what code the server runs",
  network:
    "it decides who can reach the server, and the console and the other nodes would lose it. Change it in the file and restart",
  secret:
    "it is a secret, which would stand in the plan; and the nodes and this console would have to change it together",
  replication: "in a cluster a node follows by CLUSTER REPLICATE. Use replicate",
  restart: "only a restart can change it. Change it in the file",
};

/** Wishes that cannot be planned, and plans that cannot be started: part of `errors`. */
export const planErrors = {
  planBackupUnknown: ({ backup }: { backup: string }) =>
    `There is no finished backup ${backup} on this console. Choose another one.`,
  planDrillForeign: ({ node }: { node: string }) =>
    `${node} is not managed by this console or does not run, so it cannot be hurt from here and brought back. Choose a node that is.`,
  planNotInFile: ({ name }: { name: string }) =>
    `${name} is not written into redis.conf from here: it is no setting of the table that this may change (numbers, sizes, yes or no), or there is a safer way. What can be changed while the node runs is changed by config; appendonly too, because a restart with it newly on comes up empty.`,
  planFileValue: ({ name, expected }: { name: string; expected: string }) => `${name} expects ${expected}.`,
  planEngineUnknown: ({ path, known }: { path: string; known: readonly string[] }) =>
    `${path} is no server that this console may start. It may start ${known.length > 0 ? list(known) : "none"}; more are named by SHARDBOARD_ENGINES, as paths with colons between them.`,
  planEngineThere: ({ path, version }: { path: string; version: string }) =>
    `Every one of these nodes runs on ${path} (${version}) already.`,
  planHostUnknown: ({ host, hosts }: { host: string; hosts: readonly string[] }) =>
    `No node of this cluster stands on ${host}. Its hosts are ${list(hosts)}.`,
  planHostFree: ({ host, nodes }: { host: string; nodes: readonly string[] }) =>
    `No primary with slots stands on ${host} (${list(nodes)}): nothing has to be handed over.`,
  planNoMaintenance: ({ host }: { host: string }) =>
    `This console has not emptied ${host} for maintenance, so it does not know what to give back.`,
  planHostAsBefore: ({ host, operation }: { host: string; operation: number }) =>
    `${host} has what it had before operation ${operation}: nothing has to be given back.`,
  planNothingRuns: ({ cluster }: { cluster: string }) =>
    `No process of ${cluster} that this console manages runs: there is nothing to stop from here.`,
  planNothingStopped: ({ cluster, nodes }: { cluster: string; nodes: number }) =>
    nodes === 0
      ? `No process of ${cluster} is managed by this console: start them where they are.`
      : `All ${nodes} processes of ${cluster} that are managed here run already.`,
  planUnknownNode: ({ nodeId, cluster }: { nodeId: string; cluster: string }) =>
    `${cluster} has no node ${nodeId}. Look at the topology again: it may have been removed.`,
  planNotAPrimary: ({ node }: { node: string }) =>
    `${node} is a replica and cannot give or take slots. Name its primary instead.`,
  planNotAReplica: ({ node }: { node: string }) =>
    `${node} is a primary and follows nobody, so it cannot take over. Name one of its replicas instead.`,
  planRangesOrCount: () => "Name either the slots themselves, or how many and from where; not both.",
  planSlotsTwice: () => "A slot is asked for by two targets. Name every slot once.",
  planNoSlots: () => "Say which slots shall move, or how many.",
  planSlotsUnowned: ({ ranges }: { ranges: string }) =>
    `Nobody owns the slots ${ranges}, so they cannot be moved. Repair the cover first.`,
  planAlreadyThere: ({ node, ranges }: { node: string; ranges: string }) =>
    `${node} owns the slots ${ranges} already: there is nothing to move.`,
  planTooManySlots: ({ asked, there, sources }: { asked: number; there: number; sources: readonly string[] }) =>
    `${plural(asked, "slot is", "slots are")} asked for, but ${sources.length === 0 ? "no other primary owns any" : `${list(sources)} own${sources.length === 1 ? "s" : ""} only ${there}`}. Ask for fewer, or name more sources.`,
  planSourceIsTarget: ({ node }: { node: string }) => `${node} is the target and cannot be a source too.`,
  planSourceEmpty: ({ node }: { node: string }) => `${node} owns no slots and cannot give any.`,
  planSamePrimary: ({ node, primary }: { node: string; primary: string }) => `${node} follows ${primary} already.`,
  planFollowsItself: ({ node }: { node: string }) => `${node} cannot follow itself.`,
  planHasSlots: ({ node, slots }: { node: string; slots: number }) =>
    `${node} owns ${plural(slots, "slot", "slots")}; a node with slots cannot become a replica. Drain it first.`,
  planHasReplicas: ({ node, replicas }: { node: string; replicas: readonly string[] }) =>
    `${list(replicas)} follow${replicas.length === 1 ? "s" : ""} ${node}. A node that is followed cannot follow; move its replicas first.`,
  planOneToBalance: ({ nodes }: { nodes: readonly string[] }) =>
    `${nodes.length === 0 ? "No primary that answers owns" : `Only ${list(nodes)} owns`} slots: there is nobody to balance with. Take empty primaries in too, or add one.`,
  planBalanced: ({ by, threshold, nodes }: { by: string; threshold: number; nodes: number }) =>
    threshold === 0
      ? `The ${nodes} primaries are as even by ${by} as whole slots allow: there is nothing to move.`
      : `No primary of ${nodes} is further than ${threshold} % from what it should have by ${by}, or nothing can be moved that would bring it nearer. Ask for threshold 0 to make it exact.`,
  planNoLoad: ({ by }: { by: string }) =>
    `By ${by} the primaries carry nothing at all, so there is nothing to even out. Balance by slots instead.`,
  planLoadUnknown: ({ node, by }: { node: string; by: string }) =>
    `${node} did not tell what it carries by ${by}. Try again, or balance by slots.`,
  planWeightNegative: ({ node, weight }: { node: string; weight: number }) =>
    `The weight ${weight} of ${node} is below zero. 0 empties a primary, 1 is the usual share.`,
  planWeightOnReplica: ({ node, primary }: { node: string; primary: string }) =>
    `${node} is a replica${primary === "" ? "" : ` of ${primary}`} and owns no slots, so a weight means nothing there. Give it to its primary.`,
  planWeightOnSilent: ({ node }: { node: string }) =>
    `${node} does not answer and takes no part, so its weight would be lost. Start it, or leave its weight out.`,
  planWeightOnEmpty: ({ node }: { node: string }) =>
    `${node} owns no slots and takes no part, so its weight would be lost. Take empty primaries in too, or leave its weight out.`,
  planWeightsZero: ({ nodes }: { nodes: readonly string[] }) =>
    `All weights are 0 (${list(nodes)}): somebody must own the slots. Give at least one primary a weight above 0.`,
  planSettingsOrEach: () => "Name either the settings for all nodes (or for some), or for each node its own; not both.",
  planSettingDenied: ({ name, why }: { name: string; why: string }) =>
    `${name} is not changed from here: ${whyNot[why] ?? why}.`,
  planSettingTwice: ({ name }: { name: string }) => `${name} is named twice. Give every setting one value.`,
  planSettingsThere: ({ nodes }: { nodes: readonly string[] }) =>
    `${list(nodes)} ${nodes.length === 1 ? "has" : "have"} these values already: there is nothing to change.`,
  planNobodyToTell: ({ nodes }: { nodes: readonly string[] }) =>
    nodes.length === 0
      ? "No member is meant by this: choose other nodes."
      : `${list(nodes)} ${nodes.length === 1 ? "does" : "do"} not answer, and nobody else is meant. Start a node first.`,
  planCallDenied: ({ command }: { command: string }) =>
    `${command} is not called from here: it is not in the table of commands that leave data, topology and rights as they are.`,
  planCallIsVerb: ({ command, verb }: { command: string; verb: string }) =>
    `${command} is not called as it is. ${verb} does it, with checks before and proof after.`,
  planCallReads: ({ command }: { command: string }) => `${command} changes nothing and needs no plan: call it at once.`,
  planSlotsOwned: ({ ranges, node }: { ranges: string; node: string }) =>
    `Slots ${ranges} have an owner (${node}): only slots that nobody owns are added. Move them with reshard instead.`,
  planSlotsFree: ({ ranges }: { ranges: string }) => `Nobody owns slots ${ranges}: there is nothing to delete.`,
  planSlotsClosed: ({ ranges }: { ranges: string }) => `No slot of ${ranges} is open on any node that answers.`,
  planNobodyLeft: () => "No other primary is left to take the slots. At least one must stay.",
  planNoHome: ({ node }: { node: string }) =>
    `No primary is left that ${node} could follow. Remove ${node} first, or bring a primary back.`,
  planNoDoor: ({ cluster }: { cluster: string }) =>
    `No member of ${cluster} answers that a new node could be told of. Start one of its nodes first.`,
  planLastNode: ({ node }: { node: string }) =>
    `${node} is the only node of this cluster and cannot be removed from it.`,
  planTwice: ({ node }: { node: string }) => `${node} is named twice. Name every node once.`,
  planReplicaNeedsNoTarget: () =>
    "Only a replica follows a primary: leave the primary out, or choose the role replica.",
  planUnknownManaged: ({ managedId }: { managedId: string }) => `No node process called ${managedId} is managed here.`,
  planClusterNeeded: ({ verb }: { verb: string }) => `${verb} changes a cluster: say which one.`,
  planClusterGiven: () => "create makes a new cluster: do not name one.",
  planNothingToFix: ({ cluster }: { cluster: string }) =>
    `Nothing is wrong with the slots of ${cluster}: every slot has one owner, no slot is open, and no key lies outside its owner. There is nothing to repair.`,
  planNothingChosen: ({ left }: { left: readonly string[] }) =>
    `Nothing of what is wrong would be touched. ${left.slice(0, 5).join(" ")}${left.length > 5 ? ` And ${left.length - 5} more.` : ""}`,
  planAbandonAnswers: ({ node }: { node: string }) =>
    `${node} answers: its slots are not given away. Move them by a reshard instead.`,
  planStale: ({ changes }: { changes: readonly string[] }) =>
    `The cluster is not as it was when this plan was made: ${changes.join("; ").replace(/\.$/, "")}. Plan again and look at it.`,
  planExpired: ({ minutes }: { minutes: number }) =>
    `This plan is older than ${minutes} minutes. Plan again and look at it.`,
  planSimulated: () => "This plan was only made to be looked at. Plan again without simulate to run it.",
  planGone: ({ planId }: { planId: string }) => `There is no plan ${planId}; plans are kept for a day. Plan again.`,
} as const;
