import type { Slot } from "@/lib/cluster/slots";
import type { Box } from "@/lib/layout/callouts";
import type { OpenGroup } from "@/lib/layout/open-slots";
import { cellOrigin, type SlotGrid } from "@/lib/layout/slot-grid";

/** Open slots with the numbers of the shards between which they travel. */
export type OpenNote = {
  readonly group: OpenGroup;
  readonly from: number | undefined;
  readonly to: number | undefined;
};

export const firstOf = ({ group }: OpenNote): Slot => group.ranges[0]?.[0] ?? 0;

/** The room that a mark takes with its ring: no note may cover it. */
export function markBox(slot: Slot, slots: number, grid: SlotGrid): Box {
  const { x, y } = cellOrigin(grid, slot);
  return { x: x - 8, y: y - 8, width: Math.min(slots, 12) * grid.pitch + 16, height: grid.fill + 16 };
}
