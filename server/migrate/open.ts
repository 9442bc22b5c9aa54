import type { Slot } from "@/lib/cluster/slots";
import type { Command, Settled } from "@/server/link";
import { refusal } from "./replies";
import type { Hand, Run } from "./run";
import { parseTail, type SourceReading, tailCommands } from "./sides";

/**
 * Steps 1 and 2: IMPORTING at the target, then MIGRATING at the source. In that order, because an ASK must never lead
 * to a node that does not yet accept ASKING. Both may be repeated, and both name the primaries of now, so that the
 * flags of slots whose source or target failed over are renewed by them.
 */
export async function openSlots(run: Run, hand: Hand, slots: readonly Slot[]): Promise<SourceReading> {
  const { source, target } = run;
  run.progress.holds(slots.map((slot) => ({ slot, source, target })));
  insist(await run.lines.ask(target, importingCommands(run, slots)), slots, target);
  await run.at("after-importing", slots[0]);
  const tail = { count: slots, list: [], most: 0, withSide: true };
  const replies = await run.lines.ask(source, [...migratingCommands(run, slots), ...tailCommands(tail)]);
  insist(replies, slots, source);
  await run.at("after-migrating", hand.slots[0]);
  return parseTail(run.lines, source, tail, replies.slice(slots.length));
}

/** The target expects a portion that the source is told of later. Refused: it is opened when its turn comes. */
export async function announce(run: Run, coming: Hand): Promise<void> {
  const { source, target } = run;
  run.progress.holds(coming.slots.map((slot) => ({ slot, source, target })));
  coming.isImporting = (await run.lines.ask(target, importingCommands(run, coming.slots))).every(({ ok }) => ok);
  await run.at("after-importing", coming.slots[0]);
}

export function importingCommands(run: Run, slots: readonly Slot[]): Command[] {
  return slots.map((slot) => ["CLUSTER", "SETSLOT", slot, "IMPORTING", run.source]);
}

export function migratingCommands(run: Run, slots: readonly Slot[]): Command[] {
  return slots.map((slot) => ["CLUSTER", "SETSLOT", slot, "MIGRATING", run.target]);
}

/** Every SETSLOT said OK. */
export function insist(replies: readonly Settled[], slots: readonly Slot[], node: Run["source"]): void {
  for (const [i, slot] of slots.entries()) {
    const reply = replies[i];
    if (reply && !reply.ok) throw refusal(reply.error.message, node, slot);
  }
}
