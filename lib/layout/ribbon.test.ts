import { describe, expect, it } from "vitest";
import { layoutRibbon, slotAtX, slotX } from "./ribbon";

describe("layoutRibbon", () => {
  it("covers all slots in order, whoever owns them", () => {
    const segments = layoutRibbon(
      [
        { index: 2, ranges: [[8192, 16000]], served: false },
        {
          index: 1,
          ranges: [
            [0, 99],
            [200, 8191],
          ],
          served: true,
        },
      ],
      1000,
    );
    expect(segments.map((s) => [s.kind, s.index, s.first, s.last])).toEqual([
      ["owned", 1, 0, 99],
      ["hole", undefined, 100, 199],
      ["owned", 1, 200, 8191],
      ["unserved", 2, 8192, 16000],
      ["hole", undefined, 16001, 16383],
    ]);
    expect(segments.reduce((sum, s) => sum + s.slots, 0)).toBe(16384);
  });

  it("stays inside its width and keeps segments apart", () => {
    const segments = layoutRibbon(
      Array.from({ length: 128 }, (_, i) => ({
        index: i + 1,
        ranges: [[i * 128, i * 128 + 127]] as const,
        served: true,
      })),
      300,
    );
    segments.forEach((segment, i) => {
      const next = segments[i + 1];
      expect(segment.width).toBeGreaterThan(0);
      expect(segment.x + segment.width).toBeLessThanOrEqual(next?.x ?? 300.001);
    });
  });

  it("shows a cluster without owners as one hole", () => {
    expect(layoutRibbon([], 100)).toMatchObject([{ kind: "hole", first: 0, last: 16383, x: 0, width: 100 }]);
  });

  it("finds the slot under a pixel again", () => {
    for (const slot of [0, 1, 5461, 16383]) expect(slotAtX(slotX(slot, 700) + 0.01, 700)).toBe(slot);
    expect(slotAtX(-5, 700)).toBe(0);
    expect(slotAtX(900, 700)).toBe(16383);
  });
});
