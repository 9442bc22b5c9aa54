import type { Slot, SlotRanges } from "@/lib/cluster/slots";
import type { Box } from "./callouts";
import { cellOrigin, rowOf, type SlotGrid } from "./slot-grid";

/** A plate with a slot's number beside its cell. */
export type Plate = { readonly slot: Slot; readonly box: Box };

const HEIGHT = 18;
const widthOf = (slot: Slot): number => 12 + `${slot}`.length * 7;

function plateAt(slot: Slot, grid: SlotGrid, side: "above" | "below"): Plate {
  const { x, y } = cellOrigin(grid, slot);
  const width = widthOf(slot);
  const left = Math.min(grid.size - width, Math.max(0, x + grid.fill / 2 - width / 2));
  const top = side === "above" ? y - HEIGHT - 4 : y + grid.pitch + 4;
  return { slot, box: { x: left, y: top, width, height: HEIGHT } };
}

/**
 * The first slot of a selection above its beginning, the last one below its end. In the first rows there is no room
 * above without covering the ruler, in the last ones none below: then on the other side. Two that would touch are one.
 */
export function selectionPlates(selection: SlotRanges, grid: SlotGrid): readonly Plate[] {
  const first = selection[0]?.[0];
  const last = selection.at(-1)?.[1];
  if (first === undefined || last === undefined) return [];
  const start = plateAt(first, grid, rowOf(first) * grid.pitch > HEIGHT + 4 ? "above" : "below");
  if (first === last) return [start];
  const end = plateAt(last, grid, (rowOf(last) + 1) * grid.pitch > grid.size - HEIGHT - 2 ? "above" : "below");
  const isApart =
    Math.abs(start.box.x - end.box.x) >= start.box.width + 2 || Math.abs(start.box.y - end.box.y) >= HEIGHT;
  return isApart ? [start, end] : [start];
}
