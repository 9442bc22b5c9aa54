"use client";
import { Check, Minus, X } from "lucide-react";
import { useWords } from "@/components/data/words";
import { cx } from "@/components/ui/cx";
import { Panel } from "@/components/ui/panel";
import type { Topology } from "@/lib/cluster/topology";
import { formatMs } from "@/lib/format";
import { stepLine } from "@/lib/layout/step-words";
import type { Operation, StepProgress } from "@/lib/operation";

type OperationStepsProps = {
  readonly operation: Operation;
  readonly topology: Topology | undefined;
  readonly nowMs: number;
};

export function OperationSteps({ operation, topology, nowMs }: OperationStepsProps) {
  const { operations, plans } = useWords();
  return (
    <Panel title={operations.steps.title} flush>
      <ol className="num">
        {operation.plan.steps.map((step) => {
          const progress = operation.steps.find((p) => p.stepId === step.id);
          if (!progress) return null;
          return (
            <li key={step.id} className="flex items-start gap-3 border-line1 border-t px-3.5 py-1.5">
              <StepMark state={progress.state} />
              <span
                className={cx(
                  "w-20 shrink-0 text-125",
                  progress.state === "waiting" ? "text-ink3" : "font-medium text-ink",
                )}
              >
                {plans.steps[step.kind].title}
              </span>
              <span className="min-w-0 flex-1 break-words text-125 text-ink2">
                {stepLine(step, { plan: operation.plan, topology, words: plans.steps })}
                {progress.note && <span className="block text-12 text-ink3">{progress.note}</span>}
              </span>
              <span className="shrink-0 text-12 text-ink3">{tookOf(progress, nowMs)}</span>
              <span className="sr-only">{operations.steps.state[progress.state]}</span>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}

function tookOf(progress: StepProgress, nowMs: number): string {
  if (progress.startedMs === undefined) return "";
  if (progress.endedMs === undefined && progress.state !== "running") return "";
  return formatMs(Math.max(0, (progress.endedMs ?? nowMs) - progress.startedMs));
}

function StepMark({ state }: { readonly state: StepProgress["state"] }) {
  const base = "mt-0.5 grid size-4 shrink-0 place-items-center rounded-full border";
  if (state === "done")
    return (
      <span className={cx(base, "border-ok text-ok")}>
        <Check size={10} strokeWidth={2.6} aria-hidden />
      </span>
    );
  if (state === "failed")
    return (
      <span className={cx(base, "border-bad text-bad")}>
        <X size={10} strokeWidth={2.6} aria-hidden />
      </span>
    );
  if (state === "skipped")
    return (
      <span className={cx(base, "border-line3 text-ink3")}>
        <Minus size={10} strokeWidth={2.6} aria-hidden />
      </span>
    );
  return (
    <span className={cx(base, state === "running" ? "border-info" : "border-line3 border-dashed")}>
      {state === "running" && <span className="size-1.5 animate-breathe rounded-full bg-info" />}
    </span>
  );
}
