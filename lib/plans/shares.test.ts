import fc from "fast-check";
import { expect, test } from "vitest";
import { even, fillUp, proportional } from "./shares";

const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
const counts = fc.array(fc.nat(5000), { minLength: 1, maxLength: 20 });

test.each([
  [7, [100, 100, 100, 100, 100], [2, 2, 1, 1, 1]],
  [10, [1, 1, 1], [4, 3, 3]],
  [4096, [5461, 5462, 5461], [1365, 1366, 1365]],
  [3, [0, 0], [0, 0]],
])("%i in proportion to %j", (total, weights, shares) => {
  expect(proportional(total, weights)).toEqual(shares);
});

test("proportional shares add up, and none is off by one or more", () => {
  fc.assert(
    fc.property(counts, fc.nat(16384), (weights, total) => {
      fc.pre(sum(weights) > 0);
      const shares = proportional(total, weights);
      expect(sum(shares)).toBe(total);
      for (const [i, share] of shares.entries())
        expect(Math.abs(share - (total * (weights[i] ?? 0)) / sum(weights))).toBeLessThan(1);
    }),
  );
});

test("even leaves the odd ones with those who have most", () => {
  expect(even([5461, 5462, 5461, 0])).toEqual([4096, 4096, 4096, 4096]);
  expect(even([10, 0, 1])).toEqual([4, 3, 4]);
});

test.each([
  [[0, 0, 0], 7, [3, 2, 2]],
  [[10, 0], 4, [0, 4]],
  [[10, 0], 12, [1, 11]],
  [[5461, 5462, 5461], 5461, [1821, 1819, 1821]],
])("%j filled up by %i", (before, amount, received) => {
  expect(fillUp(before, amount)).toEqual(received);
});

test("filling up adds up, and who received ends no higher than anybody else plus one", () => {
  fc.assert(
    fc.property(counts, fc.nat(16384), (before, amount) => {
      const received = fillUp(before, amount);
      expect(sum(received)).toBe(amount);
      const after = before.map((n, i) => n + (received[i] ?? 0));
      const least = Math.min(...after);
      for (const [i, n] of after.entries()) if ((received[i] ?? 0) > 0) expect(n).toBeLessThanOrEqual(least + 1);
    }),
  );
});
