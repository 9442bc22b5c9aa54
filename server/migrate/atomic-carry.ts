import type { Slot } from "@/lib/cluster/slots";
import { failedTooOften, followTask } from "./atomic-follow";
import { startTask } from "./atomic-start";
import { type Ends, TaskEnded, told } from "./atomic-tasks";
import { countKeys } from "./atomic-weigh";
import type { AtomicTask } from "./dialect";
import { isReplicaNow } from "./finish";
import { resolvePair } from "./resolve";
import { stop, Trouble } from "./stop";
import { readTruth } from "./truth";

/** Tasks that are started for the same slots, one after another has failed. */
const TRIES = 3;
const NAP_MS = 100;

export type CarryOptions = {
  /** False when it is to be found out only how far an earlier life has come. */
  readonly mayStart: () => boolean;
  readonly learn: (task: AtomicTask) => void;
};

/**
 * Carries these slots, from whatever state they are in. Each round asks the servers first: who is primary, who owns
 * the slots by the own lines of both, whether a task for them is under way. Answers the slots that are the target's in
 * the end; the others are the source's, with nothing under way for them.
 */
export async function carrySlots(ends: Ends, slots: readonly Slot[], options: CarryOptions): Promise<readonly Slot[]> {
  const { run } = ends;
  let sinceMs = performance.now();
  let last: Trouble | undefined;
  for (let tries = 0, troubles = 0; ; ) {
    try {
      await resolvePair(run);
      const { moved, closed, open, taken, given } = await readTruth(run, slots);
      if (moved.length === slots.length) return moved;
      const [foreign] = open;
      if (foreign !== undefined) throw openBySomebody(ends, foreign);
      if (taken.length + given.length > 0) throw new Trouble("the two ends do not agree yet who owns them", run.source);
      const running = ends.running(await ends.read(), slots);
      if (!running && (moved.length > 0 || !options.mayStart())) return moved;
      const task = running ?? (await startTask(ends, closed, options.mayStart));
      if (!task) return [];
      if (!running) tries++;
      options.learn(task);
      await followTask(ends, task, slots).finally(() => {
        sinceMs = performance.now();
      });
      await run.at("after-batch", slots[0]);
      continue;
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      if (error instanceof TaskEnded) judgeEnd(ends, error, tries);
      last = error;
    }
    const waitedMs = performance.now() - sinceMs;
    if (waitedMs > run.patienceMs && !(last instanceof TaskEnded)) throw stuck(slots, last, waitedMs);
    await run.pause(Math.min(5, ++troubles) * NAP_MS);
  }
}

/** Whether there is sense in another try; what we cancelled ourselves because stop was asked is no failure. */
function judgeEnd(ends: Ends, { task, message }: TaskEnded, tries: number): void {
  const { run, dialect, driver } = ends;
  if (run.job.shouldStop() || run.watch.pending) return;
  if (dialect.wasCancelledByHand(task))
    throw stop("foreign-change", "taskCancelled", { node: driver, ...told(task) }, { nodeId: driver });
  const isFull = /\bOOM\b|out of memory/i.test(message);
  if (isFull || tries >= TRIES) throw failedTooOften(ends, task, tries, message);
}

/** The server deletes what has moved only after the slots are the target's. */
export async function untilEmptied({ run }: Ends, slots: readonly Slot[]): Promise<void> {
  let least = Number.POSITIVE_INFINITY;
  for (let sinceMs = performance.now(), waitMs = 1; ; waitMs = Math.min(100, waitMs * 2)) {
    const counts = await countKeys(run, run.source, slots).catch(async (error: unknown) => {
      if (error instanceof Trouble && (await isReplicaNow(run))) return [];
      throw error;
    });
    const left = counts.reduce((sum, count) => sum + count, 0);
    if (left === 0 || (await isReplicaNow(run))) return;
    if (left < least) [least, sinceMs] = [left, performance.now()];
    const waitedMs = Math.round(performance.now() - sinceMs);
    if (waitedMs > run.patienceMs) {
      const details = { node: run.source, keys: left, waitedMs };
      throw stop("unknown-outcome", "notEmptied", details, { nodeId: run.source });
    }
    await run.pause(waitMs);
  }
}

function openBySomebody({ run }: Ends, slot: Slot) {
  const details = { node: run.source, slot, other: "by SETSLOT" };
  return stop("foreign-change", "foreignOpen", details, { nodeId: run.source, slot });
}

function stuck([slot = -1]: readonly Slot[], last: Trouble | undefined, waitedMs: number) {
  const details = { slot, reason: last?.message ?? "unknown", waitedMs: Math.round(waitedMs) };
  return stop("unknown-outcome", "noProgress", details, { nodeId: last?.node, slot });
}
