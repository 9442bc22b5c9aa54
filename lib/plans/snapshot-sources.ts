import type { NodeId } from "@/lib/cluster/node";
import type { Shard, Topology, TopologyNode } from "@/lib/cluster/topology";
import { findMember, guardsOf } from "./members";

export type SnapshotSource = { readonly shard: Shard; readonly nodeId: NodeId; readonly isReplica: boolean };

/**
 * Whose snapshot stands for each shard that owns slots: the replica in sync that is least behind, since a fork costs a
 * primary's clients latency; else the primary.
 */
export function snapshotSources(topology: Topology): readonly SnapshotSource[] {
  return topology.shards
    .filter((shard) => shard.slots > 0)
    .map((shard) => {
      const [best] = guardsOf(topology, shard.primaryId)
        .filter(isInSync)
        .sort((a, b) => (a.stats?.lagBytes ?? 0) - (b.stats?.lagBytes ?? 0));
      return { shard, nodeId: best?.id ?? shard.primaryId, isReplica: best !== undefined };
    });
}

const isInSync = ({ stats }: TopologyNode): boolean =>
  stats?.replLinkUp === true && stats.replSyncing !== true && !stats.loading && stats.lagBytes !== undefined;

export const snapshotBytes = (topology: Topology): number | undefined => {
  const sizes = snapshotSources(topology).map(({ nodeId }) => findMember(topology, nodeId)?.stats?.usedBytes);
  return sizes.reduce<number | undefined>(
    (sum, bytes) => (sum === undefined || bytes === undefined ? undefined : sum + bytes),
    0,
  );
};
