"use client";
import type { ReactNode } from "react";
import { useWords } from "@/components/data/words";
import { Spark } from "@/components/ui/spark";
import { formatAge, formatBytes, formatCount, formatPercent, UNKNOWN } from "@/lib/format";
import { isEnded, type Operation } from "@/lib/operation";
import type { Plan } from "@/lib/plans/plan";
import { StateChip } from "./operation-state";
import { movedOf, useSpeed } from "./use-speed";

/** How far, how fast, how long still: measured, or a dash. */
export function OperationFigures({ operation, nowMs }: { readonly operation: Operation; readonly nowMs: number }) {
  const words = useWords().operations.figures;
  const speed = useSpeed(operation);
  const moved = movedOf(operation);
  const { totals } = operation.plan;
  const done = operation.steps.filter((step) => step.state === "done").length;
  const end = operation.endedMs ?? nowMs;
  const elapsed = operation.startedMs === undefined ? undefined : end - operation.startedMs;
  const left = totals.slots - moved.slots;
  const eta = speed.slotsPerSec && speed.slotsPerSec > 0 ? (left / speed.slotsPerSec) * 1000 : undefined;
  const toImport = importedKeys(operation.plan);
  const part =
    totals.slots > 0
      ? moved.slots / totals.slots
      : toImport > 0
        ? Math.min(1, moved.keys / toImport)
        : done / operation.steps.length;
  return (
    <div className="num px-3.5 pt-3.5 pb-3">
      <div className="flex flex-wrap items-start gap-x-8 gap-y-3">
        {totals.slots > 0 ? (
          <Big value={formatCount(moved.slots)} of={words.ofSlots(formatCount(totals.slots))}>
            {totals.keys
              ? words.percents(
                  formatPercent(moved.slots, totals.slots),
                  formatPercent(Math.min(moved.keys, totals.keys), totals.keys),
                )
              : words.slotsPercent(formatPercent(moved.slots, totals.slots))}
          </Big>
        ) : toImport > 0 ? (
          <>
            <Big value={formatCount(moved.keys)} of={words.ofKeys(formatCount(toImport))}>
              <StateChip state={operation.state} />
            </Big>
            {operation.state === "running" && (
              <Figure
                value={speed.keysPerSec === undefined ? UNKNOWN : formatCount(speed.keysPerSec)}
                word={words.keysPerSec}
              >
                <Spark values={speed.keysHistory} width={76} height={30} />
              </Figure>
            )}
            <Figure value={formatBytes(moved.bytes)} word={words.bytesMoved} />
          </>
        ) : (
          <Big value={formatCount(done)} of={words.ofSteps(operation.steps.length)}>
            <StateChip state={operation.state} />
          </Big>
        )}
        {totals.slots > 0 && (
          <>
            {operation.state === "running" && (
              <>
                <Figure
                  value={speed.slotsPerSec === undefined ? UNKNOWN : formatCount(speed.slotsPerSec)}
                  word={words.slotsPerSec}
                >
                  <Spark values={speed.slotsHistory} width={76} height={30} />
                </Figure>
                <Figure
                  value={speed.keysPerSec === undefined ? UNKNOWN : formatCount(speed.keysPerSec)}
                  word={words.keysPerSec}
                >
                  <Spark values={speed.keysHistory} width={76} height={30} />
                </Figure>
              </>
            )}
            {operation.state !== "running" && (
              <>
                <Figure value={formatCount(moved.keys)} word={words.keysMoved} />
                <Figure value={formatBytes(moved.bytes)} word={words.bytesMoved} />
              </>
            )}
          </>
        )}
        <Figure
          value={elapsed === undefined ? UNKNOWN : formatAge(elapsed)}
          word={isEnded(operation.state) ? words.took : words.elapsed}
        />
        {operation.state === "running" && totals.slots > 0 && (
          <Figure value={eta === undefined ? UNKNOWN : `≈ ${formatAge(eta)}`} word={words.left} />
        )}
        {totals.slots > 0 && (
          <span className="ml-auto">
            <StateChip state={operation.state} />
          </span>
        )}
      </div>
      <div className="mt-3 h-1.5 overflow-hidden rounded-cell bg-bg3" aria-hidden>
        <div className="h-full bg-info transition-[width] duration-300" style={{ width: `${100 * part}%` }} />
      </div>
    </div>
  );
}

/** Of sources, as they were when the plan was made. */
export const importedKeys = ({ steps }: Pick<Plan, "steps">): number =>
  steps.reduce((sum, step) => sum + (step.kind === "import-keys" ? step.keys : 0), 0);

function Big({ value, of, children }: { readonly value: string; readonly of: string; readonly children: ReactNode }) {
  return (
    <div>
      <p className="text-13 text-ink2">
        <span className="mr-1 font-semibold text-28 text-ink tracking-tight">{value}</span>
        {of}
      </p>
      <div className="text-12 text-ink3">{children}</div>
    </div>
  );
}

function Figure({
  value,
  word,
  children,
}: {
  readonly value: string;
  readonly word: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="flex items-start gap-3">
      <div>
        <p className="font-semibold text-20 text-ink">{value}</p>
        <p className="text-12 text-ink3">{word}</p>
      </div>
      {children}
    </div>
  );
}
