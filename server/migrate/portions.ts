import type { Slot } from "@/lib/cluster/slots";
import { CALLS_AT_MOST, type Limits, type SizedKey, sumBytes } from "./batch";

/** Keys of a portion for each slot with keys beyond those of one write: thin slots are not opened by the hundred. */
const KEYS_A_FILLED_SLOT = 10;

/** Slots that are carried together. */
export type Portion = { readonly slots: readonly Slot[]; readonly keys: readonly SizedKey[] };

/** A slot that is not opened. big: a key too big to move. stray: the target holds keys of it, though it is not its. */
export type RefusedSlot =
  | { readonly kind: "big"; readonly slot: Slot; readonly key: SizedKey }
  | { readonly kind: "stray"; readonly slot: Slot; readonly keys: number };

/** What was found in a slot at the source, and how many keys of it lie at the target already. */
export type FoundSlot = {
  readonly slot: Slot;
  readonly keys: readonly SizedKey[];
  /** Names seen, with those that were gone before they were sized. */
  readonly listed: number;
  /** false: it has more keys than were asked for. Such a slot waits until it is looked at alone. */
  readonly isWhole: boolean;
  readonly strays: number;
};

export type CutOptions = { readonly limits: Limits; readonly biggest: number };

/**
 * Cuts slots into portions that hold no more than the limits together, in order (I5); a slot that alone holds more is
 * a portion of its own. Slots that must not be opened are refused, slots that were not seen whole are left out.
 */
export function cutPortions(
  found: readonly FoundSlot[],
  { limits, biggest }: CutOptions,
): { readonly portions: readonly Portion[]; readonly refused: readonly RefusedSlot[] } {
  const portions: Portion[] = [];
  const refused: RefusedSlot[] = [];
  let slots: Slot[] = [];
  let keys: SizedKey[] = [];
  let filled = 0;
  const filledAtMost = Math.max(CALLS_AT_MOST, limits.keys / KEYS_A_FILLED_SLOT);
  const cut = () => {
    if (slots.length > 0) portions.push({ slots, keys });
    [slots, keys, filled] = [[], [], 0];
  };
  for (const one of found) {
    const big = one.keys.find((key) => key.bytes > biggest);
    if (big) refused.push({ kind: "big", slot: one.slot, key: big });
    else if (one.strays > 0) refused.push({ kind: "stray", slot: one.slot, keys: one.strays });
    if (big || one.strays > 0 || !one.isWhole) continue;
    const isEmpty = one.keys.length === 0;
    const fits =
      keys.length + one.keys.length <= limits.keys &&
      sumBytes(keys) + sumBytes(one.keys) <= limits.bytes &&
      filled < filledAtMost;
    if (!isEmpty && !fits) cut();
    slots.push(one.slot);
    keys.push(...one.keys);
    filled += isEmpty ? 0 : 1;
  }
  cut();
  return { portions, refused };
}
