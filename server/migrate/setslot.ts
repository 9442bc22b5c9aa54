import { eachSlot, hasSlot, rangesOf, type Slot } from "@/lib/cluster/slots";
import { carry, goOn, leave, type Moved } from "./carry";
import { keyText } from "./key-text";
import type { MoveJob, MoveOutcome, Mover, UnsettledWindow } from "./mover";
import { isReachable } from "./others";
import { WindowPlanner } from "./plan-windows";
import type { RefusedSlot } from "./portions";
import { type End, Relay } from "./relay";
import { noteKin, patiently } from "./resolve";
import { asPlanned, Run } from "./run";
import { readEpoch, readSide, readTarget, type Side } from "./sides";
import { MoveStop, stop, Trouble } from "./stop";

const LOOK_AGAIN_MS = 20;

/**
 * Moves slots by SETSLOT and MIGRATE so that nothing is lost whatever dies. The problem: no server command moves a
 * slot; a client of the cluster opens it on both sides, carries the keys, and tells the sides who owns it now, and
 * between any two of these calls the console, either node or a connection may go away. The order (FAULTS 2.2):
 *
 *  1. A window of slots is written down, fsynced (relay.ts). Nothing is ever sent for a slot that no written window
 *     names. It is carried in portions of at most so many keys and bytes as the pace allows, or one fuller slot
 *     (portions.ts).
 *  2. IMPORTING at the target, then MIGRATING at the source (open.ts).
 *  3. Batch by batch: sizes, MIGRATE, the stop conditions; a replica of the target has it before more than the limits
 *     of the pace would be ahead of it (drain.ts).
 *  4. The source counts no key; flags and epochs are as they must be; NODE at the target; its own line shows slots and
 *     epoch; NODE at the source, on some servers when it has heard the target say so (hearing.ts); the other primaries
 *     are told (finish.ts).
 *     The portions behind are opened in the same writes: while one whose keys go in one write is carried, the next such
 *     one is open on both sides, and the target expects the one after it (carry.ts).
 *  5. The outcome is written down.
 *
 * Every step may be repeated. After any trouble the servers are asked how far each slot has come, and each goes on
 * from there (carry.ts, truth.ts); the journal says only where to look. A slot is only ever closed forward: MIGRATE
 * back into a migrating slot fails, and clearing flags hides the keys that have moved.
 *
 * Guaranteed, with the journal kept: the keys of at most one portion a pair are half-moved; a key is deleted at the source
 * only by a MIGRATE that the target answered; ownership changes only over an empty source. Not guaranteed: that keys
 * survive a target that dies before its replica has them when the move is not guarded; and that clients find a key
 * that has moved between a failover of the source and the moment its flags are renewed (Redis).
 */
export const setslotMover: Mover = { way: "setslot", move, closeOpen };

async function move(job: MoveJob): Promise<MoveOutcome> {
  const run = new Run(job);
  const toMove = new Set<Slot>(eachSlot(job.ranges));
  return outcomeOf(run, toMove, async () => {
    for (const slot of await begin(run)) toMove.delete(slot);
    const planner = new WindowPlanner(
      run,
      [...toMove].sort((a, b) => a - b),
    );
    const relay = new Relay(run, planner, toMove);
    await run.brake.start();
    let train: Moved = { leaving: [], hand: undefined, coming: undefined };
    for (;;) {
      // What is on its way is not kept waiting for one that may be long in coming.
      if (!train.hand) for (const one of train.leaving) await leave(run, one, relay);
      const hand = train.hand ?? (await relay.next());
      if (!hand) break;
      train = await carry(run, { ...train, leaving: train.hand ? train.leaving : [], hand }, relay);
    }
    relay.close();
    run.checkSignal();
    if (run.watch.pending) throw run.watch.pending;
    if (toMove.size > planner.refused.length) return "parked";
    const [first] = planner.refused;
    if (first) throw leftBehind(run, first, planner.refused);
    return "done";
  });
}

