import { asClusterId, asNodeId, type NodeId } from "@/lib/cluster/node";
import { countSlots, type SlotRanges, subtractRanges, unionRanges } from "@/lib/cluster/slots";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";

/** A picture of a cluster for tests of the layout: what is not said is healthy. */
export type ShardSketch = {
  readonly ranges: SlotRanges;
  readonly replicas?: number;
  readonly node?: Partial<TopologyNode>;
};

export const primaryOf = (index: number): NodeId => asNodeId(`${index}0`.padStart(40, "a"));

function nodeOf(index: number, replica: number, { ranges, node }: ShardSketch): TopologyNode {
  const endpoint = { host: `10.20.${replica + 1}.1${index}`, port: 7000 };
  const base: TopologyNode = {
    id: asNodeId(`${index}${replica}`.padStart(40, "a")),
    endpoint,
    dial: endpoint,
    busPort: 17000,
    role: replica === 0 ? "primary" : "replica",
    ...(replica === 0 ? {} : { primaryId: primaryOf(index) }),
    health: "ok",
    reporters: [],
    answer: { kind: "answered", atMs: 1000, rttMs: 0.4 },
    configEpoch: index,
    ranges: replica === 0 ? ranges : [],
    noAddress: false,
    handshake: false,
    noFailover: false,
    labels: {},
  };
  return replica === 0 ? { ...base, ...node } : base;
}

export function sketch(...shards: readonly ShardSketch[]): Topology {
  const nodes = shards.flatMap((shard, i) =>
    Array.from({ length: 1 + (shard.replicas ?? 1) }, (_, replica) => nodeOf(i + 1, replica, shard)),
  );
  const silent = shards.filter((s) => s.node?.answer?.kind === "silent" || s.node?.health === "fail");
  return {
    clusterId: asClusterId("orders-prod"),
    atMs: 1000,
    state: silent.length > 0 ? "degraded" : "ok",
    currentEpoch: 57,
    nodes,
    shards: shards.map(({ ranges }, i) => ({
      index: i + 1,
      primaryId: primaryOf(i + 1),
      formerIds: [],
      replicaIds: nodes.filter((n) => n.primaryId === primaryOf(i + 1)).map((n) => n.id),
      ranges,
      slots: countSlots(ranges),
    })),
    uncovered: subtractRanges([[0, 16383]], unionRanges(...shards.map((s) => s.ranges))),
    unserved: unionRanges(...silent.map((s) => s.ranges)),
    openSlots: [],
    agreement: { agree: nodes.length, answering: nodes.length, known: nodes.length },
    signature: "s",
    nodeTimeoutMs: 5000,
  };
}
