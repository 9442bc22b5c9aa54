import { type SizedKey, sumBytes } from "./batch";
import { keyText } from "./key-text";
import { replyOf } from "./lines";
import type { Hand, Run } from "./run";
import { sendBatch, stillAtSource } from "./send";
import { parseReplication, type SourceTail } from "./sides";
import { stop } from "./stop";

/**
 * A key that exists on both sides (I10). How it comes about: MIGRATE wrote it to the target and died before it deleted
 * it at the source; or the source failed over and its replica had not heard of the deletion.
 *
 * 1. The source's primary is the one that was there when the slot was opened, by id and replication id: clients can
 *    reach only its copy, so that one is the live one. The target's is kept as a dump, then replaced.
 * 2. Another primary: either side may have been written to. Equal DUMPs are replaced; for different ones a person
 *    must decide, and both stay where they are.
 *
 * REPLACE is only ever sent for keys named here.
 */
export async function resolveConflicts(
  run: Run,
  hand: Hand,
  keys: readonly SizedKey[],
  tail: SourceTail,
): Promise<void> {
  const still = await stillAtSource(run, keys);
  const gone = keys.filter((key) => !still.includes(key));
  run.progress.batch({ keys: gone.length, bytes: sumBytes(gone), uncertain: 0 });
  if (still.length === 0) return;

  const theirs = await dumpsAtTarget(run, still);
  const onBoth = still.flatMap((key, i) => (theirs[i]?.dump ? [{ key, ...theirs[i], dump: theirs[i].dump }] : []));
  if (onBoth.length === 0) return;
  if (await isSameSource(run, hand)) {
    for (const { key, dump, ttlMs } of onBoth)
      run.write(() => run.job.journal.keepValue({ slot: key.slot, nodeId: run.target, key: key.key, ttlMs, dump }));
  } else await insistOnEqual(run, onBoth);
  const { failure } = await sendBatch(
    run,
    hand,
    onBoth.map(({ key }) => key),
    { tail, replace: true },
  );
  if (failure) throw failure;
}

type TheirValue = { readonly dump: Buffer | undefined; readonly ttlMs: number };

async function dumpsAtTarget(run: Run, keys: readonly SizedKey[]): Promise<readonly TheirValue[]> {
  const replies = await run.lines.ask(
    run.target,
    keys.flatMap(({ key }) => [["ASKING"], ["DUMP", key], ["ASKING"], ["PTTL", key]]),
  );
  return keys.map((_, i) => {
    const dump = replyOf(replies[4 * i + 1], run.target);
    const ttlMs = Number(replyOf(replies[4 * i + 3], run.target));
    return { dump: Buffer.isBuffer(dump) ? dump : undefined, ttlMs };
  });
}

async function isSameSource(run: Run, { window }: Hand): Promise<boolean> {
  const [reply] = await run.lines.ask(run.source, [["INFO", "replication"]]);
  const { isPrimary, replId } = parseReplication(String(replyOf(reply, run.source)));
  return isPrimary && run.source === window.source && replId === window.facts.sourceReplId;
}

async function insistOnEqual(
  run: Run,
  onBoth: readonly { readonly key: SizedKey; readonly dump: Buffer }[],
): Promise<void> {
  const { source, target } = run;
  const replies = await run.lines.ask(
    source,
    onBoth.map(({ key }) => ["DUMP", key.key]),
  );
  for (const [i, { key, dump }] of onBoth.entries()) {
    const ours = replyOf(replies[i], source);
    if (!Buffer.isBuffer(ours) || ours.equals(dump)) continue;
    const details = { slot: key.slot, key: keyText(key.key), source, target };
    throw stop("key-conflict", "keyConflict", details, { nodeId: source, slot: key.slot });
  }
}
