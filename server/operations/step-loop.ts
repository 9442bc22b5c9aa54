import type { Step } from "@/lib/plans/step";
import { perform } from "@/server/admin/perform";
import type { StepContext, StepOutcome } from "@/server/admin/steps/context";
import { pause } from "@/server/admin/steps/wait";
import { type Ending, endingOf, isPassing } from "./ending";
import type { Journal } from "./journal";

/**
 * Steps by phase, in order; steps of one kind that stand side by side and do not touch each other run at the same time.
 * Each is journalled before it begins (no record, no command) and when its end was observed. A step that is done is
 * never done again: whether it still holds is what the proof asks.
 *
 * When a move has to hold, the moves beside it finish what is half-moved and park; when it only left slots behind
 * (a key too big, a conflict), they go on.
 */
type Loop = {
  readonly journal: Journal;
  readonly operationId: number;
  readonly contextOf: (step: Step, shouldStop: () => boolean) => StepContext;
  readonly shouldStop: () => boolean;
  readonly beforeStep: (step: Step) => void;
  readonly afterStep: (step: Step) => void;
};

const sideBySide: Readonly<Record<Step["kind"], boolean>> = {
  "start-node": true,
  "set-epoch": true,
  "add-slots": true,
  "del-slots": false,
  "set-stable": false,
  "set-config": true,
  call: true,
  meet: false,
  "await-joined": false,
  replicate: true,
  "move-slots": true,
  "assign-slots": false,
  "gather-keys": false,
  "clear-flags": false,
  failover: false,
  forget: false,
  reset: true,
  "stop-node": true,
  "restart-node": false,
  "hurt-node": false,
  "drop-node": true,
  "forget-cluster": false,
  "watch-gone": true,
  "save-shard": true,
  "seal-backup": false,
  "check-backup": false,
  "load-functions": true,
  "restore-shard": true,
  "import-keys": true,
  prove: false,
};
const leavesBehind = new Set(["big-key", "key-conflict"]);
const TRIES = 3;
const TRY_AGAIN_MS = 1000;

export async function runSteps(loop: Loop): Promise<Ending> {
  const { plan, steps } = loop.journal.get(loop.operationId);
  const isOpen = (step: Step) => steps.find((one) => one.stepId === step.id)?.state !== "done" || step.kind === "prove";
  for (const batch of batchesOf(plan.steps.filter(isOpen))) {
    if (loop.shouldStop()) return { kind: "parked" };
    const ending = await runBatch(batch, loop);
    if (ending.kind !== "done") return ending;
  }
  return { kind: "done" };
}

export function batchesOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  const batches: Step[][] = [];
  for (const step of [...steps].sort((a, b) => a.phase - b.phase || a.id - b.id)) {
    const last = batches.at(-1);
    const first = last?.[0];
    if (last && first?.phase === step.phase && first.kind === step.kind && sideBySide[step.kind]) last.push(step);
    else batches.push([step]);
  }
  return batches;
}

async function runBatch(batch: readonly Step[], loop: Loop): Promise<Ending> {
  let held = false;
  const shouldStop = () => held || loop.shouldStop();
  const endings = await Promise.all(
    batch.map(async (step) => {
      const ending = await runStep(step, loop, shouldStop);
      if (ending.kind === "lost" || (ending.kind === "stopped" && !leavesBehind.has(ending.reason.code))) held = true;
      return ending;
    }),
  );
  const rank = (ending: Ending) => ["done", "parked", "stopped", "lost"].indexOf(ending.kind);
  return endings.reduce((worst, ending) => (rank(ending) > rank(worst) ? ending : worst), { kind: "done" });
}

async function runStep(step: Step, loop: Loop, shouldStop: () => boolean): Promise<Ending> {
  const { journal, operationId } = loop;
  try {
    if (step.kind === "prove") journal.append(operationId, { type: "state", to: "proving" });
    journal.append(operationId, { type: "step", stepId: step.id, state: "running" });
    loop.beforeStep(step);
    const context = loop.contextOf(step, shouldStop);
    return close(step, loop, endingFrom(await attempt(step, context)));
  } catch (error) {
    return close(step, loop, endingOf(error));
  }
}

/** A connection that is lost in a step leaves its outcome unknown; the step looks again and goes on from what is true. */
async function attempt(step: Step, context: StepContext): Promise<StepOutcome> {
  for (let tries = 1; ; tries++) {
    try {
      return await perform(step, context);
    } catch (error) {
      if (tries >= TRIES || !isPassing(error) || context.signal.aborted) throw error;
      await pause(TRY_AGAIN_MS, context.signal);
    }
  }
}

type Ended = Ending & { readonly note?: string | undefined };

function endingFrom(outcome: StepOutcome): Ended {
  if (outcome.kind === "stopped")
    return { kind: "stopped", reason: outcome.reason, failed: outcome.reason.code === "not-proved" };
  return outcome;
}

function close(step: Step, loop: Loop, ended: Ended): Ending {
  const { note, ...ending } = ended;
  if (ending.kind === "lost") return ending;
  loop.afterStep(step);
  const state = ending.kind === "done" ? "done" : ending.kind === "stopped" && ending.failed ? "failed" : "waiting";
  loop.journal.appendOrKeep(loop.operationId, {
    type: "step",
    stepId: step.id,
    state,
    ...(note === undefined ? {} : { note }),
  });
  return ending;
}
