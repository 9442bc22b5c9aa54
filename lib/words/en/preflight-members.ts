import { formatBytes, plural } from "@/lib/format";

const nodes = (n: number, one: string, many: string): string =>
  n === 1 ? `The new node ${one}.` : `${n} new nodes ${many}.`;
type Many = { readonly nodes: number };

/** Lines of preflight about nodes that join, leave, follow or take over: part of `preflight`. */
export const memberPreflight = {
  "three-primaries": {
    pass: ({ primaries }: { primaries: number }) =>
      `${plural(primaries, "primary with slots stays", "primaries with slots stay")}.`,
    fail: ({ primaries }: { primaries: number }) =>
      `${plural(primaries, "primary with slots stays", "primaries with slots stay")}. Below three, the failure of one leaves no majority to elect its successor.`,
  },
  "last-replica": {
    pass: () => "No shard loses its last replica.",
    fail: ({ primary, node }: { primary: string; node: string }) =>
      `${node} is the last replica in sync of ${primary}. Without it the data of that shard has no second copy.`,
  },
  "host-spread": {
    pass: () => "No shard has all its copies on one host.",
    fail: ({ primaries, hosts }: { primaries: readonly string[]; hosts: readonly string[] }) =>
      `${primaries.length === 1 ? "The shard" : "The shards"} of ${primaries.join(", ")} ${primaries.length === 1 ? "has" : "have"} all copies on one host (${hosts.join(", ")}): when it goes, they go.`,
  },
  resync: {
    pass: ({ node }: { node: string }) => `${node} copies an empty primary: nothing to wait for.`,
    fail: ({ node, primary, bytes }: { node: string; primary: string; bytes: number }) =>
      `${node} drops its data and copies ${primary} anew (${formatBytes(bytes)}). Until that ends it guards nobody.`,
  },
  "has-no-slots": {
    pass: ({ node }: { node: string }) => `${node} owns no slots.`,
    fail: ({ node, slots }: { node: string; slots: number }) =>
      `${node} is dead and owns ${plural(slots, "slot", "slots")}. Start it, or fail over to its replica; a dead owner is never forgotten.`,
  },
  "can-be-stopped": {
    pass: ({ nodes }: { nodes: number }) =>
      `${nodes === 1 ? "Its process is" : `All ${nodes} processes are`} managed here and can be stopped.`,
    fail: ({ node }: { node: string }) =>
      `The process of ${node} is not managed by this console and cannot be stopped from here. Choose "reset" instead.`,
  },
  "all-can-forget": {
    pass: () => "Every member can be told to forget it.",
    fail: ({ nodes }: { nodes: readonly string[] }) =>
      `${nodes.join(", ")} cannot be told to forget it now and may bring it back later. Bring ${nodes.length === 1 ? "it" : "them"} back first.`,
  },
  "will-be-gone": {
    pass: ({ node }: { node: string }) => `${node} is reset, so that it does not come back by itself.`,
    fail: ({ node }: { node: string }) =>
      `${node} is silent and cannot be reset. If its process starts again, it will try to come back: it must be reset or wiped then.`,
  },

  "candidate-answers": {
    pass: (all: Many) => nodes(all.nodes, "answers", "answer"),
    fail: ({ node, reason }: { node: string; reason: string }) =>
      `${node} cannot be reached: ${reason}. Start it, and check address and firewall.`,
  },
  "candidate-login": {
    pass: (all: Many) => nodes(all.nodes, "accepts the console's credentials", "accept the console's credentials"),
    fail: ({ node }: { node: string }) =>
      `${node} refuses the user name or password of this cluster. Every node of a cluster needs the same.`,
  },
  "candidate-cluster-mode": {
    pass: (all: Many) => nodes(all.nodes, "runs in cluster mode", "run in cluster mode"),
    fail: ({ node }: { node: string }) => `${node} runs without cluster mode. Set cluster-enabled yes and restart it.`,
  },
  "candidate-alone": {
    pass: (all: Many) => nodes(all.nodes, "knows no other cluster", "know no other cluster"),
    fail: ({ node, known }: { node: string; known: number }) =>
      `${node} already knows ${plural(known - 1, "other node", "other nodes")}. Joining it would join two clusters and destroy data. Take it out of the other one, or reset it.`,
  },
  "candidate-no-slots": {
    pass: (all: Many) => nodes(all.nodes, "owns no slots", "own no slots"),
    fail: ({ node, slots }: { node: string; slots: number }) =>
      `${node} already owns ${plural(slots, "slot", "slots")}. Reset it first.`,
  },
  "candidate-empty": {
    pass: (all: Many) => nodes(all.nodes, "holds no keys in any database", "hold no keys in any database"),
    fail: ({ node, keys, databases }: { node: string; keys: number; databases: string }) =>
      `${node} holds ${plural(keys, "key", "keys")} (${databases}). Only an empty node can join; save or flush them first.`,
    unknown: ({ node }: { node: string }) => `Whether ${node} holds keys could not be read.`,
  },
  "candidate-no-functions": {
    pass: (all: Many) => nodes(all.nodes, "holds no functions", "hold no functions"),
    fail: ({ node, libraries }: { node: string; libraries: readonly string[] }) =>
      `${node} holds the function libraries ${libraries.join(", ")}. Delete them with FUNCTION FLUSH first.`,
  },
  "candidate-primary": {
    pass: (all: Many) => nodes(all.nodes, "follows nobody", "follow nobody"),
    fail: ({ node }: { node: string }) => `${node} is a replica of another node. Reset it first.`,
  },
  "candidate-elsewhere": {
    pass: (all: Many) =>
      nodes(all.nodes, "belongs to no other cluster of this console", "belong to no other cluster of this console"),
    fail: ({ node, cluster }: { node: string; cluster: string }) =>
      `${node} is a member of ${cluster}. Remove it there first.`,
  },
  "candidate-version": {
    pass: (all: Many) => nodes(all.nodes, "is not older than the cluster", "are not older than the cluster"),
    fail: ({ node, version, cluster }: { node: string; version: string; cluster: string }) =>
      `${node} runs ${version}, older than the cluster's ${cluster}: it could not read the cluster's data. Upgrade it first.`,
  },
  "candidate-same-version": {
    pass: (all: Many) => nodes(all.nodes, "runs the cluster's version", "run the cluster's version"),
    fail: ({ node, version, cluster }: { node: string; version: string; cluster: string }) =>
      `${node} runs ${version}, the cluster ${cluster}. Slots can move to newer nodes, not back to older ones.`,
  },
  "candidate-bus": {
    pass: (all: Many) => nodes(all.nodes, "has its bus port open", "have their bus ports open"),
    fail: ({ node, port }: { node: string; port: number }) =>
      `The bus port ${port} of ${node} does not answer. Nodes talk to each other there: open it.`,
    unknown: ({ node }: { node: string }) =>
      `Whether the members reach the bus port of ${node} is known only when it has joined.`,
  },
  "candidate-timeout": {
    pass: (all: Many) => nodes(all.nodes, "has the cluster's node timeout", "have the cluster's node timeout"),
    fail: ({ node, ms, cluster }: { node: string; ms: number; cluster: number }) =>
      `cluster-node-timeout is ${ms} ms on ${node} and ${cluster} ms in the cluster. Failures would be judged differently.`,
  },
  "candidate-rejoin": {
    pass: (all: Many) => nodes(all.nodes, "was not a member before", "were not members before"),
    fail: ({ node }: { node: string }) => `${node} is a member of this cluster already.`,
  },
  "enough-primaries": {
    pass: ({ primaries, replicas }: { primaries: number; replicas: number }) =>
      `${plural(primaries, "primary", "primaries")} and ${plural(replicas, "replica", "replicas")}.`,
    fail: ({ nodes, each, needed }: { nodes: number; each: number; needed: number }) =>
      `${plural(nodes, "node", "nodes")} with ${plural(each, "replica", "replicas")} for each primary make fewer than three primaries. Take at least ${needed} nodes, or fewer replicas.`,
  },
  "one-version": {
    pass: () => "All nodes run the same version.",
    fail: ({ versions }: { versions: readonly string[] }) =>
      `The nodes run different versions (${versions.join(", ")}). Slots can move to newer nodes, not back to older ones.`,
  },
  "extra-replicas": {
    pass: () => "Every primary gets the same number of replicas.",
    fail: ({ extra }: { extra: number }) =>
      `${plural(extra, "primary gets one replica", "primaries get one replica")} more than asked, so that no node is left over.`,
  },

  "replica-follows": {
    pass: ({ node, primary }: { node: string; primary: string }) => `${node} follows ${primary}, and its link is up.`,
    fail: ({ node, primary }: { node: string; primary: string }) =>
      `The link from ${node} to ${primary} is down or still copying. It cannot hand over; wait for it, or use FORCE if ${primary} is dead.`,
  },
  "replica-lag": {
    pass: ({ node }: { node: string }) => `${node} has everything its primary has.`,
    fail: ({ node, bytes }: { node: string; bytes: number }) =>
      `${node} is ${formatBytes(bytes)} behind. The primary holds its writes until it has caught up, 5 s at most; then the hand-over is given up.`,
    unknown: ({ node }: { node: string }) =>
      `How far ${node} is behind cannot be known: its primary is silent. Writes it never got are lost.`,
  },
  "primary-answers": {
    pass: ({ node }: { node: string }) => `${node} answers and can hand over.`,
    fail: ({ node }: { node: string }) =>
      `${node} does not answer and cannot hand over. Use FORCE: the replica stands without it.`,
  },
  "force-needed": {
    pass: ({ node }: { node: string }) => `${node} is silent: FORCE is the way.`,
    fail: ({ node }: { node: string }) =>
      `${node} answers. FORCE does not wait for its last writes and loses them; the default failover loses nothing.`,
  },
  "takeover-needed": {
    pass: ({ up, size }: { up: number; size: number }) =>
      `Only ${up} of ${size} primaries can vote: TAKEOVER is the last way.`,
    fail: ({ up, size }: { up: number; size: number }) =>
      `${up} of ${size} primaries can vote. TAKEOVER asks nobody and may make two primaries of one epoch; use the default or FORCE.`,
  },
  "may-fail-over": {
    pass: () => "It may take over by itself too.",
    fail: ({ node }: { node: string }) =>
      `${node} is set never to take over by itself (cluster-replica-no-failover). Asked by hand, it will.`,
  },
  "best-replica": {
    pass: ({ node }: { node: string }) => `No other replica of the shard is ahead of ${node}.`,
    fail: ({ node, better }: { node: string; better: string }) =>
      `${better} is ahead of ${node}: with it less would be lost.`,
  },
} as const;
