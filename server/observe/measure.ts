import type { ClusterId, NodeId } from "@/lib/cluster/node";
import { countSlots, eachSlot, normalizeRanges, type Slot, type SlotRanges } from "@/lib/cluster/slots";
import type { Measure } from "@/lib/wire/clusters";
import { keyText } from "@/server/migrate/key-text";
import type { Observer } from "./observer";
import { askOwners, ownedSlots, readMany } from "./owners";
import { countKeys } from "./slot-keys";

const MOST_KEYS = 1000;
const SHOWN = 10;

type Sized = { readonly key: Buffer; readonly slot: Slot; readonly owner: NodeId; readonly bytes: number };

/**
 * A look into a selection of slots: how many keys, and by a sample how many bytes and which are the biggest. At most a
 * thousand keys are looked at, spread evenly over the slots; with fewer keys than that the sizes are exact. Reads only,
 * and leaves no trace in LRU or LFU.
 */
export async function measureSlots(observer: Observer, id: ClusterId, ranges: SlotRanges): Promise<Measure> {
  const wanted = normalizeRanges(ranges);
  const { counts } = await countKeys(observer, id, wanted);
  const slots = [...eachSlot(wanted)];
  const keys = slots.reduce((sum, slot) => sum + Math.max(0, counts[slot] ?? 0), 0);
  const quota = spread(slots, counts, keys);

  const sampled = await askOwners(ownedSlots(observer, id, wanted), async ({ owner, slots: owned }) => {
    const chosen = owned.filter((slot) => (quota.get(slot) ?? 0) > 0);
    const node = { observer, id, node: owner };
    const names = await readMany(
      node,
      chosen.map((slot) => ["CLUSTER", "GETKEYSINSLOT", slot, quota.get(slot) ?? 0]),
      { buffers: true },
    );
    const found = names.flatMap((reply, i) =>
      Array.isArray(reply) ? reply.filter(Buffer.isBuffer).map((key) => ({ key, slot: chosen[i] ?? 0 })) : [],
    );
    const sizes = await readMany(
      node,
      found.map(({ key }) => ["MEMORY", "USAGE", key]),
      { buffers: false },
    );
    return found.flatMap((one, i): Sized[] => {
      const bytes = sizes[i];
      return typeof bytes === "number" ? [{ ...one, owner, bytes }] : [];
    });
  });

  const all = sampled.flatMap((some) => some ?? []).sort((a, b) => b.bytes - a.bytes);
  const bytes = all.reduce((sum, one) => sum + one.bytes, 0);
  return {
    atMs: Date.now(),
    slots: countSlots(wanted),
    emptySlots: slots.filter((slot) => counts[slot] === 0).length,
    keys,
    sampledKeys: all.length,
    bytes: all.length === 0 || all.length >= keys ? bytes : Math.round((bytes / all.length) * keys),
    biggest: await withTypes(observer, id, all.slice(0, SHOWN)),
  };
}

/** How many keys of each slot are looked at: all of them while they are few, else every k-th key of the selection. */
function spread(slots: readonly Slot[], counts: readonly number[], keys: number): ReadonlyMap<Slot, number> {
  const every = Math.max(1, keys / MOST_KEYS);
  const quota = new Map<Slot, number>();
  let passed = 0;
  for (const slot of slots) {
    const before = Math.floor(passed / every);
    passed += Math.max(0, counts[slot] ?? 0);
    const taken = Math.floor(passed / every) - before;
    if (taken > 0) quota.set(slot, taken);
  }
  return quota;
}

async function withTypes(observer: Observer, id: ClusterId, biggest: readonly Sized[]): Promise<Measure["biggest"]> {
  const types = new Map<Sized, string>();
  for (const owner of new Set(biggest.map((one) => one.owner))) {
    const mine = biggest.filter((one) => one.owner === owner);
    const replies = await readMany(
      { observer, id, node: owner },
      mine.map(({ key }) => ["TYPE", key]),
      { buffers: false },
    ).catch(() => []);
    for (const [i, one] of mine.entries()) types.set(one, String(replies[i] ?? "unknown"));
  }
  return biggest.map((one) => ({
    key: keyText(one.key),
    slot: one.slot,
    type: types.get(one) ?? "unknown",
    bytes: one.bytes,
  }));
}
