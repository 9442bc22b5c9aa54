"use client";
import type { Topology } from "@/lib/cluster/topology";
import type { Plan } from "@/lib/plans/plan";
import type { StepKind } from "@/lib/plans/step";
import { PlanBalance } from "./plan-balance";
import { PlanBeforeAfter } from "./plan-before-after";
import { PlanCommands } from "./plan-commands";
import { PlanFigures } from "./plan-figures";
import { PlanHeadroom } from "./plan-headroom";
import { PlanOrder } from "./plan-order";
import { PlanPairs } from "./plan-pairs";
import { PlanRisks } from "./plan-risks";
import { PlanSettings } from "./plan-settings";
import { PlanWay } from "./plan-way";

const ownerSteps: ReadonlySet<StepKind> = new Set(["move-slots", "add-slots", "assign-slots", "del-slots"]);

/** A failover or a new parent leaves every slot with its shard: two equal ribbons would say nothing. */
const changesOwners = ({ steps }: Plan): boolean => steps.some(({ kind }) => ownerSteps.has(kind));

/** The whole plan: figures, before and after, pairs, order, what it risks, the exact commands. */
export function PlanView({ plan, topology }: { readonly plan: Plan; readonly topology: Topology | undefined }) {
  const moves = plan.steps.some((step) => step.kind === "move-slots");
  return (
    <div className="flex flex-1 flex-col xl:flex-row">
      <div className="flex min-w-0 flex-1 flex-col gap-3 p-4.5">
        <PlanFigures plan={plan} />
        <PlanRisks plan={plan} />
        {plan.balance && <PlanBalance plan={plan} balance={plan.balance} topology={topology} />}
        {changesOwners(plan) && <PlanBeforeAfter plan={plan} />}
        {moves && <PlanPairs plan={plan} topology={topology} />}
        {moves && <PlanHeadroom plan={plan} topology={topology} />}
        <PlanSettings plan={plan} topology={topology} />
        <PlanOrder plan={plan} topology={topology} />
      </div>
      <aside className="flex w-full shrink-0 flex-col gap-4 border-line1 border-t bg-bg1 p-4 xl:w-[400px] xl:border-t-0 xl:border-l">
        {moves && <PlanWay plan={plan} />}
        <PlanCommands plan={plan} />
      </aside>
    </div>
  );
}
