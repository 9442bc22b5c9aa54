import type { Topology } from "@/lib/cluster/topology";
import { formatAge } from "@/lib/format";
import { stepLine } from "@/lib/layout/step-words";
import type { Operation } from "@/lib/operation";
import { cliOutput } from "@/lib/words/en/cli-output";
import { plans } from "@/lib/words/en/plans";
import { type Out, plain } from "./out";

const words = cliOutput.run;
const LINE_EVERY_MS = 1000;
const BAR_EVERY_MS = 100;
const WIDTH = 30;

export type Progress = { show(operation: Operation): void; end(): void };

/** A bar on a terminal, a line now and then in a pipe, one JSON line a change with --json. */
export function openProgress(out: Out, topology: Topology | undefined): Progress {
  const told = new Set<string>();
  let spokenAt = Number.NEGATIVE_INFINITY;
  let startedAt: number | undefined;
  let isDrawn = false;
  const erase = () => {
    if (isDrawn) out.bar?.write("\r\u001b[K");
    isDrawn = false;
  };
  const tellSteps = (operation: Operation) => {
    for (const { stepId, state } of operation.steps) {
      const step = operation.plan.steps.find((one) => one.id === stepId);
      const key = `${stepId} ${state}`;
      if (!step || (state !== "done" && state !== "failed") || told.has(key)) continue;
      told.add(key);
      const { title } = plans.steps[step.kind];
      erase();
      out.document({ event: "step", operation: operation.id, step: stepId, kind: step.kind, state });
      const what = stepLine(step, { plan: operation.plan, topology, words: plans.steps });
      out.line(`${title}: ${what}, ${state}`, state === "failed" ? "bad" : "quiet");
    }
  };
  return {
    show: (operation) => {
      const { id, state, openSlots } = operation;
      const { moved, keys, all } = totals(operation);
      startedAt ??= all > 0 && moved > 0 ? performance.now() : undefined;
      tellSteps(operation);
      const every = out.bar ? BAR_EVERY_MS : LINE_EVERY_MS;
      if (all === 0 || moved === 0 || moved === all || performance.now() - spokenAt < every) return;
      spokenAt = performance.now();
      out.document({
        event: "progress",
        operation: id,
        state,
        slots: moved,
        of: all,
        keys,
        openSlots: openSlots.length,
      });
      const text = words.moved({ moved, all, keys });
      if (!out.bar) {
        if (!out.json) out.line(text, "quiet");
        return;
      }
      const full = Math.round((WIDTH * moved) / all);
      const perSec = moved / Math.max(0.1, (performance.now() - (startedAt ?? 0)) / 1000);
      const rate = words.rate({ perSec: Math.round(perSec), left: formatAge(((all - moved) / perSec) * 1000) });
      const line = `[${"#".repeat(full)}${"-".repeat(WIDTH - full)}] ${text}, ${rate}`;
      out.bar.write(`\r\u001b[K${plain(line).slice(0, Math.max(20, (out.bar.columns || 80) - 1))}`);
      isDrawn = true;
    },
    end: erase,
  };
}

export function totals({ plan, steps }: Pick<Operation, "plan" | "steps">) {
  return {
    all: plan.totals.slots,
    moved: steps.reduce((sum, step) => sum + step.slotsMoved, 0),
    keys: steps.reduce((sum, step) => sum + step.keysMoved, 0),
  };
}
