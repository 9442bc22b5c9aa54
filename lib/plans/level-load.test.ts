import fc from "fast-check";
import { expect, test } from "vitest";
import { samplePrimaryId } from "@/lib/cluster/sample";
import { countSlots, eachSlot, normalizeRanges, type SlotRange } from "@/lib/cluster/slots";
import { type Loaded, levelLoads, loadOf } from "./level-load";

const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);

/** Slots 0 to 79 in any pieces on 2 to 4 nodes; loads with many zeros and a few hot slots. */
const world = fc
  .record({
    nodes: fc.integer({ min: 2, max: 4 }),
    owners: fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }),
    loads: fc.array(fc.oneof(fc.constant(0), fc.nat(10), fc.nat(10), fc.nat(400)), { minLength: 80, maxLength: 80 }),
    weights: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 4, maxLength: 4 }),
  })
  .map(({ nodes, owners, loads, weights }): readonly Loaded[] => {
    const used = weights.slice(0, nodes);
    return used.map((weight, n) => ({
      id: samplePrimaryId(n),
      loads,
      ranges: normalizeRanges(owners.flatMap((o, i): SlotRange[] => (o % nodes === n ? [[i * 10, i * 10 + 9]] : []))),
      wants: (sum(loads) * weight) / sum(used),
    }));
  });

const after = (nodes: readonly Loaded[], moves: ReturnType<typeof levelLoads>) =>
  nodes.map((node) => {
    const gives = moves.filter((move) => move.source === node.id).flatMap((move) => move.ranges);
    const gets = moves.filter((move) => move.target === node.id).flatMap((move) => move.ranges);
    const load = (ranges: readonly SlotRange[]) => loadOf({ ranges, loads: node.loads });
    return load(node.ranges) - load(gives) + load(gets);
  });

test("slots are kept, nobody gives and takes, and no distance grows in sum", () => {
  fc.assert(
    fc.property(world, (nodes) => {
      const moves = levelLoads(nodes);
      expect(levelLoads(nodes)).toEqual(moves);
      const taken = moves.flatMap((move) => move.ranges);
      expect(countSlots(normalizeRanges(taken))).toBe(countSlots(taken));
      for (const move of moves) {
        const owned = new Set(eachSlot(nodes.find((node) => node.id === move.source)?.ranges ?? []));
        for (const slot of eachSlot(move.ranges)) expect(owned.has(slot)).toBe(true);
        expect(moves.some((other) => other.target === move.source)).toBe(false);
      }
      const far = (loads: readonly number[]) =>
        loads.reduce((all, load, i) => all + Math.abs(load - (nodes[i]?.wants ?? 0)), 0);
      const before = nodes.map(loadOf);
      expect(far(after(nodes, moves))).toBeLessThanOrEqual(far(before) + 1e-6);
      expect(sum(after(nodes, moves))).toBeCloseTo(sum(before), 6);
    }),
    { numRuns: 400 },
  );
});

test("a hot slot goes alone where it fits, and where it does not the ends around it go", () => {
  const loads = Array.from({ length: 100 }, (_, slot) => (slot === 30 ? 50 : 1));
  const [a, b] = [samplePrimaryId(0), samplePrimaryId(1)];
  const moves = levelLoads([
    { id: a, ranges: [[0, 69]], loads, wants: 75 },
    { id: b, ranges: [[70, 99]], loads, wants: 74 },
  ]);
  expect(moves).toEqual([
    {
      source: a,
      target: b,
      ranges: [
        [0, 4],
        [31, 69],
      ],
    },
  ]);
  const more = levelLoads([
    { id: a, ranges: [[0, 69]], loads, wants: 65 },
    { id: b, ranges: [[70, 99]], loads, wants: 84 },
  ]);
  expect(more).toEqual([{ source: a, target: b, ranges: [[26, 30]] }]);
});

test("what is alike from slot to slot is taken at the end that touches, in one piece, without the empty slots beside it", () => {
  const loads = Array.from({ length: 100 }, (_, slot) => (slot >= 50 && slot < 60 ? 0 : 2));
  const [a, b] = [samplePrimaryId(0), samplePrimaryId(1)];
  const moves = levelLoads([
    { id: a, ranges: [[0, 79]], loads, wants: 90 },
    { id: b, ranges: [[80, 99]], loads, wants: 90 },
  ]);
  expect(moves).toEqual([{ source: a, target: b, ranges: [[45, 79]] }]);
});

test("16384 slots on 4 nodes are levelled in the time of a click", () => {
  const loads = Array.from({ length: 16384 }, (_, slot) => ((slot * 7919) % 13) + (slot % 1000 === 0 ? 500 : 0));
  const total = sum(loads);
  const ids = [0, 1, 2, 3].map(samplePrimaryId);
  const nodes = ids.map((id, i) => ({
    id,
    loads,
    ranges: i === 3 ? [] : ([[i * 5461, i === 2 ? 16383 : i * 5461 + 5460]] as const),
    wants: total / 4,
  }));
  const moves = levelLoads(nodes);
  for (const load of after(nodes, moves)) expect(Math.abs(load - total / 4)).toBeLessThan(15);
  expect(moves.flatMap((move) => move.ranges).length).toBeLessThan(20);
});
