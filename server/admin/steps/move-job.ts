import { rangesOf, unionRanges } from "@/lib/cluster/slots";
import { paceLimits } from "@/lib/plans/pace";
import type { MoveJob, MoveOutcome } from "@/server/migrate/mover";
import { done, type StepContext, type StepOutcome } from "./context";

export async function jobOf(
  pair: Pick<MoveJob, "source" | "target" | "ranges">,
  context: StepContext,
): Promise<MoveJob> {
  const { plan } = context;
  const { source, target, ranges } = pair;
  const exposure = plan.exposure.find((one) => one.target === target);
  const { nodeTimeoutMs, openSlots } = await context.sweep();
  // A repair leaves slots open by choice, and so it was shown: they are nobody's work in progress.
  const accepted = plan.verb === "fix" ? rangesOf(openSlots.map(({ slot }) => slot)) : [];
  return {
    source,
    target,
    ranges,
    operationRanges: unionRanges(accepted, ...plan.steps.map((one) => ("ranges" in one ? one.ranges : []))),
    limits: paceLimits[plan.pace],
    guarded: exposure?.guarded ?? false,
    cluster: {
      link: context.link,
      topology: context.sweep,
      migrateTarget: context.migrateTarget,
      nodeTimeoutMs,
    },
    ...(plan.pace === "careful" ? { ping: context.ping } : {}),
    journal: context.journal,
    report: context.report,
    shouldStop: context.shouldStop,
    now: context.now,
    signal: context.signal,
    hook: context.hook,
  };
}

export function outcomeOf(outcome: MoveOutcome): StepOutcome {
  switch (outcome.kind) {
    case "done":
      return done();
    case "parked":
      return { kind: "parked" };
    default:
      return { kind: "stopped", reason: outcome.reason };
  }
}
