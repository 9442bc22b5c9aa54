import type { NodeId } from "@/lib/cluster/node";
import type { Slot } from "@/lib/cluster/slots";
import { makeEntries, pipe } from "@/server/migrate/testing/data";
import type { TestNode } from "@/server/testing/node";

/** Sick states of slots on real nodes, made by hand as a broken-off tool leaves them. */

const keysIn = async (node: TestNode, slot: Slot, most: number): Promise<readonly Buffer[]> => {
  const [names] = await pipe(node, [["CLUSTER", "GETKEYSINSLOT", slot, most]]);
  return names as readonly Buffer[];
};

export async function openBoth(source: TestNode, target: TestNode, slots: readonly Slot[]): Promise<void> {
  await pipe(
    target,
    slots.map((slot) => ["CLUSTER", "SETSLOT", slot, "IMPORTING", source.id]),
  );
  await pipe(
    source,
    slots.map((slot) => ["CLUSTER", "SETSLOT", slot, "MIGRATING", target.id]),
  );
}

async function carry(source: TestNode, target: TestNode, slot: Slot, keys: number): Promise<void> {
  const names = await keysIn(source, slot, keys);
  if (names.length === 0) return;
  await source.call("MIGRATE", target.endpoint.host, target.port, "", 0, 5000, "KEYS", ...names);
}

/** e1: so many keys of each slot at the target, the rest at the source, both flags set. */
export async function halfMove(
  source: TestNode,
  target: TestNode,
  slots: readonly Slot[],
  keys: number,
): Promise<void> {
  await openBoth(source, target, slots);
  for (const slot of slots) await carry(source, target, slot, keys);
}

export async function stable(node: TestNode, slots: readonly Slot[]): Promise<void> {
  await pipe(
    node,
    slots.map((slot) => ["CLUSTER", "SETSLOT", slot, "STABLE"]),
  );
}

/** e20: half-moved, then "cancelled" by STABLE on both sides. */
export async function hideKeys(
  source: TestNode,
  target: TestNode,
  slots: readonly Slot[],
  keys: number,
): Promise<void> {
  await halfMove(source, target, slots, keys);
  await stable(source, slots);
  await stable(target, slots);
}

/** Writes to a node that does not own the slot, as one that restarts from an old file holds them. */
export async function plant(node: TestNode, from: NodeId, slots: readonly Slot[], keysPerSlot: number) {
  const entries = makeEntries({ slots, keysPerSlot, prefix: "planted" });
  await pipe(
    node,
    slots.map((slot) => ["CLUSTER", "SETSLOT", slot, "IMPORTING", from]),
  );
  await pipe(
    node,
    entries.flatMap(({ key, value }) => [["ASKING"], ["SET", key, value]]),
  );
  await stable(node, slots);
  return entries;
}
