import { eachSlot, type SlotRanges } from "@/lib/cluster/slots";
import { rowOf, SLOT_ROWS } from "./slot-grid";
import type { SlotScene } from "./slot-scene";

/** Keys of each row of 128 slots: all, how many of them are selected, and how many slots are not counted. */
export type RowKeys = { readonly keys: number; readonly selected: number; readonly unknown: number };

export function keysPerRow(scene: SlotScene, selection: SlotRanges): RowKeys[] {
  const rows = Array.from({ length: SLOT_ROWS }, () => ({ keys: 0, selected: 0, unknown: 0 }));
  scene.keys.forEach((count, slot) => {
    const row = rows[rowOf(slot)];
    if (!row) return;
    if (count < 0) row.unknown++;
    else row.keys += count;
  });
  for (const slot of eachSlot(selection)) {
    const row = rows[rowOf(slot)];
    if (row) row.selected += Math.max(0, scene.keys[slot] ?? 0);
  }
  return rows;
}

/** Upper ends of the five steps of the keys layer: step i holds counts above `ends[i − 1]` up to `ends[i]`. */
export type KeySteps = readonly number[];
export const KEY_STEPS = 5;

/** A typed array sorts by value, and several times faster. */
const sortedKnown = (keys: ArrayLike<number>): Int32Array =>
  Int32Array.from(keys)
    .filter((n) => n > 0)
    .sort();

const nice = (n: number): number => {
  if (n <= 10) return Math.max(1, Math.ceil(n));
  const unit = 10 ** Math.floor(Math.log10(n) - 1);
  return Math.ceil(n / unit) * unit;
};

/**
 * Even steps up to the 98th percentile where slots are alike; steps that grow by a factor where a few slots hold far
 * more than the middle one, else all others would share one step. The last step is open above.
 */
export function keySteps(keys: ArrayLike<number>): KeySteps {
  const known = sortedKnown(keys);
  const high = known[Math.floor(0.98 * (known.length - 1))] ?? KEY_STEPS;
  const middle = known[Math.floor(0.5 * (known.length - 1))] ?? 1;
  const isSkewed = high > 12 * middle;
  const ends: number[] = [];
  for (let step = 1; step <= KEY_STEPS; step++) {
    const end = isSkewed ? middle * (high / middle) ** ((step - 1) / (KEY_STEPS - 1)) : (high * step) / KEY_STEPS;
    ends.push(Math.max(nice(end), (ends.at(-1) ?? 0) + 1));
  }
  return ends;
}

/** 1–5; 0 for an empty slot. */
export function keyStepOf(steps: KeySteps, count: number): number {
  if (count <= 0) return 0;
  const step = steps.findIndex((end) => count <= end);
  return step < 0 ? steps.length : step + 1;
}

/** The count that is drawn as full: the 95th percentile, so that one giant slot does not darken all others. */
export function fullCount(keys: ArrayLike<number>): number {
  const known = sortedKnown(keys);
  return known[Math.floor(0.95 * (known.length - 1))] ?? 1;
}
