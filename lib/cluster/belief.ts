import { topology as words } from "@/lib/words/en/topology";
import { formatEndpoint, type NodeId } from "./node";
import { formatRanges, intersectRanges } from "./slots";
import type { Shard, Topology, TopologyNode, ViewDigest } from "./topology";

export type Difference = ViewDigest["differs"][number];

/** What a view believes otherwise, as a sentence: of which node or which slots, and what it takes them for. */
export function tellBelief(
  { about, nodeId, ranges, believes }: Difference,
  nodes: readonly TopologyNode[],
  beliefs: typeof words.beliefs = words.beliefs,
): string {
  const node = nodes.find((one) => one.id === nodeId);
  const name = node ? formatEndpoint(node.endpoint) : shortId(nodeId);
  return beliefs[about]({ node: name, ranges: formatRanges(ranges), believes });
}

/** The shard that a difference is about: the one of its node, else the first that owns some of its slots. */
export function shardOfBelief({ nodeId, ranges }: Difference, topology: Topology): Shard | undefined {
  const has = ({ primaryId, replicaIds }: Shard) => nodeId === primaryId || replicaIds.some((id) => id === nodeId);
  return topology.shards.find(has) ?? topology.shards.find((shard) => intersectRanges(shard.ranges, ranges).length > 0);
}

const shortId = (id: NodeId | undefined): string => id?.slice(0, 8) ?? "";
