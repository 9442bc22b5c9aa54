import type { Operation, StopReason } from "@/lib/operation";
import { failedHolds, isRefused, type Plan } from "@/lib/plans/plan";
import { wishSchema } from "@/lib/plans/wish";
import { proof } from "@/lib/words/en/proof";
import type { Parts } from "./parts";

export type Replanned = { readonly plan: Plan } | { readonly reason: StopReason };

/**
 * The same wish for the picture of now. What was confirmed were the holds of then: a plan that is refused, or that asks
 * for more than was accepted, is not started.
 */
export async function planAnew({ planner }: Pick<Parts, "planner">, operation: Operation): Promise<Replanned> {
  const { plan: old, startedBy, clusterId } = operation;
  const plan = await planner.plan({ name: startedBy }, clusterId, wishSchema.parse(old.wish));
  const accepted = new Set(failedHolds(old).map((line) => line.code));
  const refused = plan.preflight.filter((line) => line.kind === "refuse" && line.state === "fail");
  const more = failedHolds(plan).filter((line) => !accepted.has(line.code));
  const typed = plan.confirm.typed !== undefined && plan.confirm.typed !== old.confirm.typed;
  if (!isRefused(plan) && more.length === 0 && !typed) return { plan };
  const lines = [...refused, ...more].map((line) => line.text);
  const details = { lines: lines.length > 0 ? lines : [plan.confirm.why ?? ""] };
  return { reason: { code: "foreign-change", details, text: proof.reasons.notAsConfirmed(details) } };
}
