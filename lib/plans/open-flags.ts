import type { NodeId } from "@/lib/cluster/node";
import { hasSlot, rangesOf, type SlotRanges } from "@/lib/cluster/slots";
import type { OpenSlot, Topology, TopologyNode } from "@/lib/cluster/topology";
import { findMember } from "./members";

export const openIn = (topology: Topology, ranges: SlotRanges): readonly OpenSlot[] =>
  topology.openSlots.filter((open) => hasSlot(ranges, open.slot));

/** Nodes to tell so that these slots show no flag: a replica's flag is cleared through its primary (FAULTS 46). */
export function flaggedIn(topology: Topology, ranges: SlotRanges): readonly TopologyNode[] {
  const ids = new Set(
    openIn(topology, ranges).flatMap((open) => sidesWithFlag(open).map((id) => speakerOf(topology, id))),
  );
  return topology.nodes.filter((node) => ids.has(node.id));
}

export function flagsOn(topology: Topology, id: NodeId, ranges: SlotRanges): SlotRanges {
  return rangesOf(
    openIn(topology, ranges)
      .filter((open) => sidesWithFlag(open).some((side) => speakerOf(topology, side) === id))
      .map((open) => open.slot),
  );
}

const sidesWithFlag = ({ migratingOn, importingOn }: OpenSlot): readonly NodeId[] => [...migratingOn, ...importingOn];

function speakerOf(topology: Topology, id: NodeId): NodeId {
  const node = findMember(topology, id);
  return node?.role === "replica" && node.primaryId !== undefined ? node.primaryId : id;
}
