import { SLOT_COUNT, type Slot, type SlotRange, type SlotRanges } from "@/lib/cluster/slots";

/** The map is 128 slots a row, 128 rows, slot 0 upper left, in reading order. */
export const SLOTS_PER_ROW = 128;
export const SLOT_ROWS = SLOT_COUNT / SLOTS_PER_ROW;

const MIN_PITCH = 3;
const MAX_PITCH = 8;
/** Below this pitch a gap would eat the colour: cells are drawn full. */
const GAP_FROM_PITCH = 4;

/** CSS pixels. `pitch` from cell to cell, `fill` of it painted, `size` of the whole square. */
export type SlotGrid = { readonly pitch: number; readonly fill: number; readonly size: number };

export function gridOfPitch(pitch: number): SlotGrid {
  return { pitch, fill: pitch >= GAP_FROM_PITCH ? pitch - 1 : pitch, size: pitch * SLOTS_PER_ROW };
}

/** The largest whole pitch that fits the box: whole, so that every cell is equally wide on any screen. */
export function gridFor({ width, height }: { readonly width: number; readonly height: number }): SlotGrid {
  const fits = Math.floor(Math.min(width, height) / SLOTS_PER_ROW);
  return gridOfPitch(Math.min(MAX_PITCH, Math.max(MIN_PITCH, fits)));
}

export const columnOf = (slot: Slot): number => slot % SLOTS_PER_ROW;
export const rowOf = (slot: Slot): number => Math.floor(slot / SLOTS_PER_ROW);

/** The slot under a point of the map; a point outside gives the nearest one, so that a drag may leave the map. */
export function nearestSlot(grid: SlotGrid, x: number, y: number): Slot {
  const column = Math.min(SLOTS_PER_ROW - 1, Math.max(0, Math.floor(x / grid.pitch)));
  const row = Math.min(SLOT_ROWS - 1, Math.max(0, Math.floor(y / grid.pitch)));
  return row * SLOTS_PER_ROW + column;
}

export function slotAt(grid: SlotGrid, x: number, y: number): Slot | undefined {
  return x < 0 || y < 0 || x >= grid.size || y >= grid.size ? undefined : nearestSlot(grid, x, y);
}

export function cellOrigin(grid: SlotGrid, slot: Slot): { readonly x: number; readonly y: number } {
  return { x: columnOf(slot) * grid.pitch, y: rowOf(slot) * grid.pitch };
}

/** All slots from one to the other in slot order: rows wrap. */
export const runBetween = (a: Slot, b: Slot): SlotRange => [Math.min(a, b), Math.max(a, b)];

/** The slots of the rectangle that two cells span: one range a row, except when it is as wide as the map. */
export function rectBetween(a: Slot, b: Slot): SlotRange[] {
  const [left, right] = [Math.min(columnOf(a), columnOf(b)), Math.max(columnOf(a), columnOf(b))];
  const [top, bottom] = [Math.min(rowOf(a), rowOf(b)), Math.max(rowOf(a), rowOf(b))];
  if (right - left + 1 === SLOTS_PER_ROW) return [[top * SLOTS_PER_ROW, (bottom + 1) * SLOTS_PER_ROW - 1]];
  return Array.from({ length: bottom - top + 1 }, (_, i) => {
    const start = (top + i) * SLOTS_PER_ROW;
    return [start + left, start + right] as const;
  });
}

/** How many of the ranges' slots lie in each row. */
export function slotsPerRow(ranges: SlotRanges): Uint8Array {
  const rows = new Uint8Array(SLOT_ROWS);
  for (const [first, last] of ranges) {
    for (let row = rowOf(first); row <= rowOf(last); row++) {
      const start = row * SLOTS_PER_ROW;
      const from = Math.max(first, start);
      const to = Math.min(last, start + SLOTS_PER_ROW - 1);
      rows[row] = (rows[row] ?? 0) + to - from + 1;
    }
  }
  return rows;
}
