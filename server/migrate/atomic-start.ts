import { rangesOf, type Slot } from "@/lib/cluster/slots";
import type { Ends, Tasks } from "./atomic-tasks";
import { type AtomicTask, isBusy } from "./dialect";
import { judgeReply, refusal } from "./replies";
import { stop, Trouble } from "./stop";

const LOOK_EVERY_MS = 50;

/**
 * Tells the end that drives, and answers the task. Where a node takes part in one task at a time, the other pairs of
 * this operation are waited for; a task of somebody else is not. Undefined: stop was asked before anything was sent.
 */
export async function startTask(
  ends: Ends,
  slots: readonly Slot[],
  mayStart: () => boolean,
): Promise<AtomicTask | undefined> {
  const { run, dialect } = ends;
  const ranges = rangesOf(slots);
  for (;;) {
    const before = await ends.read();
    const foreign = ends.foreign(before);
    if (foreign) throw foreign;
    if (!mayStart()) return undefined;
    if (!isFree(ends, before, slots)) {
      await run.pause(LOOK_EVERY_MS);
      continue;
    }
    const known = new Set(ends.driven(before).map(({ id }) => id));
    await run.at("before-batch", slots[0]);
    const { driver } = ends;
    const [reply] = await run.lines.ask(driver, [dialect.start(ranges, run.target)]);
    if (!reply) throw new Trouble("a reply is missing", driver);
    if (!reply.ok) {
      if (isOccupied(reply.error.message)) {
        await run.pause(LOOK_EVERY_MS);
        continue;
      }
      throw startRefused(ends, reply.error.message, slots[0] ?? -1);
    }
    await run.at("after-importing", slots[0]);
    const id = dialect.idOf(reply.value);
    const isIt = (task: AtomicTask) =>
      id === undefined ? !known.has(task.id) && sameSlots(task, slots) : task.id === id;
    const task = ends.driven(await ends.read()).find(isIt);
    if (task) return task;
    throw new Trouble("it does not know the task that it was given", driver);
  }
}

const sameSlots = ({ ranges }: AtomicTask, slots: readonly Slot[]): boolean =>
  JSON.stringify(ranges) === JSON.stringify(rangesOf(slots));

/** What is still being deleted of these slots must be gone; and where one task is the most, there must be none. */
function isFree({ dialect }: Ends, { atSource, atTarget }: Tasks, slots: readonly Slot[]): boolean {
  const busy = [...atSource, ...atTarget].filter(isBusy);
  return dialect.oneAtATime ? busy.length === 0 : !busy.some((task) => sameSlots(task, slots));
}

/** Another pair of this operation was quicker: the target says so at once, the source only to the target. */
export const isOccupied = (text: string): boolean => /another ASM task is already in progress/i.test(text);

const isOpenBySomebody = (text: string): boolean =>
  /must be STABLE|manually (imported|migrated)|already migrating slot/i.test(text);

function startRefused({ run, driver }: Ends, text: string, slot: Slot): Error {
  const details = { node: driver, slot, reason: text };
  if (isOpenBySomebody(text)) return stop("foreign-change", "taskRefused", details, { nodeId: driver, slot });
  if (/not served by this node|different source nodes|already the owner|unknown node/i.test(text))
    return new Trouble(text, driver);
  return judgeReply(text).kind === "stop"
    ? stop("step-failed", "taskRefused", details, { nodeId: driver, slot })
    : refusal(text, run.source, slot);
}