async function closeOpen(job: MoveJob, unsettled: readonly UnsettledWindow[]): Promise<MoveOutcome> {
  const run = new Run(job);
  const toMove = new Set<Slot>(unsettled.flatMap(({ slots }) => slots));
  for (const slot of toMove) run.written.add(slot);
  // Until the servers have said how far each came, all of them may be open.
  run.progress.holds([...toMove].map((slot) => ({ slot, source: job.source, target: job.target })));
  return outcomeOf(run, toMove, async () => {
    await noteKin(run);
    for (const { id: windowId, ...window } of unsettled) {
      const { slots } = window;
      const hand = { windowId, window, slots, keys: [], ...asPlanned, unconfirmed: true };
      const left = new Set(await goOn(run, hand, { onlyOpen: true }));
      const moved = slots.filter((slot) => !left.has(slot));
      for (const slot of moved) toMove.delete(slot);
      run.progress.releases(slots);
      run.progress.moved(moved);
      run.write(() => job.journal.settle(windowId, left.size > 0 ? "withdrawn" : "moved"));
    }
    return "done";
  });
}

/** Makes an outcome of whatever ends the work, and tells the last of the progress first. */
export async function outcomeOf(run: Run, toMove: ReadonlySet<Slot>, work: () => Promise<End>): Promise<MoveOutcome> {
  const left = () => rangesOf(toMove);
  try {
    const end = await work();
    return end === "done" ? { kind: "done" } : { kind: "parked", left: left() };
  } catch (error) {
    if (!(error instanceof MoveStop)) throw error;
    return { kind: "stopped", reason: error.reason, openSlots: run.progress.open, left: left() };
  } finally {
    run.brake.stop();
    await run.others.done();
    run.progress.flush();
  }
}

/** Who is who, and nothing foreign in the way. Answers the slots that the target has already. */
export async function begin(run: Run): Promise<readonly Slot[]> {
  const { job } = run;
  await noteKin(run);
  const { source, target } = await patiently(run, async () => {
    const read = { source: await readSide(run.lines, run.source), target: await readTarget(run.lines, run.target) };
    await insistOnOwnEpoch(run, read.source);
    run.watch.check({ ...read, inHand: run.written });
    return read;
  });
  if (run.watch.pending) throw run.watch.pending;
  const slots = [...eachSlot(job.ranges)];
  const lost = slots.find((slot) => !hasSlot(source.self.ranges, slot) && !hasSlot(target.self.ranges, slot));
  if (lost !== undefined) {
    const owner = source.nodes.find((node) => hasSlot(node.ranges, lost))?.id ?? "nobody";
    throw stop("foreign-change", "foreignOwner", { slot: lost, expected: run.source, node: owner }, { slot: lost });
  }
  return slots.filter((slot) => hasSlot(target.self.ranges, slot));
}

/**
 * Two primaries that rose at the same moment have one config epoch until they hear of each other; then one of them rises
 * once more. A source that does so after it gave a slot may be above the target in the eyes of whoever has not heard of
 * that yet, and who then keeps the old owner for good (I20). So this is waited for before anything is opened. Each is
 * asked itself, because nobody else may know it yet; one that does not answer is passed over.
 */
async function insistOnOwnEpoch(run: Run, { self, nodes }: Side): Promise<void> {
  // One that was emptied and follows its target tells the target's.
  if (self.role !== "primary") return;
  const others = nodes.filter((node) => node.role === "primary" && !node.isMyself && isReachable(node));
  const epochs = await Promise.all(
    others.map(({ id }) => readEpoch(run.lines, id).catch((error: unknown) => passOver(error))),
  );
  const rival = others[epochs.indexOf(self.configEpoch)];
  if (!rival) return;
  await run.pause(LOOK_AGAIN_MS);
  throw new Trouble(`${rival.id} has its config epoch ${self.configEpoch} too`, self.id);
}

function passOver(error: unknown): undefined {
  if (!(error instanceof Trouble)) throw error;
}

export function leftBehind(run: Run, first: RefusedSlot, refused: readonly RefusedSlot[]): MoveStop {
  const { slot } = first;
  const slots = refused.length;
  if (first.kind === "big") {
    const details = { slots, slot, key: keyText(first.key.key), bytes: first.key.bytes };
    return stop("big-key", "bigKeysLeft", details, { nodeId: run.source, slot });
  }
  const details = { slots, slot, node: run.target, keys: first.keys };
  return stop("key-conflict", "strayKeysLeft", details, { nodeId: run.target, slot });
}
