"use client";
import { ArrowRight } from "lucide-react";
import Link from "next/link";
import { useOperation } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { ProgressBar } from "@/components/ui/progress-bar";
import type { ClusterId } from "@/lib/cluster/node";
import { isActive } from "@/lib/operation";

type RunningOperationProps = { readonly clusterId: ClusterId; readonly operationId: number };

export function RunningOperation({ clusterId, operationId }: RunningOperationProps) {
  const words = useWords();
  const mine = words.overview.operation;
  const { data: operation } = useOperation(clusterId, operationId);
  if (!operation) return null;
  const moved = operation.steps.reduce((n, step) => n + step.slotsMoved, 0);
  const slots = operation.plan.totals.slots;
  const done = operation.steps.filter((step) => step.state === "done" || step.state === "skipped").length;
  const open = operation.openSlots.length;
  return (
    <Link
      href={`/clusters/${clusterId}/operations/${operationId}`}
      className="block rounded-panel border border-info-line panel-info p-3.5 transition-colors hover:border-info"
    >
      <span className="flex items-baseline gap-2">
        <span className="text-13 font-semibold text-info">{mine.title(operation.id)}</span>
        <span className="text-125 text-ink">{words.shell.operation.verbs[operation.plan.verb]}</span>
        <span className={isActive(operation.state) ? "text-12 text-ink2" : "text-12 text-warn"}>
          {words.shell.operation.states[operation.state]}
        </span>
        <ArrowRight size={14} strokeWidth={1.8} className="ml-auto self-center text-ink3" aria-hidden />
      </span>
      {slots > 0 && (
        <ProgressBar className="mt-2.5" label={mine.progress} value={moved} max={slots} underWay={open} height={6} />
      )}
      <span className="num mt-2 flex justify-between text-12 text-ink2">
        <span>{slots > 0 ? mine.moved(moved, slots) : mine.steps(done, operation.steps.length)}</span>
        <span>{open > 0 ? mine.openSlots(open) : mine.noOpen}</span>
      </span>
      {operation.reason && <span className="mt-1.5 block text-12 text-warn">{operation.reason.text}</span>}
    </Link>
  );
}
