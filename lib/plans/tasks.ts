import type { Slot } from "@/lib/cluster/slots";

/**
 * What one atomic task may carry. A task is all or nothing: a failure does it over, a pause waits for its end or
 * cancels it, and what it carried is at risk until a replica of the target has it. Small enough for that, and so large
 * that the half second it costs by itself does not count.
 */
export const TASK_BYTES = 64 * 1024 * 1024;
/** Every write of a client is held against the ranges of a running task. */
const TASK_RANGES = 256;

export type WeighedSlot = { readonly slot: Slot; readonly keys: number; readonly bytes: number };
export type Load = { readonly slots: readonly WeighedSlot[]; readonly keys: number; readonly bytes: number };

/** Cuts slots into loads of one task each, in order; a slot that alone weighs more is a load of its own. */
export function cutLoads(slots: readonly WeighedSlot[]): readonly Load[] {
  const loads: WeighedSlot[][] = [];
  let bytes = 0;
  let ranges = 0;
  for (const one of slots) {
    const last = loads.at(-1);
    const joins = last?.at(-1)?.slot === one.slot - 1;
    if (!last || bytes + one.bytes > TASK_BYTES || (!joins && ranges === TASK_RANGES)) {
      loads.push([one]);
      [bytes, ranges] = [one.bytes, 1];
      continue;
    }
    last.push(one);
    bytes += one.bytes;
    ranges += joins ? 0 : 1;
  }
  return loads.map((load) => ({ slots: load, keys: sum(load, "keys"), bytes: sum(load, "bytes") }));
}

const sum = (slots: readonly WeighedSlot[], of: "keys" | "bytes"): number =>
  slots.reduce((total, slot) => total + slot[of], 0);
