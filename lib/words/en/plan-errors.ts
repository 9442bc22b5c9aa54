import { plural } from "@/lib/format";

const list = (names: readonly string[]): string => names.join(", ");

/** Wishes that cannot be planned, and plans that cannot be started: part of `errors`. */
export const planErrors = {
  planUnknownNode: ({ nodeId, cluster }: { nodeId: string; cluster: string }) =>
    `${cluster} has no node ${nodeId}. Look at the topology again: it may have been removed.`,
  planNotAPrimary: ({ node }: { node: string }) =>
    `${node} is a replica and cannot give or take slots. Name its primary instead.`,
  planNotAReplica: ({ node }: { node: string }) =>
    `${node} is a primary and follows nobody, so it cannot take over. Name one of its replicas instead.`,
  planRangesOrCount: () => "Name either the slots themselves, or how many and from where; not both.",
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
  planStale: ({ changes }: { changes: readonly string[] }) =>
    `The cluster is not as it was when this plan was made: ${changes.join("; ").replace(/\.$/, "")}. Plan again and look at it.`,
  planExpired: ({ minutes }: { minutes: number }) =>
    `This plan is older than ${minutes} minutes. Plan again and look at it.`,
  planGone: ({ planId }: { planId: string }) => `There is no plan ${planId}; plans are kept for a day. Plan again.`,
} as const;
