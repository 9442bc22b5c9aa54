import type { ClusterId } from "@/lib/cluster/node";
import { ALL_SLOTS, SLOT_COUNT, type SlotRanges } from "@/lib/cluster/slots";
import type { SlotKeys } from "@/lib/wire/clusters";
import type { Observer } from "./observer";
import { askOwners, ownedSlots, readMany } from "./owners";

const FRESH_MS = 2000;

type Cached = { readonly reading: Promise<SlotKeys>; atMs: number };
const cached = new WeakMap<Observer, Map<ClusterId, Cached>>();

/**
 * Keys of every slot, counted on its owner; −1 where nobody owns it or the owner did not answer. One count serves
 * everybody who asks within two seconds of its end.
 */
export function readSlotKeys(observer: Observer, id: ClusterId): Promise<SlotKeys> {
  const byCluster = cached.get(observer) ?? new Map<ClusterId, Cached>();
  cached.set(observer, byCluster);
  const known = byCluster.get(id);
  if (known && Date.now() - known.atMs < FRESH_MS) return known.reading;
  const reading = countKeys(observer, id, ALL_SLOTS);
  const entry: Cached = { reading, atMs: Number.POSITIVE_INFINITY };
  byCluster.set(id, entry);
  reading.then(
    () => {
      entry.atMs = Date.now();
    },
    () => byCluster.delete(id),
  );
  return reading;
}

/** Counts now, only these slots; the others are −1. */
export async function countKeys(observer: Observer, id: ClusterId, ranges: SlotRanges): Promise<SlotKeys> {
  const counts = new Array<number>(SLOT_COUNT).fill(-1);
  await askOwners(ownedSlots(observer, id, ranges), async ({ owner, slots }) => {
    const commands = slots.map((slot) => ["CLUSTER", "COUNTKEYSINSLOT", slot]);
    const replies = await readMany({ observer, id, node: owner }, commands, { buffers: false });
    for (const [i, slot] of slots.entries()) counts[slot] = typeof replies[i] === "number" ? replies[i] : -1;
  });
  return { atMs: Date.now(), counts };
}
