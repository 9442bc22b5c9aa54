import type { SlotRanges } from "@/lib/cluster/slots";
import { countSlots } from "@/lib/cluster/slots";
import type { Shard, Topology, TopologyNode } from "@/lib/cluster/topology";
import type { SlotView } from "./use-slot-view";

/** One shard as its card shows it: ranges as they are this moment, the rest as last read. */
export type ShardRow = {
  readonly shard: Shard;
  readonly primary: TopologyNode | undefined;
  readonly replicas: readonly TopologyNode[];
  readonly ranges: SlotRanges;
  readonly slots: number;
  readonly keys: number | undefined;
  readonly state: "ok" | "warn" | "bad";
};

function stateOf(primary: TopologyNode | undefined, replicas: readonly TopologyNode[]): ShardRow["state"] {
  if (!primary || primary.answer.kind === "silent" || primary.health === "fail") return "bad";
  const fullAt = primary.stats && primary.stats.maxBytes > 0 ? primary.stats.usedBytes / primary.stats.maxBytes : 0;
  const isUnsafe =
    replicas.length === 0 || replicas.some((r) => r.answer.kind === "silent" || r.stats?.replLinkUp === false);
  return isUnsafe || fullAt > 0.9 || primary.health === "pfail" ? "warn" : "ok";
}

export function shardRows(topology: Topology, view: SlotView): ShardRow[] {
  const byId = new Map(topology.nodes.map((node) => [node.id, node]));
  return [...topology.shards]
    .sort((a, b) => a.index - b.index)
    .map((shard) => {
      const primary = byId.get(shard.primaryId);
      const replicas = shard.replicaIds.map((id) => byId.get(id)).filter((node) => node !== undefined);
      const ranges = view.owners.get(shard.index) ?? [];
      const keys = shard.keys ?? primary?.stats?.keys;
      return { shard, primary, replicas, ranges, slots: countSlots(ranges), keys, state: stateOf(primary, replicas) };
    });
}
