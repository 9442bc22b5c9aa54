import { z } from "zod";

/**
 * Slots as sorted, disjoint, maximal inclusive ranges. 16384 slots a cluster, as the cluster specification fixes them.
 * Every function takes any ranges and gives normal ones; none changes its input.
 */
export const SLOT_COUNT = 16384;

export type Slot = number;
export type SlotRange = readonly [first: Slot, last: Slot];
export type SlotRanges = readonly SlotRange[];

const slot = z
  .int()
  .min(0)
  .max(SLOT_COUNT - 1);
export const slotSchema = slot;
export const slotRangeSchema = z
  .tuple([slot, slot])
  .refine(([first, last]) => first <= last, "a slot range runs from the lower to the higher slot");
export const slotRangesSchema = z.array(slotRangeSchema).max(SLOT_COUNT);

export const ALL_SLOTS: SlotRanges = [[0, SLOT_COUNT - 1]];

export function normalizeRanges(ranges: SlotRanges): SlotRange[] {
  const out: [Slot, Slot][] = [];
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const previous = out.at(-1);
    if (previous && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else out.push([first, last]);
  }
  return out;
}

export function rangesOf(slots: Iterable<Slot>): SlotRange[] {
  return normalizeRanges([...slots].map((s) => [s, s] as const));
}

export function countSlots(ranges: SlotRanges): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

export function* eachSlot(ranges: SlotRanges): Generator<Slot> {
  for (const [first, last] of ranges) for (let s = first; s <= last; s++) yield s;
}

export function hasSlot(ranges: SlotRanges, wanted: Slot): boolean {
  return ranges.some(([first, last]) => first <= wanted && wanted <= last);
}

export function unionRanges(...sets: readonly SlotRanges[]): SlotRange[] {
  return normalizeRanges(sets.flat());
}

export function intersectRanges(a: SlotRanges, b: SlotRanges): SlotRange[] {
  const left = normalizeRanges(a);
  const right = normalizeRanges(b);
  const out: SlotRange[] = [];
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    const x = left[i] as SlotRange;
    const y = right[j] as SlotRange;
    const first = Math.max(x[0], y[0]);
    const last = Math.min(x[1], y[1]);
    if (first <= last) out.push([first, last]);
    if (x[1] < y[1]) i++;
    else j++;
  }
  return out;
}

export function subtractRanges(from: SlotRanges, taken: SlotRanges): SlotRange[] {
  const out: SlotRange[] = [];
  const cuts = normalizeRanges(taken);
  for (const [first, last] of normalizeRanges(from)) {
    let cursor = first;
    for (const [cutFirst, cutLast] of cuts) {
      if (cutLast < cursor || cutFirst > last) continue;
      if (cutFirst > cursor) out.push([cursor, cutFirst - 1]);
      cursor = cutLast + 1;
    }
    if (cursor <= last) out.push([cursor, last]);
  }
  return out;
}

/** The first n slots of the ranges, lowest first. Fewer when there are fewer. */
export function takeSlots(ranges: SlotRanges, n: number): SlotRange[] {
  const out: SlotRange[] = [];
  let left = n;
  for (const [first, last] of normalizeRanges(ranges)) {
    if (left <= 0) break;
    const end = Math.min(last, first + left - 1);
    out.push([first, end]);
    left -= end - first + 1;
  }
  return out;
}

export function equalRanges(a: SlotRanges, b: SlotRanges): boolean {
  const left = normalizeRanges(a);
  const right = normalizeRanges(b);
  return left.length === right.length && left.every(([f, l], i) => right[i]?.[0] === f && right[i]?.[1] === l);
}

/** Ranges with a gap of at most so many slots between them as one: for drawings too small to show the gap. */
export function joinRanges(ranges: SlotRanges, gap: number): SlotRange[] {
  const out: [Slot, Slot][] = [];
  for (const [first, last] of normalizeRanges(ranges)) {
    const previous = out.at(-1);
    if (previous && first - previous[1] - 1 <= gap) previous[1] = last;
    else out.push([first, last]);
  }
  return out;
}

/** `0–5460, 6000`: en dash, as the screens show it. */
export function formatRanges(ranges: SlotRanges, dash = "–"): string {
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}${dash}${last}`)).join(", ");
}

/** Reads `0-5460, 6000 7001–7005`. Returns undefined when any part is not a slot or a range of slots. */
export function parseRanges(text: string): SlotRange[] | undefined {
  const out: SlotRange[] = [];
  for (const part of text.split(/[\s,;]+/).filter(Boolean)) {
    const match = /^(\d{1,5})(?:[-–](\d{1,5}))?$/.exec(part);
    if (!match) return undefined;
    const parsed = slotRangeSchema.safeParse([Number(match[1]), Number(match[2] ?? match[1])]);
    if (!parsed.success) return undefined;
    out.push(parsed.data);
  }
  return normalizeRanges(out);
}
