import { countSlots, eachSlot, type SlotRanges } from "@/lib/cluster/slots";
import type { SlotScene } from "./slot-scene";

/** What a selection holds, from counts at hand. Keys are those that are known; `unknownSlots` says how many are not. */
export type SelectionSummary = {
  readonly slots: number;
  readonly ranges: SlotRanges;
  /** Most slots first; index 0 is nobody. */
  readonly owners: readonly { readonly index: number; readonly slots: number; readonly keys: number }[];
  readonly keys: number;
  readonly emptySlots: number;
  readonly unknownSlots: number;
};

export function summarize(scene: SlotScene, ranges: SlotRanges): SelectionSummary {
  const owners = new Map<number, { index: number; slots: number; keys: number }>();
  let [keys, emptySlots, unknownSlots] = [0, 0, 0];
  for (const slot of eachSlot(ranges)) {
    const index = scene.owner[slot] ?? 0;
    const owner = owners.get(index) ?? { index, slots: 0, keys: 0 };
    owners.set(index, owner);
    const count = scene.keys[slot] ?? -1;
    owner.slots++;
    if (count < 0) unknownSlots++;
    else {
      keys += count;
      owner.keys += count;
      if (count === 0) emptySlots++;
    }
  }
  const sorted = [...owners.values()].sort((a, b) => b.slots - a.slots || a.index - b.index);
  return { slots: countSlots(ranges), ranges, owners: sorted, keys, emptySlots, unknownSlots };
}

export type KeyHistogram = {
  readonly empty: number;
  /** Slots with 1…binSize keys, then the next binSize, and so on. */
  readonly bins: readonly number[];
  readonly binSize: number;
  readonly median: number;
  readonly most: number;
};

const MOST_BINS = 28;

/** How many slots of the selection hold how many keys; undefined while no count is known. */
export function keyHistogram(scene: SlotScene, ranges: SlotRanges): KeyHistogram | undefined {
  const all = new Int32Array(countSlots(ranges));
  let filled = 0;
  for (const [first, last] of ranges) {
    all.set(scene.keys.subarray(first, last + 1), filled);
    filled += last - first + 1;
  }
  const sorted = all.filter((n) => n >= 0).sort();
  if (sorted.length === 0) return undefined;
  const most = sorted.at(-1) ?? 0;
  const binSize = Math.max(1, Math.ceil(most / MOST_BINS));
  const bins = new Array<number>(Math.ceil(most / binSize)).fill(0);
  for (const n of sorted) if (n > 0) bins[Math.ceil(n / binSize) - 1] = (bins[Math.ceil(n / binSize) - 1] ?? 0) + 1;
  return {
    empty: sorted.findIndex((n) => n > 0) < 0 ? sorted.length : sorted.findIndex((n) => n > 0),
    bins,
    binSize,
    median: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0,
    most,
  };
}
