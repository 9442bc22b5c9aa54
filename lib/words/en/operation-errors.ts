import { plural } from "@/lib/format";

/** Why an operation or one of its steps was refused or did not come to its end. Part of `errors`. */
type Nodes = readonly string[];

export const operationErrors = {
  createNotScheduled: () =>
    "A cluster is created now or not at all: its nodes are only known to be free at this moment.",
  operationUnknown: ({ operation, clusterId }: { operation: number; clusterId: string }) =>
    `Cluster ${clusterId} has no operation ${operation}.`,
  operationBusy: ({
    cluster,
    operation,
    verb,
    by,
    state,
  }: {
    cluster: string;
    operation: number;
    verb: string;
    by: string;
    state: string;
  }) =>
    `${cluster} is busy: operation ${operation} (${verb}, started by ${by}) is ${state}. Wait for its end, or cancel it first.`,
  operationStarting: ({ cluster, verb, by }: { cluster: string; verb: string; by: string }) =>
    `${cluster} is busy: ${by} is just starting another operation (${verb}). Look at it first.`,
  operationElsewhere: ({
    node,
    console,
    operation,
    address,
  }: {
    node: string;
    console: string;
    operation: number;
    address: string;
  }) =>
    `The cluster is busy: operation ${operation} of another console (${console}, connected to ${node} from ${address}) changes it. Wait until it has ended there.`,
  consoleCloses: () => "The console is being stopped; nothing new is started. Try again when it is back.",
  leaseLost: ({ cluster }: { cluster: string }) =>
    `This console no longer holds ${cluster}: another one took over, so nothing more is sent from here. Look at the operation there.`,
  planOfOther: ({ plan, clusterId }: { plan: string; clusterId: string }) =>
    `Plan ${plan} is not a plan for cluster ${clusterId}.`,
  clusterNameTaken: ({ cluster }: { cluster: string }) =>
    `Another cluster called ${cluster} was added since this plan was made. Plan again under another name.`,
  planUsed: ({ operation }: { operation: number }) =>
    `This plan has been started already, as operation ${operation}. Make a new plan for doing it again.`,
  planRefused: ({ reasons }: { reasons: readonly string[] }) => `This plan cannot be started: ${reasons.join(" ")}`,
  confirmTyped: ({ typed }: { typed: string }) => `To confirm, type exactly: ${typed}`,
  confirmReason: ({ holds }: { holds: readonly string[] }) =>
    `Say why this is done although a check failed${holds.length > 0 ? `: ${holds.join(" ")}` : "."}`,
  cannotPause: ({ operation, state }: { operation: number; state: string }) =>
    `Operation ${operation} is ${state} and cannot be paused.`,
  cannotResume: ({ operation, state }: { operation: number; state: string }) =>
    `Operation ${operation} is ${state} and cannot be resumed.`,
  cannotCancel: ({ operation, state }: { operation: number; state: string }) =>
    `Operation ${operation} is ${state} and cannot be cancelled.`,
  cannotCutOver: ({ operation, state }: { operation: number; state: string }) =>
    `Operation ${operation} is ${state} and follows no source that could be left now.`,
  operationRecovers: ({ operation }: { operation: number }) =>
    `Operation ${operation} is just closing what was half-moved when the console stopped. Try again in a moment.`,
  operationStillRuns: ({ operation, afterMs, state }: { operation: number; afterMs: number; state: string }) =>
    `Operation ${operation} is still ${state} after ${afterMs} ms.`,

  identityChanged: ({ node, expected, found }: { node: string; expected: string; found: string }) =>
    `${node} is another node than the plan means: expected id ${expected}, found ${found}. Make the plan again.`,
  nodeUnknownHere: ({ node }: { node: string }) =>
    `Node ${node} is neither a member nor part of the plan, so it was not dialled.`,
  replyRefused: ({ node, command, reason }: { node: string; command: string; reason: string }) =>
    `${node} refused ${command}: ${reason}`,

  assignNotPrimary: ({ node }: { node: string }) =>
    `${node} is not a primary that answers any more, so it was given no slots. Make the plan again.`,
  assignDisputed: ({ node, other, ranges }: { node: string; other: string; ranges: string }) =>
    `${other} claims slots ${ranges} too, which this plan does not know. If ${node} rose above it, ${other} would erase its keys of these slots, so nothing was sent. Make the plan again.`,
  assignNotSeen: ({ node, nodes, afterMs }: { node: string; nodes: Nodes; afterMs: number }) =>
    `${node} owns its slots now, but after ${afterMs} ms ${nodes.join(", ")} still ${nodes.length === 1 ? "names" : "name"} another owner. Look at the links between them, then resume.`,
  clearStranded: ({ node, slot, keys }: { node: string; slot: number; keys: number }) =>
    `${node} holds ${plural(keys, "key", "keys")} of slot ${slot}, which would be hidden without the flag, so it was not cleared. Make the plan again.`,
  flagStays: ({ nodes, afterMs }: { nodes: Nodes; afterMs: number }) =>
    `${nodes.join(", ")} still ${nodes.length === 1 ? "shows" : "show"} an open slot ${afterMs} ms after it was closed. A replica that keeps it must be synced anew by a restart.`,

  candidateKnows: ({ node, nodes }: { node: string; nodes: number }) =>
    `${node} is not alone any more: it knows ${plural(nodes, "other node", "other nodes")} that are not part of this plan. Joining would merge two clusters and destroy data, so nothing was sent. Reset the node if it is free.`,
  candidateHasKeys: ({ node, keys }: { node: string; keys: number }) =>
    `${node} holds ${plural(keys, "key", "keys")}. Only an empty node joins a cluster, so nothing was sent. Empty it first, or take another one.`,
  candidateHasSlots: ({ node, ranges }: { node: string; ranges: string }) =>
    `${node} owns slots of its own (${ranges}) that this plan did not give it, so nothing was sent. Reset the node if it is free.`,
  candidateIsReplica: ({ node }: { node: string }) =>
    `${node} is a replica of another node. Reset it first if it is free.`,
  notJoined: ({ node, via, bus, afterMs }: { node: string; via: string; bus: number; afterMs: number }) =>
    `${node} did not join within ${afterMs} ms although it was told to meet ${via}. Check that the cluster bus port ${bus} of ${via} can be reached from ${node}, and back.`,
  notAllJoined: ({ pairs, afterMs }: { pairs: Nodes; afterMs: number }) =>
    `After ${afterMs} ms these nodes still cannot reach each other: ${pairs.join("; ")}. Check their cluster bus ports (client port + 10000 unless configured) and announced addresses.`,
  notServing: ({ nodes, afterMs }: { nodes: Nodes; afterMs: number }) =>
    `After ${afterMs} ms ${nodes.join(", ")} still ${nodes.length === 1 ? "says" : "say"} cluster_state:fail. Slots moved there would not be served. Look at the node's own view.`,
  epochRefused: ({ node, epoch, has }: { node: string; epoch: number; has: number }) =>
    `${node} has config epoch ${has} already and cannot be given ${epoch}. Reset it (hard) if it is free.`,
  slotsTaken: ({ node, reason }: { node: string; reason: string }) => `${node} did not take its slots: ${reason}`,
  replicaHasData: ({ node, keys, ranges }: { node: string; keys: number; ranges: string }) =>
    `${node} cannot become a replica: it holds ${plural(keys, "key", "keys")}${ranges ? ` and owns slots ${ranges}` : ""}, which would be lost. Drain it first.`,
  primaryUnknown: ({ node, primary, afterMs }: { node: string; primary: string; afterMs: number }) =>
    `${node} has not heard of ${primary} within ${afterMs} ms, so it cannot follow it. Check the cluster bus between the two.`,
  replicaLinkDown: ({
    node,
    primary,
    afterMs,
    hint,
  }: {
    node: string;
    primary: string;
    afterMs: number;
    hint: string;
  }) => `${node} follows ${primary}, but their link did not come up within ${afterMs} ms. ${hint}`,
  failoverNotDone: ({ node, reason, afterMs }: { node: string; reason: string; afterMs: number }) =>
    `${node} did not become primary within ${afterMs} ms: ${reason} Writers of this shard may have waited meanwhile, so the next attempt waits a few seconds.`,
  failoverNotTried: ({ node, reason }: { node: string; reason: string }) =>
    `The failover to ${node} was not tried, so nobody waited: ${reason}`,
  failoverNotSeen: ({ node, nodes, afterMs }: { node: string; nodes: Nodes; afterMs: number }) =>
    `${node} says that it is primary now, but after ${afterMs} ms ${nodes.join(", ")} ${nodes.length === 1 ? "does" : "do"} not. Look who disagrees.`,
  oldPrimaryAstray: ({ node, primary, afterMs }: { node: string; primary: string; afterMs: number }) =>
    `${primary} is primary now, but the old one, ${node}, does not follow it after ${afterMs} ms. Look at its log and its masterauth.`,
  forgetOwner: ({ node, ranges }: { node: string; ranges: string }) =>
    `${node} still owns slots ${ranges}. It is not forgotten before they have moved; make the plan again.`,
  forgetParent: ({ node, replicas }: { node: string; replicas: Nodes }) =>
    `${replicas.join(", ")} still ${replicas.length === 1 ? "follows" : "follow"} ${node}. They need another primary before it is forgotten.`,
  forgetIncomplete: ({ node, nodes }: { node: string; nodes: Nodes }) =>
    `${nodes.join(", ")} still ${nodes.length === 1 ? "lists" : "list"} ${node}, which may bring it back. Resume to try again.`,
  resetMember: ({ node, by }: { node: string; by: string }) =>
    `${node} is still a member (${by} lists it), so it was not reset.`,
  resetRefused: ({ node, reason }: { node: string; reason: string }) =>
    `${node} was not reset: ${reason}. If it holds keys, they belong to slots that have moved away: look at them, then empty the node.`,
  resetNotAlone: ({ node, nodes }: { node: string; nodes: number }) =>
    `${node} was reset but still knows ${plural(nodes, "other node", "other nodes")}.`,
  slotsStillOwned: ({ ranges, nodes, afterMs }: { ranges: string; nodes: Nodes; afterMs: number }) =>
    `After ${afterMs} ms ${nodes.join(", ")} still ${nodes.length === 1 ? "gives" : "give"} slots ${ranges} to somebody. Resume to tell ${nodes.length === 1 ? "it" : "them"} again.`,
  slotsChanged: ({ ranges, node }: { ranges: string; node: string }) =>
    `Slots ${ranges} belong to ${node} now, so nothing was sent. Somebody changed the cluster; make the plan again.`,
  slotsStillOpen: ({ node, slot, slots }: { node: string; slot: number; slots: number }) =>
    `${node} said OK and still shows ${plural(slots, "open slot", "open slots")}, ${slot} first. Look who opens ${slots === 1 ? "it" : "them"} again.`,
  keysStranded: ({ node, slots }: { node: string; slots: string }) =>
    `${node} holds keys of slots ${slots} and does not own them: closed now, nobody would reach them. Nothing was sent; finish the move first.`,
  configChanged: ({ node, name, before, now }: { node: string; name: string; before: string; now: string }) =>
    `${name} is ${now || "(empty)"} on ${node} now and was ${before || "(empty)"} when the plan was made. Somebody changed it, so it was left; make the plan again.`,
  configNotTaken: ({ node, name, value, now }: { node: string; name: string; value: string; now: string }) =>
    `${node} said OK to ${name} ${value} and tells ${now || "(empty)"} when asked. Look at its log; going back sets what it had.`,
  configNotKept: ({ node, reason }: { node: string; reason: string }) =>
    `${node} has the new values but did not write them into its file (${reason}): they are lost at its next restart. Make the file writable, then resume.`,
  restartOwner: ({ node, ranges }: { node: string; ranges: string }) =>
    `${node} owns slots ${ranges} again, so it was not restarted: somebody failed over meanwhile. Make the plan again.`,
  shardNotWhole: ({ node, missing }: { node: string; missing: Nodes }) =>
    `${node} was not touched: ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} away or not in sync, and two nodes are never away at once. Bring ${missing.length === 1 ? "it" : "them"} back, then resume.`,
  changeTakenBack: ({ node, reason }: { node: string; reason: string }) =>
    `${node} did not start as changed: ${reason}. It was changed back and runs as before.`,
  changeNotTakenBack: ({ node, reason, after }: { node: string; reason: string; after: string }) =>
    `${node} did not start as changed: ${reason}. Changed back, it does not start either: ${after}`,
  notRestarted: ({ node, minutes }: { node: string; minutes: number }) =>
    `${node} was not restarted within ${minutes} minutes. Restart it where it runs, then resume.`,
  notBack: ({ node, afterMs }: { node: string; afterMs: number }) =>
    `${node} does not answer ${afterMs} ms after its restart. Look at its log.`,
  notDemoted: ({ node, afterMs }: { node: string; afterMs: number }) =>
    `${node} is back, but ${afterMs} ms later it still says that it is primary, although a replica took its place. Look at the links between them.`,
  notCaughtUp: ({ node, primary, bytes, afterMs }: { node: string; primary: string; bytes: number; afterMs: number }) =>
    `${node} is still ${bytes} bytes behind ${primary} ${afterMs} ms after their link came up.`,
  notSeenBack: ({ node, nodes, afterMs }: { node: string; nodes: Nodes; afterMs: number }) =>
    `${node} is back, but after ${afterMs} ms ${nodes.join(", ")} ${nodes.length === 1 ? "does" : "do"} not show it as healthy and linked.`,
  rollStopped: ({ node, reason, done, left }: { node: string; reason: string; done: Nodes; left: Nodes }) =>
    `${node} did not come back as it should: ${reason} Nothing more was touched. Restarted so far: ${done.join(", ") || "none"}. Not touched: ${left.join(", ") || "none"}. Bring ${node} back, then resume.`,
  stopOwner: ({ node, ranges }: { node: string; ranges: string }) =>
    `${node} owns slots ${ranges}, so its process was not stopped. Move them first.`,
  cameBack: ({ node, nodes }: { node: string; nodes: Nodes }) =>
    `${node} came back: ${nodes.join(", ")} ${nodes.length === 1 ? "lists" : "list"} it again. Stop or reset it, then resume.`,
  createNotUndone: ({ nodes }: { nodes: Nodes }) =>
    `These nodes were left as they are, because they are not empty any more or do not answer: ${nodes.join(", ")}.`,
} as const;
