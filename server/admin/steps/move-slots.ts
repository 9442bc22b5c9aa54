import { unionRanges } from "@/lib/cluster/slots";
import { paceLimits } from "@/lib/plans/pace";
import type { StepOf } from "@/lib/plans/plan";
import type { MoveJob, MoveOutcome } from "@/server/migrate/mover";
import { done, type StepContext, type StepOutcome } from "./context";

/** Closes what an earlier run left open, then moves the rest. */
export async function moveSlots(step: StepOf<"move-slots">, context: StepContext): Promise<StepOutcome> {
  const job = await jobOf(step, context);
  const left = context.journal.unsettled();
  if (left.length > 0) {
    const closed = await context.mover.closeOpen(job, left);
    if (closed.kind === "stopped") return outcomeOf(closed);
    if (context.signal.aborted) return { kind: "parked" };
  }
  return outcomeOf(await context.mover.move(job));
}

/** Only closes what is half-moved: at start-up, before anything else. */
export async function closeOpen(step: StepOf<"move-slots">, context: StepContext): Promise<StepOutcome> {
  const left = context.journal.unsettled();
  if (left.length === 0) return done();
  return outcomeOf(await context.mover.closeOpen(await jobOf(step, context), left));
}

async function jobOf(step: StepOf<"move-slots">, context: StepContext): Promise<MoveJob> {
  const { plan } = context;
  const exposure = plan.exposure.find((one) => one.target === step.target);
  return {
    source: step.source,
    target: step.target,
    ranges: step.ranges,
    operationRanges: unionRanges(...plan.steps.map((one) => (one.kind === "move-slots" ? one.ranges : []))),
    limits: paceLimits[plan.pace],
    guarded: exposure?.guarded ?? false,
    cluster: {
      link: context.link,
      topology: context.sweep,
      migrateTarget: context.migrateTarget,
      nodeTimeoutMs: (await context.sweep()).nodeTimeoutMs,
    },
    ...(plan.pace === "careful" ? { ping: context.ping } : {}),
    journal: context.journal,
    report: context.report,
    shouldStop: context.shouldStop,
    now: context.now,
    signal: context.signal,
  };
}

function outcomeOf(outcome: MoveOutcome): StepOutcome {
  switch (outcome.kind) {
    case "done":
      return done();
    case "parked":
      return { kind: "parked" };
    default:
      return { kind: "stopped", reason: outcome.reason };
  }
}
