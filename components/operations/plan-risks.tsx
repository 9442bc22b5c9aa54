"use client";
import { useWords } from "@/components/data/words";
import { ToneIcon } from "@/components/ui/chip";
import { Panel } from "@/components/ui/panel";
import { formatBytes, formatCount } from "@/lib/format";
import type { Plan } from "@/lib/plans/plan";
import { toneOfLine } from "./preflight-list";

/** Lines of the preflight that do not hold, or could not be asked, stand on the plan itself. */
export function PlanRisks({ plan }: { readonly plan: Plan }) {
  const words = useWords().wizards.plan;
  const lines = plan.preflight.filter((line) => line.state !== "pass");
  if (lines.length === 0) return null;
  const worst = lines.some((line) => line.state === "fail" && line.kind !== "note");
  return (
    <Panel title={words.risks} tone={worst ? "warn" : "plain"}>
      <ul className="flex flex-col gap-1.5">
        {lines.map((line) => (
          <li key={`${line.code} ${line.text}`} className="flex items-start gap-2.5 text-13 text-ink">
            <ToneIcon tone={toneOfLine(line)} className="mt-0.5" />
            {line.text}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const NOTHING = { keysAtMost: 0, bytesAtMost: 0 };

/** What the pace does, and what is lost if a target dies on the way. */
export function PlanPace({ plan }: { readonly plan: Plan }) {
  const words = useWords().wizards.plan;
  const open = plan.exposure.find((exposure) => !exposure.guarded);
  const most = open ?? plan.exposure.reduce((a, b) => (b.keysAtMost > a.keysAtMost ? b : a), NOTHING);
  const figures = [formatCount(most.keysAtMost), formatBytes(most.bytesAtMost)] as const;
  return (
    <section>
      <h2 className="mb-2 font-semibold text-13 text-ink">{words.pace}</h2>
      <div className="rounded-panel border border-accent-line bg-accent-ground p-3.5">
        <p className="font-semibold text-13 text-ink">{words.paces[plan.pace]}</p>
        <p className="mt-1 text-125 text-ink2">{words.paceText[plan.pace]}</p>
        <p className={open ? "mt-1.5 text-12 text-warn" : "mt-1.5 text-12 text-ok"}>
          {open ? words.unguarded(...figures) : words.guarded(...figures)}
        </p>
      </div>
    </section>
  );
}
