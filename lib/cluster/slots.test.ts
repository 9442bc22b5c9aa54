import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ALL_SLOTS,
  countSlots,
  eachSlot,
  equalRanges,
  formatRanges,
  hasSlot,
  intersectRanges,
  normalizeRanges,
  parseRanges,
  rangesOf,
  SLOT_COUNT,
  type SlotRange,
  type SlotRanges,
  subtractRanges,
  takeSlots,
  unionRanges,
} from "./slots";

const slot = fc.integer({ min: 0, max: SLOT_COUNT - 1 });
const range = fc
  .tuple(slot, fc.integer({ min: 0, max: 300 }))
  .map(([first, more]): SlotRange => [first, Math.min(SLOT_COUNT - 1, first + more)]);
const ranges = fc.array(range, { maxLength: 20 });
const setOf = (r: SlotRanges) => new Set(eachSlot(r));
const sorted = (s: Iterable<number>) => [...s].sort((a, b) => a - b);

describe("ranges behave as sets", () => {
  test("normal form is sorted, disjoint, maximal, and the same set", () => {
    fc.assert(
      fc.property(ranges, (r) => {
        const normal = normalizeRanges(r);
        expect(sorted(setOf(normal))).toEqual(sorted(setOf(r)));
        for (const [i, [first]] of normal.entries())
          if (i > 0) expect(first).toBeGreaterThan((normal[i - 1]?.[1] ?? 0) + 1);
        expect(countSlots(normal)).toBe(setOf(r).size);
        expect(rangesOf(setOf(r))).toEqual(normal);
      }),
    );
  });

  test("union, intersection, difference", () => {
    fc.assert(
      fc.property(ranges, ranges, (a, b) => {
        const [x, y] = [setOf(a), setOf(b)];
        expect(setOf(unionRanges(a, b))).toEqual(new Set(sorted([...x, ...y])));
        expect([...eachSlot(intersectRanges(a, b))]).toEqual(sorted([...x].filter((s) => y.has(s))));
        expect([...eachSlot(subtractRanges(a, b))]).toEqual(sorted([...x].filter((s) => !y.has(s))));
        expect(equalRanges(unionRanges(subtractRanges(a, b), intersectRanges(a, b)), a)).toBe(true);
      }),
    );
  });

  test("take gives the lowest n", () => {
    fc.assert(
      fc.property(ranges, fc.integer({ min: 0, max: 500 }), (r, n) => {
        expect([...eachSlot(takeSlots(r, n))]).toEqual(sorted(setOf(r)).slice(0, n));
      }),
    );
  });

  test("what is shown can be read again", () => {
    fc.assert(fc.property(ranges, (r) => equalRanges(parseRanges(formatRanges(normalizeRanges(r))) ?? [[0, 0]], r)));
  });
});

test.each([
  [
    "0-5460, 6000 7001–7005",
    [
      [0, 5460],
      [6000, 6000],
      [7001, 7005],
    ],
  ],
  ["5;6;7", [[5, 7]]],
  ["", []],
  ["16384", undefined],
  ["9-3", undefined],
  ["a", undefined],
  ["1-", undefined],
])("parse %j", (text, expected) => {
  expect(parseRanges(text)).toEqual(expected);
});

test("known values", () => {
  expect(countSlots(ALL_SLOTS)).toBe(16384);
  expect(hasSlot([[5, 9]], 9)).toBe(true);
  expect(hasSlot([[5, 9]], 10)).toBe(false);
  expect(
    formatRanges([
      [0, 5460],
      [6000, 6000],
    ]),
  ).toBe("0–5460, 6000");
});
