"use client";
import { ShieldAlert, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import { useWords } from "@/components/data/words";
import { Chip } from "@/components/ui/chip";
import { formatBytes, formatCount, formatMs, UNKNOWN } from "@/lib/format";
import type { Plan } from "@/lib/plans/plan";

export function PlanFigures({ plan }: { readonly plan: Plan }) {
  const words = useWords().wizards.plan;
  const { totals } = plan;
  const passed = plan.preflight.filter((line) => line.state === "pass").length;
  const whole = passed === plan.preflight.length;
  const Shield = whole ? ShieldCheck : ShieldAlert;
  const newRanges = totals.rangesAfter - totals.rangesBefore;
  const imports = plan.steps.flatMap((step) => (step.kind === "import-keys" ? [step] : []));
  const keys = imports.reduce((sum, step) => sum + step.keys, 0);
  const bytes = imports.reduce((sum, step) => sum + (step.bytes ?? 0), 0);
  return (
    <div className="num flex flex-wrap items-stretch gap-x-5 gap-y-3">
      {totals.slots > 0 ? (
        <>
          <Figure value={formatCount(totals.slots)}>
            {totals.slotsAsked === totals.slots
              ? words.figures.asked(formatCount(totals.slotsAsked))
              : words.figures.slots}
          </Figure>
          <Figure value={totals.keys === undefined ? UNKNOWN : formatCount(totals.keys)}>{words.figures.keys}</Figure>
          <Figure value={totals.bytes === undefined ? UNKNOWN : `≈ ${formatBytes(totals.bytes)}`}>
            {words.figures.bytes}
          </Figure>
          <Figure value={totals.durationMs === undefined ? UNKNOWN : `≈ ${formatMs(totals.durationMs)}`}>
            {words.figures.duration[plan.pace]}
          </Figure>
          <Figure value={formatCount(Math.abs(newRanges))}>
            {newRanges < 0 ? words.figures.fewerRanges : words.figures.ranges}
          </Figure>
        </>
      ) : imports.length > 0 ? (
        <>
          <Figure value={formatCount(keys)}>{words.figures.keys}</Figure>
          <Figure value={bytes === 0 ? UNKNOWN : `≈ ${formatBytes(bytes)}`}>{words.figures.bytes}</Figure>
          <Figure value={totals.durationMs === undefined ? UNKNOWN : `≈ ${formatMs(totals.durationMs)}`}>
            {words.figures.about}
          </Figure>
        </>
      ) : (
        <>
          <Figure value={formatCount(plan.steps.length)}>{words.figures.steps}</Figure>
          <Figure value="0">{words.figures.none}</Figure>
        </>
      )}
      <span className="ml-auto self-center">
        <Chip tone={whole ? "ok" : "warn"} icon={false}>
          <Shield size={14} strokeWidth={1.8} aria-hidden />
          {words.preflight(passed, plan.preflight.length)}
        </Chip>
      </span>
    </div>
  );
}

function Figure({ value, children }: { readonly value: string; readonly children: ReactNode }) {
  return (
    <div className="border-line1 border-r pr-5 last-of-type:border-r-0">
      <p className="font-semibold text-20 text-ink">{value}</p>
      <p className="text-12 text-ink3">{children}</p>
    </div>
  );
}
