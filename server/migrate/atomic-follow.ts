import type { Slot } from "@/lib/cluster/slots";
import { isOccupied } from "./atomic-start";
import { type Ends, TaskEnded, type Tasks, told } from "./atomic-tasks";
import { type AtomicTask, isBusy } from "./dialect";
import { readTarget } from "./sides";
import { MoveStop, stop, Trouble } from "./stop";

const FIRST_LOOK_MS = 5;
const LOOK_EVERY_MS = 100;
/** A stop that was asked for waits so long for the task's own end before it cancels it. */
const PARK_MS = 3000;
/** The server's own attempts at one task. Those that a dead node or another pair of the operation cost do not count. */
const SERVER_RETRIES = 3;
/** The servers give up on each other after repl-timeout, 60 s: nothing is new for longer than that only if they hang. */
const STALLED_MS = 150_000;

/**
 * Looks at a task at both ends until it is over. Resolves when the server calls it done, which is not yet agreement;
 * throws TaskEnded when it ended otherwise, Trouble when an end is lost or has forgotten it, and MoveStop for what a
 * person must look at, after it has cancelled the task.
 */
export async function followTask(ends: Ends, task: AtomicTask, slots: readonly Slot[]): Promise<void> {
  const { run } = ends;
  const asked = new Asked();
  for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(LOOK_EVERY_MS, waitMs * 1.5)) {
    run.checkSignal();
    const tasks = await ends.read();
    const now = ends.driven(tasks).find(({ id }) => id === task.id);
    if (!now) throw new Trouble("it knows nothing of the task any more", ends.driver);
    if (now.state === "done") return;
    if (!isBusy(now)) throw ended(ends, tasks, now);
    run.watch.pending ??= ends.foreign(tasks);
    try {
      run.watch.check({ source: undefined, target: await readTarget(run.lines, run.target), inHand: run.written });
      asked.insist(ends, tasks, now, slots);
    } catch (error) {
      if (!(error instanceof MoveStop) || !(await ends.cancel(now))) throw error;
      await untilOver(ends, now);
      throw error;
    }
    if (asked.toPark(run.job.shouldStop() || run.watch.pending !== undefined)) await ends.cancel(now);
    await run.pause(waitMs);
  }
}

/** Cancelled, but what came of it may still be being deleted. */
async function untilOver(ends: Ends, task: AtomicTask): Promise<void> {
  const until = performance.now() + ends.run.patienceMs;
  while (performance.now() < until) {
    const { atSource, atTarget } = await ends.read();
    if (![...atSource, ...atTarget].some((one) => one.id === task.id && isBusy(one))) return;
    await ends.run.pause(LOOK_EVERY_MS);
  }
}

function ended(ends: Ends, { atSource, atTarget }: Tasks, task: AtomicTask): TaskEnded {
  const both = [...atSource, ...atTarget].filter(({ id }) => id === task.id);
  return new TaskEnded(task, ends.driver, [...new Set(both.map(({ message }) => message))]);
}

/** How long nothing was new, and since when a stop is waited for. */
class Asked {
  #last = "";
  #newMs = performance.now();
  #stopMs: number | undefined;
  #retries: number | undefined;
  #isCancelled = false;

  insist(ends: Ends, tasks: Tasks, task: AtomicTask, [slot = -1]: readonly Slot[]): void {
    const nowMs = performance.now();
    const at = { nodeId: ends.driver, slot };
    if (this.#retries === undefined || isOccupied(task.message)) this.#retries = task.retries;
    const tries = task.retries - this.#retries;
    if (task.state === "retrying" && tries >= SERVER_RETRIES) throw failedTooOften(ends, task, tries);
    const news = JSON.stringify([tasks.atSource, tasks.atTarget].map((some) => some.find(({ id }) => id === task.id)));
    if (news !== this.#last) [this.#last, this.#newMs] = [news, nowMs];
    const waitedMs = Math.round(nowMs - this.#newMs);
    if (waitedMs > STALLED_MS) throw stop("unknown-outcome", "noProgress", { slot, reason: task.said, waitedMs }, at);
  }

  /** True once. */
  toPark(isAsked: boolean): boolean {
    if (!isAsked || this.#isCancelled) return false;
    this.#stopMs ??= performance.now();
    this.#isCancelled = performance.now() - this.#stopMs > PARK_MS;
    return this.#isCancelled;
  }
}

export function failedTooOften(ends: Ends, task: AtomicTask, tries: number, reason = task.message): MoveStop {
  const node = ends.driver;
  if (/\bOOM\b|out of memory/i.test(reason))
    return stop("memory", "targetFull", { node: ends.run.target, reason }, { nodeId: ends.run.target });
  return stop("step-failed", "taskFailed", { node, ...told(task), tries, reason }, { nodeId: node });
}
