import { rangesOf, subtractRanges } from "@/lib/cluster/slots";
import type { StepOf } from "@/lib/plans/step";
import { closeOpen } from "@/server/admin/steps/move-slots";
import { listSettled, listUnsettled } from "@/server/store/windows";
import { type Ending, endingOf } from "./ending";
import { contextOf, type RunTools } from "./step-context";

/** FAULTS 2.4: what an earlier life of the console, or a safety pause, left half-moved is finished forward. */
export async function closeHalfMoved(tools: RunTools): Promise<Ending> {
  const { parts, lease, plan, progress } = tools;
  tellSettled(tools);
  const ids = new Set(listUnsettled(parts.store, lease.operationId).map((row) => row.step_id));
  const steps = plan.steps.filter(
    (step): step is StepOf<"move-slots"> => step.kind === "move-slots" && ids.has(step.id),
  );
  const endings = await Promise.all(
    steps.map(async (step): Promise<Ending> => {
      try {
        const outcome = await closeOpen(step, contextOf({ ...tools, shouldStop: () => false }, step));
        return outcome.kind === "stopped" ? { ...outcome, failed: false } : { kind: outcome.kind };
      } catch (error) {
        return endingOf(error);
      } finally {
        progress.flush();
      }
    }),
  );
  return endings.find((ending) => ending.kind !== "done") ?? { kind: "done" };
}

/** Slots of windows that were settled in the moment before a kill, whose progress was not written any more. */
function tellSettled({ parts, journal, lease, progress }: RunTools): void {
  const { steps } = journal.get(lease.operationId);
  for (const { step_id: stepId, slots } of listSettled(parts.store, lease.operationId, "moved")) {
    const known = steps.find((one) => one.stepId === stepId)?.moved ?? [];
    const moved = subtractRanges(rangesOf(slots), known);
    if (moved.length > 0)
      progress.report(stepId, { moved, keysMoved: 0, bytesMoved: 0, keysUncertain: 0, openSlots: [] });
  }
  progress.flush();
}
