import { describe, expect, it } from "vitest";
import { SLOT_COUNT } from "@/lib/cluster/slots";
import { fullCount, keyStepOf, keySteps, keysPerRow } from "./slot-keys";
import { sceneOf } from "./slot-scene";
import { sketch } from "./slot-scene.fixture";
import { keyHistogram, summarize } from "./slot-summary";

const topology = sketch({ ranges: [[0, 8191]] }, { ranges: [[8192, 16383]] });
const counts = Array.from({ length: SLOT_COUNT }, (_, slot) => (slot === 300 ? -1 : slot % 10));
const scene = sceneOf({ topology, counts });

describe("keys of the map", () => {
  it("are summed by row, with what is selected of them and whether any is missing", () => {
    const rows = keysPerRow(scene, [[0, 9]]);
    expect(rows[0]).toEqual({ keys: 12 * 45 + 28, selected: 45, unknown: 0 });
    expect(rows[2]?.unknown).toBe(1);
  });

  it.each([
    { name: "slots that are alike", keys: [1, 10, 20, 30, 40, 50], ends: [10, 20, 30, 40, 50] },
    { name: "few keys", keys: [1, 1, 2], ends: [1, 2, 3, 4, 5] },
    { name: "nothing known", keys: [-1, -1], ends: [1, 2, 3, 4, 5] },
  ])("have five rising steps for $name", ({ keys, ends }) => {
    expect(keySteps(Int32Array.from(keys.flatMap((n) => new Array(100).fill(n))))).toEqual(ends);
  });

  it("rise by a factor where few slots hold most keys", () => {
    const steps = keySteps(Int32Array.from([...new Array(900).fill(2), ...new Array(100).fill(5000)]));
    expect(steps[0]).toBeLessThan(10);
    expect(steps.at(-1)).toBe(5000);
    expect([...steps].sort((a, b) => a - b)).toEqual(steps);
  });

  it("fall into a step by their count, the last one open above", () => {
    const steps = [10, 20, 30, 40, 50];
    expect([0, 1, 10, 11, 50, 9999].map((n) => keyStepOf(steps, n))).toEqual([0, 1, 1, 2, 5, 5]);
  });

  it("do not let one giant slot darken the others", () => {
    expect(fullCount(Int32Array.from([...new Array(99).fill(20), 100_000]))).toBe(20);
  });
});

describe("a selection", () => {
  it("tells owners, keys, empty and unknown slots", () => {
    expect(
      summarize(scene, [
        [8190, 8195],
        [300, 300],
      ]),
    ).toEqual({
      slots: 7,
      ranges: [
        [8190, 8195],
        [300, 300],
      ],
      owners: [
        { index: 2, slots: 4, keys: 2 + 3 + 4 + 5 },
        { index: 1, slots: 3, keys: 0 + 1 },
      ],
      keys: 15,
      emptySlots: 1,
      unknownSlots: 1,
    });
  });

  it("has a histogram with the empty ones apart", () => {
    expect(keyHistogram(scene, [[0, 19]])).toEqual({
      empty: 2,
      bins: [2, 2, 2, 2, 2, 2, 2, 2, 2],
      binSize: 1,
      median: 4,
      most: 9,
    });
    expect(keyHistogram(scene, [[300, 300]])).toBeUndefined();
  });
});
