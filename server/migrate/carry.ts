import type { Slot } from "@/lib/cluster/slots";
import { drain } from "./drain";
import { handOver, letGo, readyToHandOver } from "./finish";
import { replyOf } from "./lines";
import { importingCommands, openSlots } from "./open";
import { resolvePair } from "./resolve";
import type { Hand, Run } from "./run";
import { readSide } from "./sides";
import { stop, Trouble } from "./stop";
import { readTruth, type Truth } from "./truth";

const NAP_MS = 50;

/**
 * Carries the slots in hand to the target, through whatever happens on the way. The first way is straight; after any
 * trouble (a lost reply, a refusal, a failover) nothing is assumed: who is primary is found out, how far each slot
 * came is read from both sides, and each goes on from there (FAULTS 2.4). Opening again is harmless and comes first,
 * because until it is done clients do not find the keys that have moved.
 *
 * `along` gives the slots to open in the same writes in which these are handed over; they are answered, opened or not.
 * Throws MoveStop when no way forward is found in time.
 */
export async function carry(run: Run, hand: Hand, along: () => Promise<Hand | undefined>): Promise<Hand | undefined> {
  let next: Hand | undefined;
  try {
    const drained = await drain(run, hand, hand.opened ?? (await openSlots(run, hand, hand.slots)));
    const source = await readyToHandOver(run, hand.slots, drained);
    next = await along();
    await handOver(run, hand.slots, source.self.configEpoch, next);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    if (next) Object.assign(next, { opened: undefined, keys: [] });
    await goOn(run, hand, { trouble: error });
  }
  return next;
}

type Start = {
  readonly trouble?: Trouble;
  /** Slots that nobody has opened are left alone. */
  readonly onlyOpen?: boolean;
};

/** From an unknown state. Answers the slots that are left with the source: only those that were never opened. */
export async function goOn(run: Run, hand: Hand, { trouble, onlyOpen = false }: Start): Promise<readonly Slot[]> {
  let last = trouble;
  let troubles = 0;
  const startedMs = performance.now();
  for (;;) {
    try {
      await resolvePair(run);
      hand.unconfirmed = true;
      const truth = await readTruth(run, hand.slots);
      const closed = onlyOpen ? await closedWithKeys(run, truth.closed) : truth.closed;
      await settleTaken(run, truth);
      const open = [...truth.open, ...closed].sort((a, b) => a - b);
      const left = truth.closed.filter((slot) => !closed.includes(slot));
      run.progress.releases([...truth.moved, ...truth.taken, ...truth.given, ...left]);
      if (open.length > 0) await forward(run, hand, open);
      return left;
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      last = error;
    }
    const waitedMs = performance.now() - Math.max(startedMs, run.progress.advancedMs);
    if (waitedMs > run.patienceMs) throw stuck(hand, last, waitedMs);
    await run.pause(Math.min(5, troubles++) * NAP_MS);
  }
}

/** All are opened at once, so that clients find what has moved; then they are carried in portions as ever (I5). */
async function forward(run: Run, hand: Hand, slots: readonly Slot[]): Promise<void> {
  hand.keys = [];
  const { counts } = await openSlots(run, hand, slots);
  for (const portion of portionsOf(counts, run.job.limits.keys)) {
    const drained = await drain(run, hand, { counts: portion, keys: new Map(), side: undefined });
    const source = await readyToHandOver(run, [...portion.keys()], drained);
    await handOver(run, [...portion.keys()], source.self.configEpoch);
    run.progress.releases([...portion.keys()]);
  }
}

function portionsOf(counts: ReadonlyMap<Slot, number>, most: number): readonly ReadonlyMap<Slot, number>[] {
  const portions: Map<Slot, number>[] = [];
  let keys = 0;
  for (const [slot, count] of counts) {
    const last = portions.at(-1);
    const fits = last !== undefined && (count === 0 || keys + count <= most);
    if (fits) last.set(slot, count);
    else portions.push(new Map([[slot, count]]));
    keys = fits ? keys + count : count;
  }
  return portions;
}

/** Slots that have changed hands and are not told everywhere; and those that were told to the wrong side first. */
async function settleTaken(run: Run, { taken, given }: Truth): Promise<void> {
  if (given.length > 0) {
    const { lines, target } = run;
    for (const reply of await lines.ask(target, importingCommands(run, given))) replyOf(reply, target);
    await handOver(run, given, 0);
  }
  if (taken.length > 0) {
    const { self } = await readSide(run.lines, run.target);
    const importing = new Set(self.importing.map(({ slot }) => slot));
    const flagged = taken.filter((slot) => importing.has(slot));
    if (flagged.length > 0) await handOver(run, flagged, 0);
  }
  if (taken.length > 0) await letGo(run, taken);
}

/**
 * A failover on Redis loses the flags, not the keys: a slot without flags whose keys are at the target already is
 * half-moved all the same.
 */
async function closedWithKeys(run: Run, slots: readonly Slot[]): Promise<readonly Slot[]> {
  const replies = await run.lines.ask(
    run.target,
    slots.map((slot) => ["CLUSTER", "COUNTKEYSINSLOT", slot]),
  );
  return slots.filter((_, i) => Number(replyOf(replies[i], run.target)) > 0);
}

function stuck({ slots }: Hand, last: Trouble | undefined, waitedMs: number) {
  const slot = slots[0] ?? -1;
  const details = { slot, reason: last?.message ?? "unknown", waitedMs: Math.round(waitedMs) };
  return stop("unknown-outcome", "noProgress", details, { nodeId: last?.node, slot });
}
