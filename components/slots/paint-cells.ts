import { SLOT_COUNT, type Slot } from "@/lib/cluster/slots";
import { columnOf, rowOf, SLOT_ROWS, SLOTS_PER_ROW, type SlotGrid } from "@/lib/layout/slot-grid";

/** Where each column (or row) begins and ends, in device pixels: whole, so that cells stay sharp at any zoom. */
export type CellEdges = { readonly starts: Uint16Array; readonly ends: Uint16Array; readonly size: number };

export function cellEdges(grid: SlotGrid, ratio: number): CellEdges {
  const at = (css: number) => Math.round(css * ratio);
  return {
    starts: Uint16Array.from({ length: SLOTS_PER_ROW }, (_, i) => at(i * grid.pitch)),
    ends: Uint16Array.from({ length: SLOTS_PER_ROW }, (_, i) => at(i * grid.pitch + grid.fill)),
    size: at(grid.size),
  };
}

/** Paints one cell into the image's pixels. */
export function paintCell(
  pixels: Uint32Array,
  edges: CellEdges,
  { slot, colour }: { slot: Slot; colour: number },
): void {
  const left = edges.starts[columnOf(slot)] ?? 0;
  const right = edges.ends[columnOf(slot)] ?? 0;
  const bottom = edges.ends[rowOf(slot)] ?? 0;
  for (let y = edges.starts[rowOf(slot)] ?? 0; y < bottom; y++)
    pixels.fill(colour, y * edges.size + left, y * edges.size + right);
}

/** Paints all cells: one line of pixels a row of slots, then copies of that line. `colourOf[slot]` as packed RGBA. */
export function paintAllCells(pixels: Uint32Array, edges: CellEdges, colourOf: (slot: Slot) => number): void {
  pixels.fill(0);
  for (let row = 0; row < SLOT_ROWS; row++) {
    const top = edges.starts[row] ?? 0;
    const bottom = edges.ends[row] ?? 0;
    const line = top * edges.size;
    for (let column = 0; column < SLOTS_PER_ROW; column++)
      pixels.fill(
        colourOf(row * SLOTS_PER_ROW + column),
        line + (edges.starts[column] ?? 0),
        line + (edges.ends[column] ?? 0),
      );
    for (let y = top + 1; y < bottom; y++) pixels.copyWithin(y * edges.size, line, line + edges.size);
  }
}

export function changedSlots(before: Uint16Array, after: Uint16Array): Slot[] {
  const out: Slot[] = [];
  for (let slot = 0; slot < SLOT_COUNT; slot++) if (before[slot] !== after[slot]) out.push(slot);
  return out;
}
