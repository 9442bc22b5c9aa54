import { describe, expect, it } from "vitest";
import { SLOT_COUNT } from "@/lib/cluster/slots";
import { gridOfPitch } from "@/lib/layout/slot-grid";
import { cellEdges, changedSlots, paintAllCells, paintCell } from "./paint-cells";

const colourOf = (slot: number) => (0xff000000 | (slot * 997)) >>> 0;

describe("the painter of cells", () => {
  it.each([
    { pitch: 5, ratio: 1 },
    { pitch: 5, ratio: 1.5 },
    { pitch: 4, ratio: 1.25 },
    { pitch: 3, ratio: 2 },
  ])("paints all cells as it paints each one, at $pitch px and ratio $ratio", ({ pitch, ratio }) => {
    const edges = cellEdges(gridOfPitch(pitch), ratio);
    const [whole, single] = [0, 0].map(() => new Uint32Array(edges.size * edges.size)) as [Uint32Array, Uint32Array];
    paintAllCells(whole, edges, colourOf);
    for (let slot = 0; slot < SLOT_COUNT; slot++) paintCell(single, edges, { slot, colour: colourOf(slot) });
    expect(whole.every((pixel, i) => pixel === single[i])).toBe(true);
  });

  it("leaves no gap where cells are full, and a clear one where they are not", () => {
    const full = cellEdges(gridOfPitch(3), 1);
    const pixels = new Uint32Array(full.size * full.size);
    paintAllCells(pixels, full, colourOf);
    expect(pixels.includes(0)).toBe(false);
    const spaced = cellEdges(gridOfPitch(5), 1);
    expect([spaced.ends[0], spaced.starts[1]]).toEqual([4, 5]);
  });

  it("names exactly the slots that changed", () => {
    const before = new Uint16Array(SLOT_COUNT);
    const after = before.slice();
    after[7] = 1;
    after[16383] = 2;
    expect(changedSlots(before, after)).toEqual([7, 16383]);
  });
});
