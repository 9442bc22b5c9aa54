import type { Slot } from "@/lib/cluster/slots";
import { acknowledge, firstWord } from "./acknowledge";
import { batchLimits, migrateTimeoutMs, type SizedKey, sizeKeys, sumBytes, takeBatch } from "./batch";
import { resolveConflicts } from "./conflicts";
import type { Errand } from "./finish";
import { keyText } from "./key-text";
import type { Hand, Run } from "./run";
import { countUnsure, sendBatch, sendErrand } from "./send";
import { readSource, readTarget, type SourceReading, type SourceTail, type TargetReading } from "./sides";
import { stop, Trouble } from "./stop";

/** Rounds in which no key leaves before the state is looked at afresh. */
const STALLED_ROUNDS = 20;

export type Drained = { readonly source: SourceReading; readonly target: TargetReading };

/**
 * Step 3: batch after batch until the source counts no key in any of the slots. Each batch is sized before it is sent,
 * and followed by a look at the stop conditions; the next one is sized meanwhile. A replica of the target confirms
 * before more than the limits of the pace would be ahead of it: after every batch where one batch is all that the
 * limits allow, else at the latest when the slots are empty. Count 0 is stable: in a MIGRATING slot a missing key is
 * redirected, so the source cannot gain any. The errand goes with the first batch, or alone when there is none.
 */
export async function drain(run: Run, hand: Hand, opened: SourceReading, errand?: Errand): Promise<Drained> {
  const slots = [...opened.counts.keys()];
  const most = batchLimits(run.job.limits);
  const ahead = new Ahead(run);
  let source = opened;
  let ready = hand.keys;
  let target: TargetReading | undefined;
  let stalled = 0;
  /** The last reading counted every slot: only such a one says that all are empty (I2). */
  let isWhole = true;
  await countUnsure(run, hand);
  let along = errand;
  if (along && keysLeft(source) === 0) {
    source = { ...source, side: (await sendErrand(run, hand, along)).side };
  }
  for (let left = keysLeft(source); left > 0; ) {
    if (ready.length === 0) ready = await listKeys(run, source);
    refuseBig(run, ready);
    const batch = takeBatch(ready, most);
    ready = ready.slice(batch.length);
    await run.at("before-batch", batch[0]?.slot ?? slots[0]);
    const isEnd = ready.length === 0;
    const tail = tailFor(isEnd ? slots : slotsOf(batch), isEnd && left > batch.length ? slots : [], run);
    const beside = isEnd ? lookBeside(run) : undefined;
    const sent = await sendBatch(run, hand, batch, { tail, errand: along });
    along = undefined;
    await run.at("after-batch", batch[0]?.slot ?? slots[0]);
    source = { ...sent.reading, counts: new Map([...source.counts, ...sent.reading.counts]) };
    isWhole = isEnd;
    ahead.add(batch);
    await ahead.seen;
    if (!isEnd && sent.conflicts.length === 0 && !sent.failure && ahead.mayGrow) ahead.look(source);
    else {
      const next = isEnd ? namedKeys(source) : [];
      [target, ready] = await Promise.all([
        confirm(run, hand, source, sent.failure ? undefined : beside),
        next.length > 0 ? sizeKeys(run.lines, run.source, next) : ready,
      ]);
      ahead.clear();
    }
    if (sent.conflicts.length > 0) {
      await resolveConflicts(run, hand, sent.conflicts, tailFor(slots, [], run));
      source = await readSource(run.lines, run.source, tailFor(slots, [], run));
      ready = [];
      isWhole = true;
    }
    await countUnsure(run, hand);
    showOpen(run, source);
    if (sent.failure) throw sent.failure;
    const now = keysLeft(source);
    stalled = now < left ? 0 : stalled + 1;
    if (stalled > STALLED_ROUNDS) throw new Trouble("its keys do not leave it", run.source);
    left = now;
  }
  await ahead.seen;
  await countUnsure(run, hand);
  if (!target || hand.unconfirmed) target = await confirm(run, hand, source);
  return { source: isWhole ? source : { ...source, side: undefined }, target };
}

