import type { NodeId } from "@/lib/cluster/node";
import {
  countSlots,
  eachSlot,
  hasSlot,
  normalizeRanges,
  rangesOf,
  type SlotRange,
  type SlotRanges,
  subtractRanges,
} from "@/lib/cluster/slots";
import type { Move } from "./pick";

/**
 * Which slots go where so that loads (keys, bytes, work) come near to what is expected. Slots are whole: what is left
 * over at a pair is at most half of a slot.
 *
 * 1. Who has too much gives, who has too little takes; nobody does both.
 * 2. Hot slots, of HOT times a slot's mean on their node, go first and one by one, the hottest that still fits: they are
 *    why a load is uneven, and few of them carry much.
 * 3. The rest is alike from slot to slot, and which of them go matters little. Whole ranges and ends of ranges go, as
 *    in pick.ts, so that the map stays in few pieces; empty slots at the cut stay.
 *    A hot slot that does not fit may stand in the way: then the next end is cut, until less than a slot is left.
 * 4. One slot more where that comes nearer.
 */
const HOT = 4;
const EPSILON = 1e-9;

export type Loaded = {
  readonly id: NodeId;
  readonly ranges: SlotRanges;
  /** Index = slot; of slots that it owns. */
  readonly loads: readonly number[];
  readonly wants: number;
};

type Giver = { readonly id: NodeId; readonly loads: readonly number[]; ranges: SlotRange[]; over: number };
type Taker = { readonly id: NodeId; ranges: SlotRange[]; under: number };

export const loadOf = ({ ranges, loads }: Pick<Loaded, "ranges" | "loads">): number => {
  let sum = 0;
  for (const slot of eachSlot(ranges)) sum += loads[slot] ?? 0;
  return sum;
};

export function levelLoads(nodes: readonly Loaded[]): readonly Move[] {
  const over = nodes.map((node) => loadOf(node) - node.wants);
  const givers: Giver[] = nodes.flatMap(({ id, ranges, loads }, i) =>
    (over[i] ?? 0) > EPSILON ? [{ id, loads, ranges: normalizeRanges(ranges), over: over[i] ?? 0 }] : [],
  );
  const takers: Taker[] = nodes.flatMap(({ id, ranges }, i) =>
    (over[i] ?? 0) < -EPSILON ? [{ id, ranges: normalizeRanges(ranges), under: -(over[i] ?? 0) }] : [],
  );
  const moves: Move[] = [];
  for (const giver of givers)
    for (const taker of inOrder(giver, takers)) {
      const taken = takeFrom(giver, taker);
      if (taken.length > 0) moves.push({ source: giver.id, target: taker.id, ranges: taken });
    }
  return moves;
}

/** Those that it touches first, then those that lack most. */
function inOrder(giver: Giver, takers: readonly Taker[]): readonly Taker[] {
  const touches = (taker: Taker) =>
    giver.ranges.some(([first, last]) => hasSlot(taker.ranges, first - 1) || hasSlot(taker.ranges, last + 1));
  return [...takers].sort((a, b) => Number(touches(b)) - Number(touches(a)) || b.under - a.under);
}

function takeFrom(giver: Giver, taker: Taker): SlotRange[] {
  let taken: SlotRange[] = [];
  const take = (ranges: SlotRanges) => {
    const sum = loadOf({ ranges, loads: giver.loads });
    giver.over -= sum;
    taker.under -= sum;
    giver.ranges = subtractRanges(giver.ranges, ranges);
    taker.ranges = normalizeRanges([...taker.ranges, ...ranges]);
    taken = normalizeRanges([...taken, ...ranges]);
  };
  take(rangesOf(fitting(hotSlots(giver), giver.loads, room(giver, taker))));
  const mean = meanOf(giver);
  for (let bite = nextBite(giver, taker); bite; bite = nextBite(giver, taker)) {
    take([bite.range]);
    if (!bite.whole && room(giver, taker) <= mean) break;
  }
  const last = lastSlot(giver, taker);
  if (last !== undefined) take([[last, last]]);
  return taken;
}

