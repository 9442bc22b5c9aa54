import { SLOT_COUNT } from "@/lib/cluster/slots";
import { type ClusterNode, isPrimary } from "./cluster-node";
import type { ClusterCore } from "./core";
import { follow } from "./roles";
import { hasBit, slotsOf } from "./slot-bits";

/**
 * A primary claims slots under its config epoch. The rules, which keep every slot with one owner though nobody rules:
 *
 *   1. A slot that nobody owns, or whose owner claims it no more, goes to the claim.
 *   2. Else to the claim with the higher epoch. Epochs of primaries differ: they come of votes, or of the collision rule.
 *   3. A slot that this node imports is not touched by gossip: SETSLOT NODE ends that.
 *   4. Keys of a slot that this node lost are deleted, for they would be served as stale ones if the slot came back. This is
 *      how they can be lost: whoever moves slots must empty a slot before the other claims it.
 *   5. A node that lost its last slot to one other replicates that one; then it copies, and what it held goes with that.
 */
export function takeClaims(
  core: ClusterCore,
  { sender, epoch, slots }: { readonly sender: ClusterNode; readonly epoch: number; readonly slots: Buffer },
): void {
  const { state, settings, parts } = core;
  const { myself } = state;
  if (sender === myself) {
    parts.world.log("warning", "Discarding UPDATE message about myself.");
    return;
  }
  const shard = isPrimary(myself) ? myself : myself.primary;
  const { claimed, lost, dirty } = applyClaims(core, { sender, epoch, slots, shard });
  const isAlone = lost > 0 && shard?.slots.count === 0;
  if (isAlone && (settings.allowsReplicaMigration || claimed === lost)) {
    parts.world.log("warning", `Configuration change detected. Reconfiguring myself as a replica of ${sender.id}`);
    follow(core, sender);
    state.owe("save", "update");
    return;
  }
  const above = myself.primary?.primary;
  if (above && above !== myself) {
    const text = `I'm a sub-replica! Reconfiguring myself as a replica of grandmaster ${above.id}`;
    parts.world.log("warning", text);
    follow(core, above);
    state.owe("save", "update");
    return;
  }
  for (const slot of dirty) deleteSlot(core, slot);
}

function applyClaims(
  { state, parts }: ClusterCore,
  {
    sender,
    epoch,
    slots,
    shard,
  }: {
    readonly sender: ClusterNode;
    readonly epoch: number;
    readonly slots: Buffer;
    readonly shard: ClusterNode | undefined;
  },
): { readonly claimed: number; readonly lost: number; readonly dirty: readonly number[] } {
  let claimed = 0;
  let lost = 0;
  const dirty: number[] = [];
  for (let slot = 0; slot < SLOT_COUNT; slot++) {
    const owner = state.slots[slot];
    if (!hasBit(slots, slot)) {
      if (owner === sender) state.unclaimed.add(slot);
      continue;
    }
    claimed++;
    if (owner === sender) {
      state.unclaimed.remove(slot);
      continue;
    }
    if (state.importingFrom.has(slot)) continue;
    if (owner && !state.isFree(slot) && owner.configEpoch >= epoch) continue;
    if (owner === state.myself && parts.keyspace.first.countInSlot(slot) > 0) dirty.push(slot);
    if (owner && owner === shard) lost++;
    state.take(slot);
    state.give(slot, sender);
    state.owe("save", "update");
  }
  return { claimed, lost, dirty };
}

/** Its keys, here and on the replicas. */
export function deleteSlot({ parts }: ClusterCore, slot: number): void {
  const { first } = parts.keyspace;
  for (const key of [...(first.slot(slot)?.keys() ?? [])]) {
    first.delete(key);
    parts.tell(0, ["DEL", Buffer.from(key, "latin1")]);
  }
}

/** The sender claims a slot that another owns under a higher epoch: it was away when that changed. Its own claim is answered. */
export function answerOldClaims(
  { state, bus, parts }: ClusterCore,
  { sender, epoch, slots }: { readonly sender: ClusterNode; readonly epoch: number; readonly slots: Buffer },
): void {
  for (const slot of slotsOf(slots)) {
    const owner = state.slots[slot];
    if (!owner || owner === sender || state.isFree(slot) || owner.configEpoch <= epoch) continue;
    const text = `Node ${sender.id} has old slots configuration, sending an UPDATE message about ${owner.id}`;
    parts.world.log("verbose", text);
    const claims = Buffer.from(owner.slots.bytes);
    for (let byte = 0; byte < claims.length; byte++)
      claims[byte] = (claims[byte] ?? 0) & ~(state.unclaimed.bytes[byte] ?? 0);
    bus.send(sender.link, { kind: "update", about: owner.id, configEpoch: owner.configEpoch, slots: claims });
    return;
  }
}
