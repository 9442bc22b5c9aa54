import type { NodeId } from "@/lib/cluster/node";
import { countSlots, normalizeRanges, type SlotRanges, subtractRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import type { Move } from "./pick";
import type { Shape } from "./plan";

export function shapeOf(topology: Topology): Shape {
  return topology.shards.map(({ index, primaryId, ranges, slots }) => ({ index, primaryId, ranges, slots }));
}

/** The shape after the moves. Primaries that are new get the next free numbers, in the order given. */
export function shapeAfter(before: Shape, moves: readonly Move[], joining: readonly NodeId[] = []): Shape {
  const top = Math.max(0, ...before.map((shard) => shard.index));
  const all = [
    ...before,
    ...joining.map((primaryId, i) => ({ index: top + 1 + i, primaryId, ranges: [] as SlotRanges, slots: 0 })),
  ];
  return all.map((shard) => {
    const given = moves.filter((move) => move.source === shard.primaryId).flatMap((move) => move.ranges);
    const got = moves.filter((move) => move.target === shard.primaryId).flatMap((move) => move.ranges);
    const ranges = normalizeRanges([...subtractRanges(shard.ranges, given), ...got]);
    return { ...shard, ranges, slots: countSlots(ranges) };
  });
}

/** The shape in which one node has these slots as well, which nobody owned. */
export function shapeGiven(
  before: Shape,
  { nodeId, ranges }: { readonly nodeId: NodeId; readonly ranges: SlotRanges },
): Shape {
  return before.map((shard) => {
    if (shard.primaryId !== nodeId) return shard;
    const all = normalizeRanges([...shard.ranges, ...ranges]);
    return { ...shard, ranges: all, slots: countSlots(all) };
  });
}

export const pieces = (shape: Shape): number => shape.reduce((sum, shard) => sum + shard.ranges.length, 0);
