import { hasSlot, type Slot } from "@/lib/cluster/slots";
import { batchLimits, takeBatch } from "./batch";
import { drain } from "./drain";
import { errandOf, handOver, letGo, readyToHandOver, take } from "./finish";
import { replyOf } from "./lines";
import { announce, importingCommands, openSlots } from "./open";
import type { Relay } from "./relay";
import { resolvePair } from "./resolve";
import type { Hand, Run } from "./run";
import { sendErrand } from "./send";
import { readSide, type Side } from "./sides";
import { MoveStop, stop, Trouble } from "./stop";
import { readTruth, type Truth } from "./truth";

const NAP_MS = 50;

/** A source that has not heard of so many portions that the target has taken is waited for. */
const UNHEARD_AT_MOST = 3;

/** The portions of one pair that are on their way, one behind another. */
export type Train = {
  /** The target has taken them, the oldest first; the source has not been told. */
  readonly leaving: readonly Hand[];
  /** Opened on both sides, or about to be; the only one whose keys move. */
  readonly hand: Hand;
  /** The target has been told that it comes. */
  readonly coming: Hand | undefined;
};

/** What is behind: in hand next, and so on. */
export type Moved = Omit<Train, "hand"> & { readonly hand: Hand | undefined };

type Yard = Pick<Relay, "along" | "arrived">;

/**
 * Carries the slots in hand to the target, through whatever happens on the way. The first way is straight: what the
 * source is to hear of the portion before and of the one after rides in the write that carries the first keys, what
 * the target is to hear of the one after that in the write that hands this one over. After any trouble (a lost reply,
 * a refusal, a failover) nothing is assumed: who is primary is found out, how far each slot came is read from both
 * sides, and each goes on from there (FAULTS 2.4). Opening again is harmless and comes first, because until it is done
 * clients do not find the keys that have moved.
 *
 * Answers what is on its way now, moved on by one. Throws MoveStop when no way forward is found in time.
 */
export async function carry(run: Run, { leaving, hand, ...train }: Train, yard: Yard): Promise<Moved> {
  let behind = leaving;
  let { coming } = train;
  let next: Hand | undefined;
  const left = async (gone: Hand) => {
    behind = behind.filter((one) => one !== gone);
    await yard.arrived(gone);
  };
  const errand = (opens: Hand | undefined) =>
    errandOf(run, { leaving: behind.filter(({ isHeard }) => isHeard), coming: opens, left });
  try {
    const [oldest] = behind;
    if (oldest && !oldest.isHeard && behind.length >= UNHEARD_AT_MOST) await leave(run, oldest, { arrived: left });
    if (hand.isImporting && !hand.opened) await sendErrand(run, hand, errand(hand));
    const opened = hand.opened ?? (await openSlots(run, hand, hand.slots));
    if (isThin(run, hand)) coming ??= await yard.along();
    if (coming && isThin(run, coming) && !coming.isImporting) await announce(run, coming);
    const drained = await drain(run, hand, opened, errand(coming));
    const source = await readyToHandOver(run, hand.slots, drained);
    noteHeard(run, source, behind);
    next = await yard.along();
    await take(run, hand.slots, source.self.configEpoch, coming && next && !isThin(run, next) ? undefined : next);
    hand.isHeard = !(await run.hearing.isNeeded(run.source));
    behind = [...behind, hand];
    return coming ? { leaving: behind, hand: coming, coming: next } : { leaving: behind, hand: next, coming };
  } catch (error) {
    if (error instanceof MoveStop) for (const one of behind) await letGoQuietly(run, one, left);
    if (!(error instanceof Trouble)) throw error;
    for (const one of [coming, next]) if (one) Object.assign(one, { isImporting: false, opened: undefined, keys: [] });
    await goOn(run, hand, { trouble: error });
    await yard.arrived(hand);
    for (const one of behind) await leave(run, one, yard);
    return { leaving: [], hand: coming, coming: next };
  }
}

/**
 * Its keys go in one write. Only such a portion is opened while another one is carried: a slot with many keys is alone,
 * so that a move that must stop holds no more than it has to.
 */
function isThin(run: Run, { keys }: Hand): boolean {
  return takeBatch(keys, batchLimits(run.job.limits)).length === keys.length;
}

/** By the source's own view. */
function noteHeard(run: Run, { nodes }: Side, hands: readonly Hand[]): void {
  const ranges = nodes.find(({ id }) => id === run.target)?.ranges ?? [];
  for (const hand of hands) hand.isHeard ||= hand.slots.every((slot) => hasSlot(ranges, slot));
}

/** The source lets go of a portion for which nothing else waits. */
export async function leave(run: Run, leaving: Hand, yard: Pick<Yard, "arrived">): Promise<void> {
  try {
    await letGo(run, leaving.slots);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    await goOn(run, leaving, { trouble: error });
  }
  await yard.arrived(leaving);
}

/** The move stops for another reason; when this cannot be said now, the next start says it. */
async function letGoQuietly(run: Run, leaving: Hand, left: (gone: Hand) => Promise<void>): Promise<void> {
  try {
    await letGo(run, leaving.slots);
    await left(leaving);
  } catch (error) {
    if (!(error instanceof Trouble || error instanceof MoveStop)) throw error;
  }
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
