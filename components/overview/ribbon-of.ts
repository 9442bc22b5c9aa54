import type { RibbonMarker } from "@/components/shards/ribbon";
import { intersectRanges, subtractRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import type { RibbonShard } from "@/lib/layout/ribbon";

/** Shards as the ribbon takes them: what is not served now stands apart, under the same number. */
export function ribbonOf(topology: Topology): readonly RibbonShard[] {
  return topology.shards.flatMap((shard) => {
    const lost = intersectRanges(shard.ranges, topology.unserved);
    return [
      { index: shard.index, ranges: subtractRanges(shard.ranges, lost), served: true },
      { index: shard.index, ranges: lost, served: false },
    ].filter((part) => part.ranges.length > 0);
  });
}

export const openMarkers = (topology: Topology): readonly RibbonMarker[] =>
  topology.openSlots.slice(0, 200).map(({ slot }) => ({ slot, tone: "info" }));
