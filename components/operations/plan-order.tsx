"use client";
import { useWords } from "@/components/data/words";
import { Panel } from "@/components/ui/panel";
import type { Topology } from "@/lib/cluster/topology";
import { captionOf, groupSteps } from "@/lib/layout/step-words";
import type { Plan } from "@/lib/plans/plan";

/** The order of things, each with its way back. */
export function PlanOrder({ plan, topology }: { readonly plan: Plan; readonly topology: Topology | undefined }) {
  const { plans, wizards } = useWords();
  const groups = groupSteps(plan);
  return (
    <Panel title={wizards.plan.order} aside={wizards.plan.orderHint}>
      <ol className="grid grid-cols-[repeat(auto-fit,minmax(150px,1fr))] gap-x-3 gap-y-4">
        {groups.map((group) => (
          <li key={group.steps[0]?.id} className="min-w-0 border-line3 border-t-[3px] pt-2">
            <p className="font-semibold text-125 text-ink">{plans.steps[group.kind].title}</p>
            <p className="num break-words text-12 text-ink2">
              {captionOf(group, { plan, topology, words: plans.steps })}
            </p>
            <p className="text-12 text-ink3">← {plans.steps[group.kind].back}</p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
