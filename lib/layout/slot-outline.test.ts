import { describe, expect, it } from "vitest";
import type { SlotRanges } from "@/lib/cluster/slots";
import { countSlots } from "@/lib/cluster/slots";
import { grow, type Loop, outlineOf } from "./slot-outline";

/** Twice the signed area of a loop: positive when the inside is at the right hand. */
const area = (loop: Loop) =>
  loop.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = loop[(i + 1) % loop.length] ?? [0, 0];
    return sum + x * nextY - nextX * y;
  }, 0) / 2;

describe("the outline of a selection", () => {
  const cases: { name: string; ranges: SlotRanges; loops: number }[] = [
    { name: "one slot", ranges: [[0, 0]], loops: 1 },
    { name: "a run that wraps", ranges: [[5461, 5872]], loops: 1 },
    { name: "a run that wraps without overlap", ranges: [[120, 130]], loops: 2 },
    {
      name: "two cells that touch by a corner",
      ranges: [
        [0, 0],
        [129, 129],
      ],
      loops: 2,
    },
    {
      name: "a ring around a hole",
      ranges: [
        [0, 2],
        [128, 128],
        [130, 130],
        [256, 258],
      ],
      loops: 2,
    },
    { name: "everything", ranges: [[0, 16383]], loops: 1 },
    { name: "nothing", ranges: [], loops: 0 },
  ];
  it.each(cases)("encloses $name exactly", ({ ranges, loops }) => {
    const outline = outlineOf(ranges);
    expect(outline).toHaveLength(loops);
    expect(outline.reduce((sum, loop) => sum + area(loop), 0)).toBe(countSlots(ranges));
  });

  it("has a corner only where it turns", () => {
    expect(outlineOf([[0, 16383]])[0]).toHaveLength(4);
    expect(outlineOf([[5461, 5872]])[0]).toHaveLength(8);
  });

  it("grows away from the selection", () => {
    const [loop] = outlineOf([[129, 129]]);
    const grown = grow(loop ?? [], { pitch: 5, byPx: 1 });
    expect(grown.map(([x]) => x).sort((a, b) => a - b)).toEqual([4, 4, 11, 11]);
    expect(grown.map(([, y]) => y).sort((a, b) => a - b)).toEqual([4, 4, 11, 11]);
  });
});
