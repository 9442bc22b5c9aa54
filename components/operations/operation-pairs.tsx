"use client";
import { useWords } from "@/components/data/words";
import { shardColor } from "@/components/shards/shard-fill";
import { ToneIcon } from "@/components/ui/chip";
import { formatCount } from "@/lib/format";
import { indexOfPrimary } from "@/lib/layout/plan-bands";
import type { Operation, StepProgress } from "@/lib/operation";
import type { StepOf } from "@/lib/plans/step";
import { PairSwatches } from "./plan-pairs";

/** A bar a pair: moved, on its way, left. */
export function OperationPairs({ operation }: { readonly operation: Operation }) {
  const moves = operation.plan.steps.filter((step): step is StepOf<"move-slots"> => step.kind === "move-slots");
  return (
    <ul className="num">
      {moves.map((move) => {
        const progress = operation.steps.find((step) => step.stepId === move.id);
        return progress && <PairLine key={move.id} operation={operation} move={move} progress={progress} />;
      })}
    </ul>
  );
}

type PairLineProps = {
  readonly operation: Operation;
  readonly move: StepOf<"move-slots">;
  readonly progress: StepProgress;
};

function PairLine({ operation, move, progress }: PairLineProps) {
  const words = useWords().operations.pair;
  const open = operation.openSlots.filter((slot) => slot.source === move.source && slot.target === move.target).length;
  const to = indexOfPrimary(operation.plan, move.target);
  const percent = (slots: number) => `${(100 * slots) / move.slots}%`;
  return (
    <li className="grid grid-cols-[auto_1fr_auto] items-center gap-x-4 gap-y-1 border-line1 border-t px-3.5 py-2.5 md:grid-cols-[64px_minmax(120px,1fr)_110px_110px_90px]">
      <PairSwatches plan={operation.plan} move={move} />
      <div className="flex h-3 overflow-hidden rounded-cell bg-bg3" aria-hidden>
        <div style={{ width: percent(progress.slotsMoved), background: shardColor(to ?? 1) }} className="h-full" />
        <div
          style={{ width: percent(Math.min(open, move.slots - progress.slotsMoved)) }}
          className="h-full animate-breathe bg-accent"
        />
      </div>
      <p className="text-right text-125 text-ink3">
        <span className="font-semibold text-ink">{formatCount(progress.slotsMoved)}</span>{" "}
        {words.of(formatCount(move.slots))}
      </p>
      <p className="text-right text-125 text-ink2 max-md:col-start-2">{words.keys(formatCount(progress.keysMoved))}</p>
      <p className="flex items-center justify-end gap-1.5 text-right text-12 text-ink3">
        {progress.state === "done" && <ToneIcon tone="ok" size={12} />}
        {progress.state === "failed" && <ToneIcon tone="bad" size={12} />}
        {progress.state === "done"
          ? words.done
          : progress.state === "failed"
            ? words.failed
            : progress.state === "waiting"
              ? words.waits
              : ""}
      </p>
    </li>
  );
}
