import { describe, expect, it } from "vitest";
import { countSlots, normalizeRanges } from "@/lib/cluster/slots";
import {
  cellOrigin,
  gridFor,
  gridOfPitch,
  nearestSlot,
  rectBetween,
  runBetween,
  slotAt,
  slotsPerRow,
} from "./slot-grid";

describe("the slot grid", () => {
  it.each([
    { width: 640, height: 700, pitch: 5, fill: 4, size: 640 },
    { width: 639, height: 900, pitch: 4, fill: 3, size: 512 },
    { width: 384, height: 384, pitch: 3, fill: 3, size: 384 },
    { width: 320, height: 900, pitch: 3, fill: 3, size: 384 },
    { width: 3000, height: 3000, pitch: 8, fill: 7, size: 1024 },
  ])("fits $width × $height with a pitch of $pitch", ({ width, height, ...grid }) => {
    expect(gridFor({ width, height })).toEqual(grid);
  });

  it("finds each slot again at its own cell", () => {
    const grid = gridOfPitch(5);
    for (const slot of [0, 127, 128, 5461, 16383]) {
      const { x, y } = cellOrigin(grid, slot);
      expect(slotAt(grid, x + 2, y + 2)).toBe(slot);
    }
    expect(slotAt(grid, -1, 5)).toBeUndefined();
    expect(slotAt(grid, 5, 640)).toBeUndefined();
    expect(nearestSlot(grid, -50, 9000)).toBe(127 * 128);
  });

  it("takes a run in slot order, and a rectangle row by row", () => {
    expect(runBetween(5872, 5461)).toEqual([5461, 5872]);
    expect(rectBetween(130, 259)).toEqual([
      [130, 131],
      [258, 259],
    ]);
    expect(rectBetween(259, 130)).toEqual(rectBetween(130, 259));
    expect(rectBetween(128, 383)).toEqual([[128, 383]]);
    expect(normalizeRanges(rectBetween(127, 0))).toEqual([[0, 127]]);
  });

  it("counts a selection's slots by row", () => {
    const rows = slotsPerRow([[5461, 5872]]);
    expect([...rows].reduce((a, b) => a + b, 0)).toBe(countSlots([[5461, 5872]]));
    expect([rows[41], rows[42], rows[43], rows[44], rows[45], rows[46]]).toEqual([0, 43, 128, 128, 113, 0]);
  });
});
