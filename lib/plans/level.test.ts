import fc from "fast-check";
import { expect, test } from "vitest";
import { expected, isOut, level } from "./level";
import { redisCliCounts } from "./redis-cli-rebalance.fixture";

const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
const away = (counts: readonly number[], weights: readonly number[]) => {
  const wants = expected(sum(counts), weights);
  return counts.reduce((all, count, i) => all + Math.abs(count - (wants[i] ?? 0)), 0);
};
const movedBetween = (before: readonly number[], after: readonly number[]) =>
  before.reduce((all, count, i) => all + Math.max(0, count - (after[i] ?? 0)), 0);

test.each([
  [
    [5461, 5462, 5461, 0],
    [1, 1, 1, 1],
    [4096, 4096, 4096, 4096],
  ],
  [
    [5461, 5462, 5461],
    [1, 1, 1],
    [5461, 5462, 5461],
  ],
  [
    [5461, 5462, 5461],
    [2, 1, 1],
    [8192, 4096, 4096],
  ],
  [
    [5461, 5462, 5461],
    [0, 1, 1],
    [0, 8192, 8192],
  ],
  [
    [10, 0, 0],
    [1, 2.5, 0.5],
    [3, 6, 1],
  ],
])("%j by the weights %j is %j", (counts, weights, after) => {
  expect(level(counts, weights)).toEqual(after);
});

test("the threshold is a part of what is expected, and 0 is exact", () => {
  expect(isOut(98, 100, 2)).toBe(false);
  expect(isOut(97, 100, 2)).toBe(true);
  expect(isOut(100.5, 100, 0)).toBe(true);
  expect(isOut(1, 0, 50)).toBe(true);
});

const small = fc
  .array(fc.record({ count: fc.nat(5), weight: fc.nat(4) }), { minLength: 1, maxLength: 4 })
  .filter((nodes) => nodes.some(({ weight }) => weight > 0));

test("nothing is nearer to what is expected, and nothing as near moves fewer slots (brute force)", () => {
  fc.assert(
    fc.property(small, (nodes) => {
      const counts = nodes.map(({ count }) => count);
      const weights = nodes.map(({ weight }) => weight);
      const best = splits(sum(counts), counts.length)
        .map((split) => [away(split, weights), movedBetween(counts, split)] as const)
        .reduce((a, b) => (b[0] < a[0] - 1e-9 || (Math.abs(b[0] - a[0]) < 1e-9 && b[1] < a[1]) ? b : a));
      const mine = level(counts, weights);
      expect(sum(mine)).toBe(sum(counts));
      expect(away(mine, weights)).toBeCloseTo(best[0], 9);
      expect(movedBetween(counts, mine)).toBe(best[1]);
    }),
    { numRuns: 300 },
  );
});

function splits(total: number, parts: number): readonly (readonly number[])[] {
  if (parts === 1) return [[total]];
  return Array.from({ length: total + 1 }, (_, first) =>
    splits(total - first, parts - 1).map((rest) => [first, ...rest]),
  ).flat();
}

/** 16384 slots in any shares, weights that redis-cli takes, with empty masters or without. */
const cluster = fc
  .record({
    cuts: fc.array(fc.nat(16384), { minLength: 2, maxLength: 11 }),
    weights: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 13, maxLength: 13 }),
    threshold: fc.constantFrom(0, 2, 2, 10),
  })
  .map(({ cuts, ...rest }) => {
    const edges = [0, ...cuts.sort((a, b) => a - b), 16384];
    return { ...rest, counts: edges.slice(1).map((edge, i) => edge - (edges[i] ?? 0)) };
  });

test("never further from what is expected than redis-cli ends", () => {
  fc.assert(
    fc.property(cluster, ({ counts, weights: all, threshold }) => {
      const weights = all.slice(0, counts.length);
      const theirs = redisCliCounts({ counts, weights, threshold, useEmpty: true });
      const mine = level(counts, weights);
      expect(sum(mine)).toBe(16384);
      expect(away(mine, weights)).toBeLessThanOrEqual(away(theirs, weights) + 1e-6);
      for (const [i, wants] of expected(16384, weights).entries())
        expect(Math.abs((mine[i] ?? 0) - wants)).toBeLessThan(1);
    }),
    { numRuns: 500 },
  );
});

test("the reference does what was seen of redis-cli", () => {
  const four = { counts: [5461, 5462, 5461, 0], weights: [1, 1, 1, 1] };
  expect(redisCliCounts({ ...four, threshold: 2, useEmpty: true })).toEqual([4096, 4096, 4096, 4096]);
  expect(redisCliCounts({ ...four, threshold: 2, useEmpty: false })).toEqual(four.counts);
  expect(redisCliCounts({ ...four, threshold: 0, useEmpty: true })).toEqual(four.counts);
});
