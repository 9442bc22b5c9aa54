import { eachSlot, hasSlot, type Slot } from "@/lib/cluster/slots";
import type { StopReason } from "@/lib/operation";
import { findMember } from "@/lib/plans/members";
import type { StepOf } from "@/lib/plans/step";
import type { MoveJob, Window } from "@/server/migrate/mover";
import type { StepContext, StepOutcome } from "./context";
import { ForeignFlags } from "./foreign-flags";
import { outcomeOf } from "./move-job";

/** One record, and one round of looking, for so many. */
const SLOTS_A_WINDOW = 64;

/**
 * Slots that somebody else has half-moved. They are written down like slots of our own, and then closed forward as
 * after a crash: the mover finds out from the servers how far each came. The record names no replication id, because
 * nobody knows whose copy was the live one when the slot was opened: a key on both sides is one only if both values
 * are equal (I10). A slot with two values of a key is passed over, so that it does not keep the others open.
 */
export async function closeHalfMoved(
  { source, target, ranges }: StepOf<"move-slots">,
  job: MoveJob,
  context: StepContext,
): Promise<StepOutcome> {
  let conflict: StopReason | undefined;
  const { topology } = await context.look();
  const own = (id: typeof source) => findMember(topology, id);
  const taken = own(target)?.ranges ?? [];
  let waiting = [...eachSlot(ranges)].filter((slot) => !hasSlot(taken, slot));
  const facts = {
    sourceReplId: "",
    sourceEpoch: own(source)?.configEpoch ?? 0,
    targetEpoch: own(target)?.configEpoch ?? 0,
  };
  const foreign = new ForeignFlags({ source, target }, context, topology);
  await foreign.expect(waiting);
  while (waiting.length > 0) {
    if (context.shouldStop()) return { kind: "parked" };
    const slots = waiting.slice(0, SLOTS_A_WINDOW);
    const changed = await foreign.find(slots);
    if (changed) return { kind: "stopped", reason: changed };
    const outcome = await closeWindow({ source, target, slots, facts }, job, context);
    if (outcome.kind === "done") {
      waiting = waiting.slice(SLOTS_A_WINDOW);
      continue;
    }
    const at = outcome.kind === "stopped" ? outcome.reason.slot : undefined;
    if (outcome.kind !== "stopped" || outcome.reason.code !== "key-conflict" || at === undefined) return outcome;
    conflict ??= outcome.reason;
    waiting = waiting.filter((slot: Slot) => slot !== at);
    // The others of this window may have been opened.
    await foreign.expect(slots);
  }
  return conflict ? { kind: "stopped", reason: conflict } : { kind: "done" };
}

async function closeWindow(window: Window, job: MoveJob, context: StepContext): Promise<StepOutcome> {
  const id = context.journal.intend(window);
  const outcome = outcomeOf(await context.mover.closeOpen(job, [{ ...window, id }]));
  // The slots of this window that came through are asked for again with the rest, and found done.
  if (outcome.kind === "stopped" && outcome.reason.code === "key-conflict") context.journal.settle(id, "withdrawn");
  return outcome;
}
