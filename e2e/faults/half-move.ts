import { type Owners, ownerOf } from "./cluster";
import { pipe } from "./keys";
import type { FaultNode } from "./nodes";

/** Who owns this slot, and another primary that owns something. */
export function sidesOf(owners: Owners, slot = 0): readonly [FaultNode, FaultNode] {
  const source = ownerOf(owners, slot);
  const target = [...owners].find(([node, ranges]) => node !== source && ranges.length > 0)?.[0];
  if (!source || !target) throw new Error(`slot ${slot} has no owner, or there is no other primary`);
  return [source, target];
}

/** Both flags, and so many keys of each slot at the target. */
export async function halfMove(
  source: FaultNode,
  target: FaultNode,
  slots: readonly number[],
  keys: number,
): Promise<void> {
  await pipe(
    target.redis,
    slots.map((slot) => ["CLUSTER", "SETSLOT", slot, "IMPORTING", source.id]),
  );
  await pipe(
    source.redis,
    slots.map((slot) => ["CLUSTER", "SETSLOT", slot, "MIGRATING", target.id]),
  );
  if (keys === 0) return;
  const names = await pipe(
    source.redis,
    slots.map((slot) => ["CLUSTER", "GETKEYSINSLOT", slot, keys]),
  );
  await pipe(
    source.redis,
    (names as readonly (readonly Buffer[])[])
      .filter((some) => some.length > 0)
      .map((some) => ["MIGRATE", "127.0.0.1", target.announced, "", 0, 10_000, "KEYS", ...some]),
  );
}
