import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Deque } from "./deque";
import { Dict } from "./dict";
import { SortedSet } from "./sorted-set";

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
console.log(`seed ${seed}`);
const latin1 = (text: string) => Buffer.from(text, "latin1");

describe("a deque", () => {
  it("does what an array does", () => {
    const op = fc.tuple(
      fc.constantFrom("head", "tail", "pop", "shift", "insert", "remove", "replace", "keep", "filter"),
      fc.nat(),
      fc.nat(30),
    );
    fc.assert(
      fc.property(fc.array(op, { maxLength: 300 }), (ops) => {
        const deque = new Deque();
        const model: Buffer[] = [];
        for (const [kind, place, size] of ops) {
          const item = Buffer.alloc(size, place & 0xff);
          const index = model.length === 0 ? 0 : place % model.length;
          if (kind === "head") [deque.pushHead(item), model.unshift(item)];
          if (kind === "tail") [deque.pushTail(item), model.push(item)];
          if (kind === "pop") expect(deque.popTail()).toBe(model.pop());
          if (kind === "shift") expect(deque.popHead()).toBe(model.shift());
          if (kind === "insert") [deque.insert(index, item), model.splice(index, 0, item)];
          if (kind === "remove") [deque.remove(index), model.splice(index, 1)];
          if (kind === "replace" && model.length > 0) [deque.replace(index, item), model.splice(index, 1, item)];
          if (kind === "keep" && place % 4 === 0) {
            deque.keep(index, index + size);
            const kept = model.slice(index, index + size + 1);
            model.splice(0, model.length, ...kept);
          }
          if (kind === "filter" && place % 4 === 0) {
            deque.filter((one) => one.length !== size);
            const kept = model.filter((one) => one.length !== size);
            model.splice(0, model.length, ...kept);
          }
        }
        expect([...deque]).toEqual(model);
        expect(deque.range(1, 5)).toEqual(model.slice(1, 6));
        expect(deque.bytes).toBe(model.reduce((sum, one) => sum + one.length, 0));
      }),
      { seed },
    );
  });
});

describe("a dict", () => {
  it("is walked backwards without missing what stays", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 400 }), fc.array(fc.nat(500), { maxLength: 400 }), (size, removals) => {
        const dict = new Dict<number>();
        for (let i = 0; i < size; i++) dict.set(`m${i}`, i);
        const kept = new Set(
          Array.from({ length: size }, (_, i) => `m${i}`).filter((name) => !removals.includes(Number(name.slice(1)))),
        );
        const seen = new Set<string>();
        let at = 0;
        for (let cursor = dict.size; cursor > 0; cursor--) {
          cursor = Math.min(cursor, dict.size);
          const name = dict.nameAt(cursor - 1);
          if (name) seen.add(name);
          const gone = removals[at++];
          if (gone !== undefined) dict.delete(`m${gone}`);
          if (at % 3 === 0) dict.set(`new${at}`, at);
        }
        for (const name of kept) expect(seen.has(name)).toBe(true);
      }),
      { seed },
    );
  });
});

describe("a sorted set", () => {
  it("does what a sorted array does", () => {
    const op = fc.record({
      member: fc.nat(400),
      score: fc.integer({ min: -20, max: 20 }),
      removes: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(op, { minLength: 200, maxLength: 3000 }), (ops) => {
        const sorted = new SortedSet();
        const model = new Map<string, number>();
        for (const { member, score, removes } of ops) {
          const name = `m${member}`;
          if (removes === 0) expect(sorted.remove(name)).toBe(model.delete(name));
          else {
            expect(sorted.add(name, score)).toBe(!model.has(name));
            model.set(name, score);
          }
        }
        const order = [...model]
          .map(([member, score]) => ({ member, score }))
          .sort((a, b) => a.score - b.score || latin1(a.member).compare(latin1(b.member)));
        expect(sorted.slice(0, sorted.size)).toEqual(order);
        for (let rank = 0; rank < order.length; rank += 7) {
          expect(sorted.at(rank)).toEqual(order[rank]);
          expect(sorted.rank(order[rank]?.member ?? "")).toBe(rank);
        }
        expect(sorted.slice(10, 19)).toEqual(order.slice(10, 20));
        for (const score of [-21, -3, 0, 20]) {
          expect(sorted.below(score, false)).toBe(order.filter((one) => one.score < score).length);
          expect(sorted.below(score, true)).toBe(order.filter((one) => one.score <= score).length);
        }
      }),
      { seed, numRuns: 40 },
    );
  });

  it("keeps its order when many are added upwards, downwards and taken away", () => {
    const sorted = new SortedSet();
    for (let i = 0; i < 20_000; i++) sorted.add(`up${i}`, i);
    for (let i = 0; i < 20_000; i++) sorted.add(`down${i}`, -i - 1);
    for (let i = 0; i < 20_000; i += 2) expect(sorted.remove(`up${i}`)).toBe(true);
    for (let i = 0; i < 19_000; i++) sorted.remove(`down${i}`);
    expect(sorted.size).toBe(11_000);
    expect(sorted.rank("up1")).toBe(1000);
    expect(sorted.at(1001)).toEqual({ member: "up3", score: 3 });
    expect(sorted.slice(0, 0)).toEqual([{ member: "down19999", score: -20_000 }]);
  });
});
