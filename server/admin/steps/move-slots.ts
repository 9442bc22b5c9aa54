import type { StepOf } from "@/lib/plans/step";
import { done, type StepContext, type StepOutcome } from "./context";
import { closeHalfMoved } from "./half-moved";
import { jobOf, outcomeOf } from "./move-job";

/** Closes what an earlier run left open, then moves the rest. */
export async function moveSlots(step: StepOf<"move-slots">, context: StepContext): Promise<StepOutcome> {
  const job = await jobOf(step, context);
  const left = context.journal.unsettled();
  if (left.length > 0) {
    const closed = await context.mover.closeOpen(job, left);
    if (closed.kind === "stopped") return outcomeOf(closed);
    if (context.signal.aborted) return { kind: "parked" };
  }
  if (step.halfMoved) {
    const closed = await closeHalfMoved(step, job, context);
    if (closed.kind !== "done") return closed;
  }
  return outcomeOf(await context.mover.move(job));
}

/** Only closes what is half-moved: at start-up, before anything else. */
export async function closeOpen(step: StepOf<"move-slots">, context: StepContext): Promise<StepOutcome> {
  const left = context.journal.unsettled();
  if (left.length === 0) return done();
  return outcomeOf(await context.mover.closeOpen(await jobOf(step, context), left));
}
