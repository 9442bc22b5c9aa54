import { describe, expect, it } from "vitest";
import type { SlotRanges } from "@/lib/cluster/slots";
import { selectionPlates } from "./selection-plates";
import { gridOfPitch } from "./slot-grid";

const grid = gridOfPitch(5);
const shown = (ranges: SlotRanges) => selectionPlates(ranges, grid).map(({ slot }) => slot);

describe("the plates of a selection", () => {
  it("name its first and its last slot", () => {
    expect(shown([[5461, 5872]])).toEqual([5461, 5872]);
    expect(shown([[7, 7]])).toEqual([7]);
    expect(shown([])).toEqual([]);
    expect(
      shown([
        [3000, 3010],
        [9000, 9500],
      ]),
    ).toEqual([3000, 9500]);
  });

  it("stay inside the map, and off the ruler above it", () => {
    for (const ranges of [[[0, 16383]], [[0, 5]], [[16000, 16383]], [[127, 127]]] satisfies SlotRanges[])
      for (const { box } of selectionPlates(ranges, grid)) {
        expect(box.x).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(grid.size);
        expect(box.y).toBeGreaterThanOrEqual(0);
        expect(box.y + box.height).toBeLessThanOrEqual(grid.size);
      }
  });

  it("are one where two would touch", () => {
    expect(shown([[0, 2]])).toEqual([0]);
  });
});
