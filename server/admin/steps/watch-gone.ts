import type { StepOf } from "@/lib/plans/step";
import { proof } from "@/lib/words/en/proof";
import { refuse } from "@/server/refuse";
import { done, type StepContext, type StepOutcome } from "./context";
import { listersOf, tellAll } from "./forget";
import { waitFor } from "./wait";

const LOOK_EVERY_MS = 1000;

/** Past the 60 s for which FORGET bans a name, whoever was not told in time may bring the node back. It is told again. */
export async function watchGone(step: StepOf<"watch-gone">, context: StepContext): Promise<StepOutcome> {
  const { plan, now } = context;
  const forgets = plan.steps.filter((one) => one.kind === "forget" && one.nodeId === step.nodeId).map((one) => one.id);
  const startedMs = context
    .operation()
    .steps.filter((one) => forgets.includes(one.stepId))
    .map((one) => one.startedMs ?? now());
  const leftMs = Math.max(0, Math.min(now(), ...startedMs) + step.forMs - now());
  const end = performance.now() + leftMs;
  let times = 0;
  await waitFor(context, {
    deadlineMs: leftMs + LOOK_EVERY_MS,
    everyMs: Math.min(LOOK_EVERY_MS, Math.max(100, leftMs)),
    ask: async () => {
      if ((await listersOf(step.nodeId, context)).length > 0) {
        times++;
        await tellAll(step.nodeId, context);
      }
      return performance.now() >= end;
    },
  });
  const listers = await listersOf(step.nodeId, context);
  if (listers.length > 0)
    throw refuse("refused", "cameBack", {
      node: context.name(step.nodeId),
      nodes: listers.map((id) => context.name(id)),
    });
  return done(times === 0 ? undefined : proof.notes.cameBack({ times }));
}
