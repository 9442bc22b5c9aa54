import { formatBytes, plural } from "@/lib/format";

type Nodes = readonly string[];
const list = (nodes: Nodes): string => nodes.join(", ");

/** Lines of preflight about processes that are restarted, stopped or started: part of `preflight`. */
export const rollingPreflight = {
  "stays-served": {
    pass: ({ primaries }: { primaries: number }) =>
      primaries === 0
        ? "No node that serves slots goes away."
        : `${plural(primaries, "primary hands", "primaries hand")} over before ${primaries === 1 ? "it goes" : "they go"} away: every slot stays served.`,
    fail: ({ node, slots, replicas }: { node: string; slots: number; replicas: Nodes }) =>
      `${node} has ${replicas.length === 0 ? "no replica" : `no replica in sync (${list(replicas)})`}: nobody serves its ${plural(slots, "slot", "slots")} while it is away, and unless cluster-require-full-coverage is no, the whole cluster says CLUSTERDOWN when that takes longer than the node timeout. Give it a replica first.`,
  },
  "keeps-data": {
    pass: ({ nodes }: { nodes: number }) =>
      `${nodes === 1 ? "The node that goes away alone keeps its" : `All ${nodes} nodes that go away alone keep their`} data on disk.`,
    fail: ({ node, keys }: { node: string; keys: number }) =>
      `${node} has no replica in sync, no append-only file and no save points: its ${plural(keys, "key", "keys")} would be gone with its process. Give it a replica, or switch appendonly on and wait until it is written.`,
    unknown: ({ node, keys }: { node: string; keys: number }) =>
      `${node} has no replica in sync and did not tell whether it keeps its ${plural(keys, "key", "keys")} on disk.`,
  },
  "by-hand": {
    pass: ({ nodes }: { nodes: number }) =>
      `${nodes === 1 ? "The process is" : `All ${nodes} processes are`} managed here and ${nodes === 1 ? "is" : "are"} restarted from here.`,
    fail: ({ nodes }: { nodes: Nodes }) =>
      `${list(nodes)} ${nodes.length === 1 ? "is" : "are"} not managed here: when ${nodes.length === 1 ? "its" : "their"} turn comes, the operation waits until you have restarted ${nodes.length === 1 ? "it" : "each"} where it runs. Restart nothing before it is asked for.`,
  },
  "second-copy": {
    pass: () => "Every shard keeps a second copy all the time.",
    fail: ({ primaries }: { primaries: Nodes }) =>
      `${primaries.length === 1 ? "The shard" : "Each shard"} of ${list(primaries)} has one replica: while that restarts, and while the old primary does, there is no second copy.`,
  },
  "copies-anew": {
    pass: () => "Nobody copies its data anew.",
    fail: ({ nodes, bytes }: { nodes: Nodes; bytes: number }) =>
      `${list(nodes)} ${nodes.length === 1 ? "keeps" : "keep"} nothing on disk and ${nodes.length === 1 ? "copies" : "copy"} everything anew from the primary (${formatBytes(bytes)} in all), one at a time.`,
  },
  "heirs-spread": {
    fail: ({ host, primaries }: { host: string; primaries: Nodes }) =>
      `Afterwards ${list(primaries)} are primaries on one host, ${host}: a majority goes when it goes. Let them hand back, or fail over one of them later.`,
  },
  "own-processes": {
    pass: ({ nodes }: { nodes: number }) =>
      `${nodes === 1 ? "The node is" : `All ${nodes} nodes are`} managed here, with ${nodes === 1 ? "its" : "their"} file and engine.`,
    fail: ({ node }: { node: string }) =>
      `${node} is not managed by this console, so its file and its engine cannot be changed from here. Leave it out, or change it where it runs.`,
  },
  "reads-old-data": {
    pass: ({ to }: { to: string }) => `${to} reads what the nodes have written.`,
    fail: ({ node, from, to }: { node: string; from: string; to: string }) =>
      `${node} runs ${from}, and ${to} does not read what that writes: it would refuse its own disk, and every copy of a newer primary. Only an engine that is not older may follow.`,
    unknown: ({ node, from, to }: { node: string; from: string; to: string }) =>
      `Whether ${to} reads what ${node} (${from}) has written is not known here.`,
  },
  "mixed-meanwhile": {
    fail: ({ versions, to, back }: { versions: Nodes; to: string; back: boolean }) =>
      `Until the end ${list([...new Set([...versions, to])])} stand side by side${back ? ". They write the same format: it can be rolled back" : ", and there is no rolling back once a primary runs on the new one: the old one does not read what it writes. Take a backup first"}.`,
  },
  "stand-ins": {
    pass: ({ primaries, host }: { primaries: number; host: string }) =>
      primaries === 0
        ? `No primary with slots stands on ${host}.`
        : `${plural(primaries, "primary", "primaries")} on ${host} ${primaries === 1 ? "has" : "have"} a replica in sync on another host.`,
    fail: ({ node, slots, host, replicas }: { node: string; slots: number; host: string; replicas: Nodes }) =>
      `${node} has no replica in sync outside ${host} (${replicas.length > 0 ? list(replicas) : "it has none"}): its ${plural(slots, "slot stays", "slots stay")} there and ${slots === 1 ? "is" : "are"} not served when the host goes. Put a replica on another host first.`,
  },
  "vote-left": {
    pass: ({ left, size }: { left: number; size: number }) =>
      `Without the host ${left} of ${size} primaries can still vote.`,
    fail: ({ left, size, needed }: { left: number; size: number; needed: number }) =>
      `Without the host only ${left} of ${size} primaries can vote, and a vote needs ${needed}: the cluster goes down with it.`,
  },
  "stays-on-host": {
    fail: ({ host, nodes }: { host: string; nodes: Nodes }) =>
      `${list(nodes)} ${nodes.length === 1 ? "goes" : "go"} on running on ${host} as ${nodes.length === 1 ? "a replica" : "replicas"}: stop ${nodes.length === 1 ? "it" : "them"} before the host goes.`,
  },
  "can-come-back": {
    pass: ({ nodes }: { nodes: number }) =>
      `${plural(nodes, "node runs", "nodes run")} there, or can be started from here.`,
    fail: ({ node }: { node: string }) =>
      `${node} does not answer, and is no ended process of this console. Start it, or end it, where it runs first.`,
  },
  "as-it-was": {
    pass: ({ operation, primaries }: { operation: number; primaries: number }) =>
      `Operation ${operation} has kept which ${plural(primaries, "primary", "primaries")} stood there.`,
  },
  "debug-allowed": {
    pass: ({ node }: { node: string }) => `${node} takes DEBUG.`,
    fail: ({ node }: { node: string }) =>
      `${node} takes no DEBUG (enable-debug-command no). Kill it instead, or let it take DEBUG by its file and a restart.`,
    unknown: ({ node }: { node: string }) => `Whether ${node} takes DEBUG could not be asked.`,
  },
  "takes-over": {
    pass: ({ node }: { node: string }) =>
      `A replica in sync can take the place of ${node}, and a majority can elect it.`,
    fail: ({ node, slots, replicas }: { node: string; slots: number; replicas: Nodes }) =>
      `Nobody can take the place of ${node} (replicas: ${list(replicas) || "none"}): its ${plural(slots, "slot is", "slots are")} not served until it is brought back.`,
  },
  "last-backup": {
    pass: ({ made }: { made: string }) => `The newest whole backup on this console was made ${made}.`,
    fail: ({ keys }: { keys: number }) =>
      `No whole backup of this cluster is kept here, and it holds ${plural(keys, "key", "keys")}. Back it up first.`,
  },
  "folders-go": {
    pass: ({ nodes }: { nodes: Nodes }) => `The folders of ${list(nodes)} stay, with their data.`,
    fail: ({ nodes }: { nodes: Nodes }) => `The folders of ${list(nodes)} are deleted, with all their data.`,
  },
  "keeps-all": {
    pass: ({ nodes }: { nodes: number }) => `${plural(nodes, "primary keeps", "primaries keep")} their data on disk.`,
    fail: ({ node, keys }: { node: string; keys: number }) =>
      `${node} has neither append-only file nor save points: its ${plural(keys, "key", "keys")} are gone when the whole cluster stops. Choose "save", which writes a snapshot first.`,
    unknown: ({ node }: { node: string }) => `Whether ${node} keeps its data on disk could not be asked.`,
  },
  "managed-nodes": {
    pass: ({ nodes }: { nodes: number }) => `All ${nodes} processes are managed here.`,
    fail: ({ nodes, starts }: { nodes: Nodes; starts: boolean }) =>
      `${list(nodes)} ${nodes.length === 1 ? "is" : "are"} not managed here: ${starts ? "start" : "stop"} ${nodes.length === 1 ? "it" : "them"} where ${nodes.length === 1 ? "it runs" : "they run"}, ${starts ? "primaries before replicas" : "replicas before primaries"}.`,
  },
  "starts-here": {
    pass: ({ nodes }: { nodes: Nodes }) =>
      `${list(nodes)} ${nodes.length === 1 ? "is" : "are"} stopped and can be started from here.`,
  },
  "serves-nobody": {
    fail: ({ nodes }: { nodes: number }) =>
      `The whole cluster stops, ${plural(nodes, "process", "processes")}: nothing is served until it is started again.`,
  },
} as const;