/** What has been sent since a replica last confirmed; and the look at the target that goes beside the next batch. */
class Ahead {
  readonly #run: Run;
  #keys = 0;
  #bytes = 0;
  #seen: Promise<unknown> = Promise.resolve();

  constructor(run: Run) {
    this.#run = run;
  }

  /** Of the batch before. Rejects when it must not go on. */
  get seen(): Promise<unknown> {
    return this.#seen;
  }

  /** Whether another batch may go before a replica confirms. */
  get mayGrow(): boolean {
    const { limits } = this.#run.job;
    const batch = batchLimits(limits);
    return this.#keys + batch.keys <= limits.keys && this.#bytes + batch.bytes <= limits.bytes;
  }

  add(batch: readonly SizedKey[]): void {
    this.#keys += batch.length;
    this.#bytes += sumBytes(batch);
  }

  clear(): void {
    this.#keys = 0;
    this.#bytes = 0;
  }

  look(source: SourceReading): void {
    this.#seen = lookAt(this.#run, source);
    this.#seen.catch(() => {});
  }
}

/**
 * Where no replica has to confirm and the target never evicts, it is read while the last keys are on their way: its flags
 * and its epoch do not depend on them, and NODE is followed by a look at both again.
 */
function lookBeside(run: Run): Promise<TargetReading> | undefined {
  if (run.job.guarded || run.watch.mayEvict) return undefined;
  const reading = readTarget(run.lines, run.target);
  reading.catch(() => {});
  return reading;
}

/** The target after the batch: stop conditions, then the replica (I13, I11), which is asked in the same moment. */
async function confirm(
  run: Run,
  hand: Hand,
  source: SourceReading,
  beside?: Promise<TargetReading>,
): Promise<TargetReading> {
  const early = hand.unconfirmed ? firstWord(run) : undefined;
  early?.catch(() => {});
  const target = beside ? await beside : await readTarget(run.lines, run.target);
  run.watch.check({ source: source.side, target, inHand: run.written });
  if (hand.unconfirmed) {
    await acknowledge(run, target, await early);
    hand.unconfirmed = false;
    await run.at("after-acknowledge", hand.slots[0]);
  }
  return target;
}

async function lookAt(run: Run, source: SourceReading): Promise<TargetReading> {
  const target = await readTarget(run.lines, run.target);
  run.watch.check({ source: source.side, target, inHand: run.written });
  return target;
}

const slotsOf = (batch: readonly SizedKey[]): readonly Slot[] => [...new Set(batch.map(({ slot }) => slot))];

function tailFor(count: readonly Slot[], list: readonly Slot[], run: Run): SourceTail {
  return { count, list, most: run.job.limits.keys, withSide: true };
}

async function listKeys(run: Run, { counts }: SourceReading): Promise<readonly SizedKey[]> {
  const list = [...counts].flatMap(([slot, count]) => (count > 0 ? [slot] : []));
  const tail = { count: [], list, most: run.job.limits.keys, withSide: false };
  return sizeKeys(run.lines, run.source, namedKeys(await readSource(run.lines, run.source, tail)));
}

function namedKeys({ keys }: SourceReading): readonly (readonly [Slot, Buffer])[] {
  return [...keys].flatMap(([slot, names]) => names.map((name) => [slot, name] as const));
}

const keysLeft = ({ counts }: SourceReading) => [...counts.values()].reduce((sum, count) => sum + count, 0);

/** One that was not seen before the slot was opened, or has grown since: the slot stays open, clients are served by ASK. */
function refuseBig(run: Run, keys: readonly SizedKey[]): void {
  const limitMs = migrateTimeoutMs(run.job.cluster.nodeTimeoutMs, 1);
  const most = run.speed.most(limitMs);
  const big = keys.find(({ bytes }) => bytes > most);
  if (!big) return;
  const { slot, bytes } = big;
  throw stop("big-key", "bigKey", { slot, key: keyText(big.key), bytes, limitMs }, { nodeId: run.source, slot });
}

function showOpen(run: Run, { counts }: SourceReading): void {
  const { source, target } = run;
  run.progress.holds([...counts].map(([slot, keysLeft]) => ({ slot, source, target, keysLeft })));
}
