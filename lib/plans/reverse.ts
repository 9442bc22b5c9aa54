import { unionRanges } from "@/lib/cluster/slots";
import type { Operation } from "@/lib/operation";
import type { WishDraft } from "@/lib/wire/wizard-link";

/**
 * The wish that takes back what an operation has moved, to be planned and shown like any other. Only moves that all
 * left one shard can be put back by one reshard; for others there is none here, and the hand does it shard by shard.
 */
export function reverseDraft(operation: Pick<Operation, "plan" | "steps">): WishDraft | undefined {
  const moved = operation.plan.steps.flatMap((step) => {
    if (step.kind !== "move-slots") return [];
    const ranges = operation.steps.find((progress) => progress.stepId === step.id)?.moved ?? [];
    return ranges.length > 0 ? [{ source: step.source, ranges }] : [];
  });
  const sources = new Set(moved.map((move) => move.source));
  const [target] = sources;
  if (sources.size !== 1 || target === undefined) return undefined;
  return { verb: "reshard", target, ranges: unionRanges(...moved.map((move) => move.ranges)) };
}
