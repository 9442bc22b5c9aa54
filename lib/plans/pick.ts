import type { NodeId } from "@/lib/cluster/node";
import {
  countSlots,
  hasSlot,
  normalizeRanges,
  type SlotRange,
  type SlotRanges,
  subtractRanges,
} from "@/lib/cluster/slots";

/**
 * Which slots leave a source so that the map stays in few pieces.
 *
 * A cut in the middle of a range makes two new pieces, a cut at an end one, and none where that end touches what the
 * target owns; a whole range costs the source a piece and saves it. So only whole ranges and ends are ever taken, the
 * cheapest first. Among equals: an end that touches the target, an end that another source will go on from (a seam),
 * the end nearest to the target, the lowest slot. The same input always gives the same slots.
 */
export type Pick = {
  readonly from: SlotRanges;
  readonly count: number;
  /** What the target owns, or has been given by this plan. */
  readonly toward: SlotRanges;
  /** What other sources will give to the same target later: an end beside it becomes one piece with theirs. */
  readonly seams: SlotRanges;
};

type Bite = { readonly range: SlotRange; readonly cost: readonly number[] };

export function pickSlots({ from, count, toward, seams }: Pick): SlotRange[] {
  let left: SlotRange[] = normalizeRanges(from);
  let goal: SlotRange[] = normalizeRanges(toward);
  const taken: SlotRange[] = [];
  for (let need = Math.min(count, countSlots(left)); need > 0; ) {
    const { range } = left.flatMap((r) => bitesOf(r, need, goal, seams)).reduce((a, b) => (isCheaper(b, a) ? b : a));
    taken.push(range);
    need -= range[1] - range[0] + 1;
    left = subtractRanges(left, [range]);
    goal = normalizeRanges([...goal, range]);
  }
  return normalizeRanges(taken);
}

function bitesOf([first, last]: SlotRange, need: number, goal: SlotRanges, seams: SlotRanges): readonly Bite[] {
  const low = hasSlot(goal, first - 1) ? 1 : 0;
  const high = hasSlot(goal, last + 1) ? 1 : 0;
  const distance = (slot: number) => (goal.length === 0 ? 0 : distanceTo(slot, goal));
  if (last - first + 1 <= need) {
    const near = Math.min(distance(first), distance(last));
    return [{ range: [first, last], cost: [-low - high, -low - high, 0, near, first] }];
  }
  const seam = (slot: number) => (hasSlot(seams, slot) ? 0 : 1);
  return [
    { range: [first, first + need - 1], cost: [1 - low, -low, seam(first - 1), distance(first), first] },
    { range: [last - need + 1, last], cost: [1 - high, -high, seam(last + 1), distance(last), last] },
  ];
}

function isCheaper(a: Bite, b: Bite): boolean {
  for (const [i, mine] of a.cost.entries()) {
    const other = b.cost[i] ?? 0;
    if (mine !== other) return mine < other;
  }
  return false;
}

function distanceTo(slot: number, goal: SlotRanges): number {
  return Math.min(...goal.map(([first, last]) => (slot < first ? first - slot : slot > last ? slot - last : 0)));
}

export type Move = { readonly source: NodeId; readonly target: NodeId; readonly ranges: SlotRanges };
export type Give = { readonly id: NodeId; readonly ranges: SlotRanges; readonly count: number };
export type Take = Give;

/**
 * Who gives what to whom when several give and several receive; the counts of both sides add up to the same. Sources go
 * in slot order, each to the target it touches first, so that there are few pairs and few pieces.
 */
export function deal(gives: readonly Give[], takes: readonly Take[]): readonly Move[] {
  const order = [...gives].sort((a, b) => (a.ranges[0]?.[0] ?? 0) - (b.ranges[0]?.[0] ?? 0));
  const targets = takes.map((take) => ({ id: take.id, ranges: take.ranges, left: take.count, place: place(take) }));
  const moves: Move[] = [];
  for (const [i, give] of order.entries()) {
    let rest: SlotRanges = give.ranges;
    for (let left = give.count; left > 0; ) {
      const target = nearest(
        rest,
        targets.filter((t) => t.left > 0),
      );
      if (!target) return moves;
      const count = Math.min(left, target.left);
      const later = target.left > count ? order.slice(i + 1).flatMap((g) => g.ranges) : [];
      const ranges = pickSlots({ from: rest, count, toward: target.ranges, seams: later });
      moves.push({ source: give.id, target: target.id, ranges });
      rest = subtractRanges(rest, ranges);
      target.ranges = normalizeRanges([...target.ranges, ...ranges]);
      target.left -= count;
      left -= count;
    }
  }
  return moves;
}

const place = (take: Take): number => take.ranges[0]?.[0] ?? Number.MAX_SAFE_INTEGER;

function nearest<T extends { readonly ranges: SlotRanges }>(from: SlotRanges, targets: readonly T[]): T | undefined {
  const far = (t: T) =>
    t.ranges.length === 0
      ? Number.MAX_SAFE_INTEGER
      : Math.min(...from.flatMap(([first, last]) => [distanceTo(first, t.ranges), distanceTo(last, t.ranges)]));
  return targets.reduce<T | undefined>((best, t) => (best === undefined || far(t) < far(best) ? t : best), undefined);
}
