import fc from "fast-check";
import { expect, test } from "vitest";
import { samplePrimaryId } from "@/lib/cluster/sample";
import { countSlots, normalizeRanges } from "@/lib/cluster/slots";
import { moveSteps, phasesOf, weigh } from "./moves";
import { deal, type Move, pickSlots } from "./pick";

const id = samplePrimaryId;
const move = (source: number, target: number, first: number, last = first): Move => ({
  source: id(source),
  target: id(target),
  ranges: [[first, last]],
});

test("I20: whoever gives in a phase does not receive in it", () => {
  expect(phasesOf([move(0, 1, 0), move(2, 1, 1)])).toEqual([0, 0]);
  expect(phasesOf([move(0, 1, 0), move(1, 2, 9), move(0, 2, 3)])).toEqual([0, 1, 0]);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 15 }), (pairs) => {
      const moves = pairs.filter(([a, b]) => a !== b).map(([a, b], i) => move(a, b, i));
      const phases = phasesOf(moves);
      for (const [i, one] of moves.entries())
        for (const [j, other] of moves.entries())
          if (phases[i] === phases[j]) expect(one.source).not.toBe(other.target);
    }),
  );
});

test("moves of one pair become one step, phases go up from the first", () => {
  const { steps, nextPhase } = moveSteps(
    { slotKeys: {}, sizes: {} },
    [move(0, 1, 0, 4), move(1, 2, 9), move(0, 1, 5)],
    3,
  );
  expect(steps.map((s) => [s.phase, s.slots])).toEqual([
    [3, 6],
    [4, 1],
  ]);
  expect(nextPhase).toBe(5);
  expect(moveSteps({ slotKeys: {}, sizes: {} }, [], 3)).toEqual({ steps: [], nextPhase: 3 });
});

test("a slot that was not counted makes the whole weight unknown, not zero", () => {
  const slotKeys = { [id(0)]: [3, -1, 0] };
  expect(weigh({ slotKeys, sizes: {} }, move(0, 1, 0))).toEqual({ keys: 3 });
  expect(weigh({ slotKeys, sizes: { [id(0)]: { bytesPerKey: 2.4, sampledKeys: 9 } } }, move(0, 1, 0))).toEqual({
    keys: 3,
    bytes: 7,
  });
  expect(weigh({ slotKeys, sizes: {} }, move(0, 1, 0, 1))).toEqual({});
  expect(weigh({ slotKeys, sizes: {} }, move(0, 1, 2))).toEqual({ keys: 0, bytes: 0 });
});

test.each([
  ["the end that touches the target", [[0, 99]], 10, [[100, 200]], [[90, 99]]],
  [
    "a whole range rather than a piece of another",
    [
      [0, 99],
      [150, 159],
    ],
    10,
    [[300, 400]],
    [[150, 159]],
  ],
  ["the nearest end", [[100, 199]], 10, [[500, 600]], [[190, 199]]],
  ["the lowest slots of a lone source", [[100, 199]], 10, [], [[100, 109]]],
  ["everything there is", [[0, 9]], 50, [], [[0, 9]]],
] as const)("%s is taken", (_, from, count, toward, taken) => {
  expect(pickSlots({ from, count, toward, seams: [] })).toEqual(taken);
});

test("what is dealt is what was given, each its share", () => {
  const shape = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(shape, shape, (a, b) => {
      const total = Math.min(
        a.reduce((x, y) => x + y, 0),
        b.reduce((x, y) => x + y, 0),
      );
      const cut = (list: readonly number[]) => {
        let left = total;
        return list.map((n) => {
          const share = Math.min(n, left);
          left -= share;
          return share;
        });
      };
      const gives = cut(a).map((count, i) => ({ id: id(i), count, ranges: [[i * 100, i * 100 + 79]] as const }));
      const takes = cut(b).map((count, i) => ({
        id: id(10 + i),
        count,
        ranges: [[5000 + i * 100, 5000 + i * 100]] as const,
      }));
      const moves = deal(gives, takes);
      const sumOf = (side: "source" | "target", who: string) =>
        moves.filter((m) => m[side] === who).reduce((n, m) => n + countSlots(m.ranges), 0);
      for (const give of gives) expect(sumOf("source", give.id)).toBe(give.count);
      for (const take of takes) expect(sumOf("target", take.id)).toBe(take.count);
      expect(countSlots(normalizeRanges(moves.flatMap((m) => m.ranges)))).toBe(total);
    }),
  );
});
