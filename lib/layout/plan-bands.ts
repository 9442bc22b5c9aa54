import { normalizeRanges, type SlotRange } from "@/lib/cluster/slots";
import type { Plan, Shape } from "@/lib/plans/plan";
import { slotX } from "./ribbon";

/** A run of slots that changes its owner, as a band between the ribbon before and the ribbon after. Pixels. */
export type PlanBand = {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly range: SlotRange;
  readonly slots: number;
  readonly x: number;
  readonly width: number;
};

export type MovedPair = {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly ranges: readonly SlotRange[];
};

/** The shard number of a primary, before or after; a node that joins by this plan is only in `after`. */
export function indexOfPrimary(plan: Pick<Plan, "before" | "after">, primaryId: string): number | undefined {
  const find = (shape: Shape) => shape.find((shard) => shard.primaryId === primaryId)?.index;
  return find(plan.before) ?? find(plan.after);
}

/** Pairs of shards with all that moves between them, in the order of the steps. */
export function movedPairs(plan: Pick<Plan, "before" | "after" | "steps">): readonly MovedPair[] {
  const pairs = new Map<string, { from: number | undefined; to: number | undefined; ranges: SlotRange[] }>();
  for (const step of plan.steps) {
    if (step.kind !== "move-slots") continue;
    const key = `${step.source} ${step.target}`;
    const pair = pairs.get(key) ?? {
      from: indexOfPrimary(plan, step.source),
      to: indexOfPrimary(plan, step.target),
      ranges: [],
    };
    pair.ranges.push(...step.ranges);
    pairs.set(key, pair);
  }
  return [...pairs.values()].map((pair) => ({ ...pair, ranges: normalizeRanges(pair.ranges) }));
}

export function layoutBands(plan: Pick<Plan, "before" | "after" | "steps">, width: number): readonly PlanBand[] {
  return movedPairs(plan)
    .flatMap(({ from, to, ranges }) =>
      ranges.map((range) => {
        const x = slotX(range[0], width);
        return {
          from,
          to,
          range,
          slots: range[1] - range[0] + 1,
          x,
          width: Math.max(1, slotX(range[1] + 1, width) - x),
        };
      }),
    )
    .sort((a, b) => a.range[0] - b.range[0]);
}