const room = (giver: Giver, taker: Taker): number => Math.min(giver.over, taker.under);

/** The hottest first. */
function hotSlots({ ranges, loads }: Pick<Giver, "ranges" | "loads">): readonly number[] {
  const least = HOT * meanOf({ ranges, loads });
  const load = (slot: number) => loads[slot] ?? 0;
  return [...eachSlot(ranges)]
    .filter((slot) => load(slot) >= least && load(slot) > 0)
    .sort((a, b) => load(b) - load(a) || a - b);
}

function fitting(slots: readonly number[], loads: readonly number[], amount: number): readonly number[] {
  let left = amount;
  return slots.filter((slot) => {
    const load = loads[slot] ?? 0;
    if (load > left + EPSILON) return false;
    left -= load;
    return true;
  });
}

const meanOf = (node: Pick<Loaded, "ranges" | "loads">): number => loadOf(node) / Math.max(1, countSlots(node.ranges));

type Bite = { readonly range: SlotRange; readonly whole: boolean; readonly cost: readonly number[] };

/** The cheapest whole range that fits, or end of a range up to what fits, without empty slots at its inner end. */
function nextBite(giver: Giver, taker: Taker): Bite | undefined {
  const amount = room(giver, taker);
  if (amount <= EPSILON) return undefined;
  const bites = giver.ranges.flatMap((range) => bitesOf(range, giver.loads, taker.ranges, amount));
  return bites.reduce<Bite | undefined>(
    (best, bite) => (best && !isCheaper(bite.cost, best.cost) ? best : bite),
    undefined,
  );
}

function bitesOf(
  [first, last]: SlotRange,
  loads: readonly number[],
  goal: SlotRanges,
  amount: number,
): readonly Bite[] {
  const sum = loadOf({ ranges: [[first, last]], loads });
  if (sum === 0) return [];
  const low = hasSlot(goal, first - 1) ? 1 : 0;
  const high = hasSlot(goal, last + 1) ? 1 : 0;
  if (sum <= amount + EPSILON) return [{ range: [first, last], whole: true, cost: [-low - high, first] }];
  const up = reach(first, last, loads, amount);
  const down = reach(last, first, loads, amount);
  return [
    ...(up === undefined ? [] : [endBite([first, up], low)]),
    ...(down === undefined ? [] : [endBite([down, last], high)]),
  ];
}

const endBite = (range: SlotRange, touching: number): Bite => ({ range, whole: false, cost: [1 - touching, range[0]] });

/** From `from` towards `to`: the furthest slot with a load up to which the sum fits. */
function reach(from: number, to: number, loads: readonly number[], amount: number): number | undefined {
  const step = from <= to ? 1 : -1;
  let sum = 0;
  let found: number | undefined;
  for (let slot = from; slot !== to + step; slot += step) {
    const load = loads[slot] ?? 0;
    sum += load;
    if (sum > amount + EPSILON) break;
    if (load > 0) found = slot;
  }
  return found;
}

const isCheaper = (a: readonly number[], b: readonly number[]): boolean => {
  const i = a.findIndex((cost, k) => cost !== b[k]);
  return i >= 0 && (a[i] ?? 0) < (b[i] ?? 0);
};

/** One slot beyond what fits, hot or at an end, where more than half of it is still wanted. */
function lastSlot(giver: Giver, taker: Taker): number | undefined {
  const amount = room(giver, taker);
  if (amount <= EPSILON) return undefined;
  const load = (slot: number) => giver.loads[slot] ?? 0;
  const fits = [...giver.ranges.flat(), ...hotSlots(giver)].filter(
    (slot) => load(slot) > 0 && load(slot) - amount < amount - EPSILON,
  );
  const touches = (slot: number) => hasSlot(taker.ranges, slot - 1) || hasSlot(taker.ranges, slot + 1);
  return fits.sort(
    (a, b) =>
      Number(touches(b)) - Number(touches(a)) || Math.abs(load(a) - amount) - Math.abs(load(b) - amount) || a - b,
  )[0];
}
