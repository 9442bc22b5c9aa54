import { expect, test } from "vitest";
import { BrokenHyperLogLog, HyperLogLog } from "./hyperloglog";
import { HEADER_BYTES, header, isHyperLogLog, SPARSE } from "./layout";
import { murmur64 } from "./murmur";

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

/** Numbers below `count` from a seed (mulberry32). */
function chanceOf(seed: number): (count: number) => number {
  let state = seed;
  return (count) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  };
}

const filled = (count: number, mostSparseBytes: number, from = 0): HyperLogLog => {
  const one = new HyperLogLog(undefined, mostSparseBytes);
  for (let element = from; element < from + count; element++) one.add(Buffer.from(`element ${element}`));
  return one;
};

test.each([0, 1, 100, 700, 5_000])("%i elements are the same registers sparse and dense", (count) => {
  const [sparse, dense] = [filled(count, 1_000_000), filled(count, 0)];
  expect([sparse.isDense, dense.isDense]).toEqual([false, count > 0]);
  dense.makeDense();
  expect(Buffer.compare(sparse.registers(), dense.registers())).toBe(0);
  expect(sparse.count()).toBe(dense.count());
  expect(Math.abs(Number(sparse.count()) - count)).toBeLessThanOrEqual(Math.ceil(count * 0.03));
});

test("what was kept is not written into: a change makes other bytes", () => {
  const { bytes } = filled(50, 3000);
  const before = Buffer.from(bytes);
  const other = new HyperLogLog(bytes, 3000);
  other.count();
  other.add(Buffer.from("one more"));
  other.makeDense();
  expect(bytes.equals(before)).toBe(true);
});

test("it turns dense above the limit, and not before", () => {
  expect(filled(5000, 3000).isDense).toBe(true);
  const small = filled(300, 3000);
  expect([small.isDense, small.bytes.length <= 3000]).toEqual([false, true]);
});

test(`runs of nonsense are refused and harm nothing, seed ${seed}`, () => {
  const chance = chanceOf(seed);
  let broken = 0;
  for (let round = 0; round < 500; round++) {
    const runs = Buffer.from(Array.from({ length: chance(40) }, () => chance(256)));
    const bytes = Buffer.concat([header(SPARSE), runs]);
    expect(isHyperLogLog(bytes)).toBe(true);
    const one = new HyperLogLog(bytes, 3000);
    try {
      for (let element = 0; element < 20; element++) one.add(Buffer.from([chance(256), chance(256)]));
      one.registers();
    } catch (error) {
      expect(error).toBeInstanceOf(BrokenHyperLogLog);
      broken++;
    }
    expect(one.bytes.length).toBeLessThanOrEqual(HEADER_BYTES + runs.length + 80);
  }
  expect(broken).toBeGreaterThan(250);
});

test("hashes of every length of rest differ", () => {
  const hashes = Array.from({ length: 40 }, (_, length) => murmur64(Buffer.alloc(length, 7)));
  expect(new Set(hashes).size).toBe(40);
});
