import type { Operation, OperationState, StopReason } from "@/lib/operation";
import { proof } from "@/lib/words/en/proof";
import { pause } from "@/server/admin/steps/wait";
import { readEvents } from "@/server/store/operations";
import type { Store } from "@/server/store/sqlite";
import { listUnsettled } from "@/server/store/windows";
import { type Ending, endingOf } from "./ending";
import type { Journal } from "./journal";
import type { Run } from "./run";
import { windowReason } from "./stop";

/** Nodes may start at the same time as the console does. */
const TRY_FOR_MS = 10 * 60_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;

/**
 * After a restart: first what is half-moved is closed forward, by itself, within seconds, because clients are waiting.
 * Nodes that do not answer yet are waited for. Only then the operation is what it was before: it goes on, stays paused,
 * or ends its cancel.
 */
type Recovery = {
  readonly journal: Journal;
  readonly store: Store;
  readonly run: Run;
  readonly signal: AbortSignal;
};

export async function recoverOne({ journal, store, run, signal }: Recovery): Promise<void> {
  const operation = journal.get(run.operationId);
  const before = lastLivingState(store, operation);
  const waits = operation.state === "interrupted" && !operation.goOnAfterRestart;
  const rests = operation.state === "paused" || (waits && before !== "cancelling" && before !== "pausing");
  if (rests && listUnsettled(store, operation.id).length === 0) return run.release();
  if (operation.state !== "interrupted" && operation.state !== "paused")
    journal.append(operation.id, { type: "state", to: "interrupted" });

  const ending = await closeUntilDone(run, signal);
  if (ending.kind === "parked" || ending.kind === "lost") return run.release();
  if (ending.kind === "stopped") {
    run.release();
    if (operation.state !== "paused")
      journal.appendOrKeep(operation.id, { type: "state", to: "paused", reason: notClosed(ending.reason) });
    return;
  }
  goOn(journal, run, before);
}

function goOn(journal: Journal, run: Run, before: OperationState): void {
  const { id, goOnAfterRestart, state, reason, schedule } = journal.get(run.operationId);
  if (before === "cancelling") {
    journal.append(id, { type: "state", to: "cancelling" });
    run.goCancel();
    return;
  }
  if (before === "paused" || before === "pausing" || state === "paused") {
    run.release();
    if (state !== "paused")
      journal.append(id, {
        type: "state",
        to: "paused",
        reason: reason ?? (schedule?.window ? windowReason() : restarted()),
      });
    return;
  }
  if (!goOnAfterRestart) {
    run.release();
    if (state !== "interrupted") journal.append(id, { type: "state", to: "interrupted" });
    return;
  }
  journal.append(id, { type: "state", to: "running" });
  run.go();
}

/** The state before it was interrupted, from the events: the fold knows only the last one. */
export function lastLivingState(store: Store, operation: Operation): OperationState {
  const states = readEvents(store, operation.id).flatMap((event) => (event.type === "state" ? [event.to] : []));
  return states.filter((state) => state !== "interrupted").at(-1) ?? operation.state;
}

async function closeUntilDone(run: Run, signal: AbortSignal): Promise<Ending> {
  const end = performance.now() + TRY_FOR_MS;
  for (let waitMs = FIRST_PAUSE_MS; ; waitMs = Math.min(LONGEST_PAUSE_MS, waitMs * 2)) {
    if (signal.aborted) return { kind: "parked" };
    const ending = await run
      .clearWay({ takeover: true })
      .then(() => run.closeHalfMoved())
      .catch(endingOf);
    if (ending.kind !== "stopped" || !mayPass(ending) || performance.now() > end) return ending;
    await pause(waitMs, signal).catch(() => undefined);
  }
}

const passing = new Set<StopReason["code"]>(["node-unreachable", "minority", "replica-lost"]);

/** Nodes come back; a journal that cannot be written or a conflict of values does not pass by itself. */
function mayPass({ reason, failed }: Extract<Ending, { kind: "stopped" }>): boolean {
  return passing.has(reason.code) || failed;
}

function notClosed({ code, details, text, ...at }: StopReason): StopReason {
  return { ...at, code, details, text: proof.reasons.notClosed({ reason: text }) };
}

const restarted = (): StopReason => ({ code: "user", details: {}, text: proof.reasons.restarted() });
