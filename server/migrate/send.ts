import { bySlot, migrateCommand, migrateTimeoutMs, type SizedKey, sumBytes } from "./batch";
import type { Errand } from "./finish";
import { isFromTarget, judgeReply, refusal } from "./replies";
import type { Hand, Run } from "./run";
import { parseTail, type SourceReading, type SourceTail, tailCommands } from "./sides";
import { MoveStop, Trouble } from "./stop";

export type Sent = {
  /** The source after the last MIGRATE of the batch. */
  readonly reading: SourceReading;
  /** Keys of the calls that met a key of the same name at the target. Some of them may have moved all the same. */
  readonly conflicts: readonly SizedKey[];
  /** Why the move cannot just go on. Thrown by the caller when what did move has been counted. */
  readonly failure: Error | undefined;
};

export type SendOptions = {
  readonly tail: SourceTail;
  readonly replace?: boolean;
  /** Sent before the keys, in the same write. Wants a tail with the side. */
  readonly errand?: Errand | undefined;
};

/**
 * One MIGRATE a slot, all in one write, and behind them the questions whose answers must be younger than they. While
 * the reply is not here, every key of the batch is noted as unsure: a lost reply says nothing about what was done.
 * Without keys only the errand and the questions go.
 */
export async function sendBatch(
  run: Run,
  hand: Hand,
  batch: readonly SizedKey[],
  { tail, replace = false, errand }: SendOptions,
): Promise<Sent> {
  const calls = [...bySlot(batch).values()];
  const timeoutMs = migrateTimeoutMs(run.job.cluster.nodeTimeoutMs, calls.length);
  const way = await run.way();
  const before = errand?.commands ?? [];
  const commands = calls.map((keys) => migrateCommand(keys, { way, timeoutMs, replace }));
  const startedMs = performance.now();
  const source = run.source;
  hand.unconfirmed ||= batch.length > 0;
  hand.unsure = batch;
  const all = await run.lines.ask(source, [...before, ...commands, ...tailCommands(tail)]);
  const replies = all.slice(before.length);
  if (batch.length > 0) run.speed.learn(sumBytes(batch), performance.now() - startedMs);

  const moved: SizedKey[] = [];
  const unsure: SizedKey[] = [];
  const conflicts: SizedKey[] = [];
  let failure: Error | undefined;
  for (const [i, keys] of calls.entries()) {
    const reply = replies[i];
    if (reply?.ok) {
      if (String(reply.value) !== "NOKEY") moved.push(...keys);
      continue;
    }
    const text = reply?.error.message ?? "a reply is missing";
    const { kind } = judgeReply(text);
    if (kind === "conflict") conflicts.push(...keys);
    else unsure.push(...keys);
    if (kind === "again" || kind === "stop")
      failure ??= refusal(text, isFromTarget(text) ? run.target : source, keys[0]?.slot ?? -1);
  }
  hand.unsure = unsure;
  run.progress.batch({ keys: moved.length, bytes: sumBytes(moved), uncertain: 0 });
  const reading = parseTail(run.lines, source, tail, replies.slice(calls.length));
  if (errand && reading.side) failure = (await failureOf(errand.settle(all, reading.side))) ?? failure;
  return { reading, conflicts, failure };
}

/** Without any keys. Answers the source after it. */
export async function sendErrand(run: Run, hand: Hand, errand: Errand | undefined): Promise<SourceReading> {
  const tail = { count: [], list: [], most: 0, withSide: true };
  const { reading, failure } = await sendBatch(run, hand, [], { tail, errand });
  if (failure) throw failure;
  return reading;
}

/** A move that must not just go on; anything else is not of this world. */
async function failureOf(work: Promise<void>): Promise<Error | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof Trouble || error instanceof MoveStop) return error;
    throw error;
  }
}

/**
 * Which of these keys the source still has. In a MIGRATING slot it answers ASK for a key that it has not; a primary
 * that is not (or not yet) migrating answers 0.
 */
export async function stillAtSource(run: Run, keys: readonly SizedKey[]): Promise<readonly SizedKey[]> {
  const replies = await run.lines.ask(
    run.source,
    keys.map(({ key }) => ["EXISTS", key]),
  );
  return keys.filter((_, i) => {
    const reply = replies[i];
    if (!reply) return false;
    if (reply.ok) return Number(reply.value) > 0;
    if (/^(ASK|MOVED)$/.test(reply.error.prefix)) return false;
    throw refusal(reply.error.message, run.source, keys[i]?.slot ?? -1);
  });
}

/** Counts what an unknown outcome turned out to have moved: those keys are gone now, moved or deleted by a client. */
export async function countUnsure(run: Run, hand: Hand): Promise<void> {
  if (hand.unsure.length === 0) return;
  const still = new Set(await stillAtSource(run, hand.unsure));
  const gone = hand.unsure.filter((key) => !still.has(key));
  hand.unsure = [];
  run.progress.batch({ keys: gone.length, bytes: sumBytes(gone), uncertain: gone.length });
}
