import { eachSlot, type Slot } from "@/lib/cluster/slots";
import { cutLoads, type Load } from "@/lib/plans/tasks";
import { acknowledge } from "./acknowledge";
import { carrySlots, untilEmptied } from "./atomic-carry";
import { Ends } from "./atomic-tasks";
import { weighSlots } from "./atomic-weigh";
import type { AtomicTask, Dialect } from "./dialect";
import type { MoveJob, MoveOutcome, Mover, UnsettledWindow, WindowFacts } from "./mover";
import { noteKin, patiently } from "./resolve";
import { Run } from "./run";
import { begin, leftBehind, outcomeOf } from "./setslot";
import { readTarget } from "./sides";
import { MoveStop, Trouble } from "./stop";
import { readTruth } from "./truth";

/**
 * Moves slots by tasks of the servers themselves: one command names ranges and the other end, the servers copy them,
 * stop the writes to them for a moment, and the target takes all of them at once. A console that dies does no harm.
 * What is left to do here is to say what was asked for, to find out what became of it, and not to believe too early:
 *
 *  1. The slots are cut into loads, one task each (lib/plans/tasks.ts), after it was seen that nothing is open and no
 *     task of somebody else runs at either end.
 *  2. The load is written down, fsynced; then the one command that starts it is sent (atomic-start.ts). Its reply may
 *     be lost: the task is found by its ranges, and one that has ended by who owns the slots now.
 *  3. Both ends are asked until the server calls it over (atomic-follow.ts). Failures, failovers, restarts and FLUSH
 *     end a task with everything at the source: it is started again, three times at most, and the last reason is said.
 *  4. Over is not agreement: both ends' own lines must say so (truth.ts), a replica of the target must hold what came
 *     (the servers do not wait for one), and the source must have deleted what it gave. Views are the proof's.
 *
 * Stop asked: no new task; the running one has some seconds to end, then it is cancelled, if a cancel ends no task of
 * somebody else. Hard stop: it is left to the servers; the window stays unsettled, and closeOpen finds what became of it.
 *
 * Guaranteed: a load is at one end or the other, never half; nothing is open to clients. Not guaranteed: that a target
 * that dies right after it took a load has a replica with all of it; functions do not travel with the keys.
 */
export function atomicMover(dialect: Dialect): Mover {
  return {
    way: dialect.way,
    move: (job) => move(dialect, job),
    closeOpen: (job, unsettled) => closeOpen(dialect, job, unsettled),
  };
}

async function move(dialect: Dialect, job: MoveJob): Promise<MoveOutcome> {
  const run = new Run(job);
  const ends = new Ends(run, dialect);
  const toMove = new Set<Slot>(eachSlot(job.ranges));
  const mayGoOn = () => !job.signal.aborted && !job.shouldStop() && run.watch.pending === undefined;
  return outcomeOf(run, toMove, async () => {
    for (const slot of await begin(run)) toMove.delete(slot);
    const { slots, refused, sourceReplId } = await patiently(run, async () => {
      const foreign = ends.foreign(await ends.read());
      if (foreign) throw foreign;
      return weighSlots(
        run,
        [...toMove].sort((a, b) => a - b),
      );
    });
    for (const load of cutLoads(slots)) {
      if (!mayGoOn()) break;
      for (const slot of await moveLoad(ends, load, { sourceReplId, mayGoOn })) toMove.delete(slot);
    }
    run.checkSignal();
    if (run.watch.pending) throw run.watch.pending;
    if (toMove.size > refused.length) return "parked";
    const [first] = refused;
    if (first) throw leftBehind(run, first, refused);
    return "done";
  });
}

type LoadOptions = { readonly sourceReplId: string; readonly mayGoOn: () => boolean };

async function moveLoad(ends: Ends, load: Load, { sourceReplId, mayGoOn }: LoadOptions): Promise<readonly Slot[]> {
  const { run } = ends;
  const { source, target, job } = run;
  const slots = load.slots.map(({ slot }) => slot);
  const { epochs } = run.watch;
  const facts: WindowFacts = {
    sourceReplId,
    sourceEpoch: epochs.get(source) ?? 0,
    targetEpoch: epochs.get(target) ?? 0,
    ...(run.acknowledger === undefined ? {} : { targetReplica: run.acknowledger }),
  };
  await run.at("before-intend", slots[0]);
  const windowId = run.write(() => job.journal.intend({ source, target, slots, facts }));
  for (const slot of slots) run.written.add(slot);
  await run.at("after-intend", slots[0]);
  const learn = ({ id }: AtomicTask) => run.write(() => job.journal.learn(windowId, { ...facts, task: id }));
  const moved = await carrySlots(ends, slots, { mayStart: mayGoOn, learn }).catch(async (error: unknown) => {
    if (error instanceof MoveStop && (await isWithdrawn(ends, slots)))
      run.write(() => job.journal.settle(windowId, "withdrawn"));
    throw error;
  });
  run.progress.batch({
    keys: moved.length > 0 ? load.keys : 0,
    bytes: moved.length > 0 ? load.bytes : 0,
    uncertain: 0,
  });
  await arrived(ends, windowId, { slots, moved });
  return moved;
}

async function closeOpen(dialect: Dialect, job: MoveJob, unsettled: readonly UnsettledWindow[]): Promise<MoveOutcome> {
  const run = new Run(job);
  const ends = new Ends(run, dialect);
  const toMove = new Set<Slot>(unsettled.flatMap(({ slots }) => slots));
  for (const slot of toMove) run.written.add(slot);
  return outcomeOf(run, toMove, async () => {
    await noteKin(run);
    for (const { id, slots } of unsettled) {
      const moved = await carrySlots(ends, slots, { mayStart: () => false, learn: () => {} });
      await arrived(ends, id, { slots, moved });
      for (const slot of moved) toMove.delete(slot);
    }
    return "done";
  });
}

/** Stopped, with nothing left under way: known only where both ends still tell. */
async function isWithdrawn(ends: Ends, slots: readonly Slot[]): Promise<boolean> {
  try {
    const { closed } = await readTruth(ends.run, slots);
    return closed.length === slots.length && ends.running(await ends.read(), slots) === undefined;
  } catch (error) {
    if (error instanceof Trouble || error instanceof MoveStop) return false;
    throw error;
  }
}

type Arrival = { readonly slots: readonly Slot[]; readonly moved: readonly Slot[] };

async function arrived(ends: Ends, windowId: number, { slots, moved }: Arrival): Promise<void> {
  const { run } = ends;
  if (moved.length > 0) {
    await patiently(run, async () => acknowledge(run, await readTarget(run.lines, run.target)));
    await run.at("after-acknowledge", slots[0]);
    await patiently(run, () => untilEmptied(ends, moved));
    run.progress.moved(moved);
  }
  for (const slot of slots) run.written.delete(slot);
  run.write(() => run.job.journal.settle(windowId, moved.length === slots.length ? "moved" : "withdrawn"));
  await run.at("after-settle", slots[0]);
}
