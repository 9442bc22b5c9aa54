"use client";
import { useWords } from "@/components/data/words";
import { formatBytes, formatCount } from "@/lib/format";
import type { Plan } from "@/lib/plans/plan";
import { TASK_BYTES } from "@/lib/plans/tasks";
import { PlanPace } from "./plan-risks";

/** Servers that move slots by themselves know no pace: why they do, what that means, what a dying target takes along. */
export function PlanWay({ plan }: { readonly plan: Plan }) {
  const { moveWays } = useWords().wizards;
  const { movesBy } = plan;
  if (!movesBy || movesBy.way === "setslot") return <PlanPace plan={plan} />;
  const isOpen = plan.exposure.some((exposure) => !exposure.guarded);
  const most = (of: "keysAtMost" | "bytesAtMost") => plan.exposure.reduce((sum, exposure) => sum + exposure[of], 0);
  const told = [formatCount(most("keysAtMost")), formatBytes(most("bytesAtMost"))] as const;
  return (
    <section>
      <h2 className="mb-2 font-semibold text-13 text-ink">{moveWays.title}</h2>
      <div className="rounded-panel border border-accent-line bg-accent-ground p-3.5">
        <p className="font-semibold text-13 text-ink">{movesBy.why}</p>
        <p className="mt-1 text-125 text-ink2">{moveWays.atomic({ bytes: formatBytes(TASK_BYTES) })}</p>
        <p className={isOpen ? "mt-1.5 text-12 text-warn" : "mt-1.5 text-12 text-ink2"}>
          {isOpen ? moveWays.unguarded(...told) : moveWays.guarded(...told)}
        </p>
      </div>
    </section>
  );
}
