import { type MergeInput, mergeViews } from "./merge";
import { asClusterId, asNodeId, type Endpoint, type NodeId, type View } from "./node";
import { parseClusterInfo, parseClusterNodes } from "./parse";
import { shardIndexOf } from "./shards";
import type { Answer, Topology, TopologyNode } from "./topology";

/** Pictures of a 3+3 cluster for tests, written as short lines and read by the real parser and the real merge. */
export const id = (letter: string) => asNodeId(letter.repeat(40));
export const [A, B, C, D, E, F] = ["a", "b", "c", "d", "e", "f"].map(id) as [
  NodeId,
  NodeId,
  NodeId,
  NodeId,
  NodeId,
  NodeId,
];
const PORT: Readonly<Record<string, number>> = { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, "9": 7 };

/** `a master - 1 0-9`: who, flags, primary, epoch, slots. */
function line(text: string, from: string): string {
  const [who = "", flags, primary = "-", epoch, ...slots] = text.split(" ");
  const parent = primary === "-" ? "-" : id(primary);
  const address = flags?.includes("noaddr") ? ":0@0" : `10.0.0.${PORT[who]}:7000@17000`;
  const own = who === from ? "myself," : "";
  return `${id(who)} ${address} ${own}${flags} ${parent} 0 0 ${epoch} connected ${slots.join(" ")}`;
}

export const HEALTHY = [
  "a master - 1 0-5460",
  "b master - 2 5461-10922",
  "c master - 3 10923-16383",
  "d slave a 1",
  "e slave b 2",
  "f slave c 3",
];

export function view(from: string, lines: readonly string[] = HEALTHY, state = "ok"): View {
  return {
    from: id(from),
    atMs: 1000,
    nodes: parseClusterNodes(lines.map((text) => line(text, from)).join("\n")),
    info: parseClusterInfo(`cluster_state:${state}\ncluster_current_epoch:6\ncluster_known_nodes:${lines.length}`),
  };
}

export const silent = (sinceMs = 900): Answer => ({ kind: "silent", sinceMs, code: "timed_out", message: "no answer" });

export function merge(views: readonly View[], more: Partial<MergeInput> = {}): Topology {
  const answered = views.map((v) => [v.from, { kind: "answered", atMs: 1000, rttMs: 1 }] as const);
  return mergeViews({
    clusterId: asClusterId("t"),
    views,
    stats: new Map(),
    previous: undefined,
    shardIndex: more.previous ? shardIndexOf(more.previous.shards) : new Map(),
    labels: {},
    dialOf: (announced: Endpoint) => announced,
    atMs: 1000,
    nodeTimeoutMs: 2000,
    ...more,
    answers: new Map<NodeId, Answer>([...answered, ...(more.answers ?? [])]),
  });
}

export const six = (lines: readonly string[] = HEALTHY, state = "ok") =>
  ["a", "b", "c", "d", "e", "f"].map((from) => view(from, lines, state));

export const nodeOf = (topology: Topology, who: NodeId): TopologyNode | undefined =>
  topology.nodes.find((node) => node.id === who);
