import { eachSlot, hasSlot, intersectRanges, type Slot, subtractRanges } from "@/lib/cluster/slots";
import type { StrayWay } from "@/lib/plans/step";
import type { Command, Settled } from "@/server/link";
import { acknowledge } from "./acknowledge";
import { migrateTimeoutMs, type SizedKey, sumBytes, takeBatch } from "./batch";
import { keyText } from "./key-text";
import { replyOf } from "./lines";
import type { MoveJob, MoveOutcome } from "./mover";
import { judgeReply, refusal } from "./replies";
import { patiently } from "./resolve";
import { Run } from "./run";
import { readSide, readTarget } from "./sides";
import { MoveStop, stop } from "./stop";

/**
 * Keys that lie on a node (`source`) which does not own their slot, brought home to the owner (`target`). No mover can
 * do it: those move slots, and here the slot is where it belongs. Nobody reads or writes these keys, because clients are
 * sent to the owner; so they stand still while this works, and the order can be the safest one:
 *
 * 1. IMPORTING at the holder, so that it answers about them to ASKING. Being no owner, it erases nothing (I1).
 * 2. Read: DUMP and time to live. Into the file, fsynced, where that was chosen.
 * 3. RESTORE at the owner, never with REPLACE: a key that it has is a client's newer word, or the same value. Equal
 *    values are one; different ones stay on both sides, and the end says so (I10).
 * 4. A replica of the owner has them (I11). Only then they go from the holder.
 * 5. STABLE at the holder when it counts none, or when there was no flag before: what was found is what is left.
 *
 * May be killed anywhere and done again. Not guaranteed: that a key which a client deleted at the owner within the
 * batch in which the console was killed stays deleted.
 */
export type Gathering = {
  readonly job: MoveJob;
  readonly way: StrayWay;
  /** Fsynced when it returns. */
  readonly write: (keys: readonly StrayKey[]) => void;
};

export type StrayKey = SizedKey & { readonly dump: Buffer /** −1: none. */; readonly ttlMs: number };

export async function gatherKeys(gathering: Gathering): Promise<MoveOutcome> {
  const { job } = gathering;
  const run = new Run(job);
  const conflicts: SizedKey[] = [];
  try {
    const parked = await patiently(run, () => gatherAll(run, gathering, conflicts));
    if (parked) return { kind: "parked", left: job.ranges };
    const [first] = conflicts;
    if (first) throw onBoth(run, first, conflicts.length);
    return { kind: "done" };
  } catch (error) {
    if (!(error instanceof MoveStop)) throw error;
    return { kind: "stopped", reason: error.reason, openSlots: run.progress.open, left: job.ranges };
  } finally {
    run.progress.flush();
  }
}

/** True when it was told to stop on the way. */
async function gatherAll(run: Run, gathering: Gathering, conflicts: SizedKey[]): Promise<boolean> {
  const { job, source, target } = run;
  await insistOnSides(run);
  conflicts.length = 0;
  const { self } = await readSide(run.lines, source);
  const flagged = new Set([...self.migrating, ...self.importing].map(({ slot }) => slot));
  const slots = [...eachSlot(job.ranges)];
  const counts = await count(run, slots);
  for (const [i, slot] of slots.entries()) {
    if ((counts[i] ?? 0) > 0) {
      if (job.shouldStop() || job.signal.aborted) return true;
      run.progress.holds([{ slot, source: target, target: source, keysLeft: counts[i] }]);
      await send(run, [["CLUSTER", "SETSLOT", slot, "IMPORTING", target]], slot);
      await run.at("after-importing", slot);
      conflicts.push(...(await gatherSlot(run, gathering, slot)));
    } else if (!flagged.has(slot)) continue;
    const [left = 0] = await count(run, [slot]);
    if (left > 0 && flagged.has(slot)) continue;
    await send(run, [["CLUSTER", "SETSLOT", slot, "STABLE"]], slot);
    await run.at("after-settle", slot);
    run.progress.releases([slot]);
  }
  return false;
}

/** The receiver owns every slot, the holder none: else the keys would be read, or erased, by others meanwhile. */
async function insistOnSides(run: Run): Promise<void> {
  const { job, source, target } = run;
  const [holder, owner] = [await readSide(run.lines, source), await readSide(run.lines, target)];
  const missing = subtractRanges(job.ranges, owner.self.ranges)[0]?.[0];
  const own = intersectRanges(job.ranges, holder.self.ranges)[0]?.[0];
  const slot = missing ?? own;
  if (slot === undefined) return;
  const node = owner.nodes.find((one) => hasSlot(one.ranges, slot))?.id ?? "nobody";
  throw stop("foreign-change", "foreignOwner", { slot, expected: target, node: own === undefined ? node : source });
}

async function gatherSlot(run: Run, { way, write }: Gathering, slot: Slot): Promise<readonly SizedKey[]> {
  const conflicts: SizedKey[] = [];
  let keys = await listKeys(run, slot);
  while (keys.length > 0) {
    const batch = takeBatch(keys, run.job.limits);
    keys = keys.slice(batch.length);
    refuseBig(run, batch);
    await run.at("before-batch", slot);
    const read = await readKeys(run, batch);
    if (way !== "move") write(read);
    const differing = way === "move" ? await putDown(run, read) : [];
    conflicts.push(...differing);
    await run.at("after-acknowledge", slot);
    const gone = read.filter((key) => !differing.includes(key));
    if (way !== "export")
      await send(
        run,
        gone.flatMap(({ key }) => [["ASKING"], ["UNLINK", key]]),
        slot,
      );
    run.progress.batch({ keys: gone.length, bytes: sumBytes(gone), uncertain: 0 });
    await run.at("after-batch", slot);
  }
  return conflicts;
}

async function listKeys(run: Run, slot: Slot): Promise<readonly SizedKey[]> {
  const [most = 0] = await count(run, [slot]);
  const [names] = await run.lines.ask(run.source, [["CLUSTER", "GETKEYSINSLOT", slot, most]]);
  const keys = replyOf(names, run.source) as readonly Buffer[];
  const sizes = await asking(run, keys, (key) => ["MEMORY", "USAGE", key, "SAMPLES", 20]);
  return keys.flatMap((key, i) => (sizes[i] === null ? [] : [{ slot, key, bytes: Number(sizes[i]) }]));
}

async function readKeys(run: Run, batch: readonly SizedKey[]): Promise<readonly StrayKey[]> {
  const names = batch.map(({ key }) => key);
  const ttls = await asking(run, names, (key) => ["PTTL", key]);
  const dumps = await asking(run, names, (key) => ["DUMP", key]);
  return batch.flatMap((key, i) => {
    const dump = dumps[i];
    return Buffer.isBuffer(dump) ? [{ ...key, dump, ttlMs: Number(ttls[i]) }] : [];
  });
}

/** Answers the keys that the owner has with another value. The others are there, and a replica holds them. */
async function putDown(run: Run, keys: readonly StrayKey[]): Promise<readonly SizedKey[]> {
  const { target } = run;
  const replies = await run.lines.ask(
    target,
    keys.map(({ key, ttlMs, dump }) => ["RESTORE", key, ttlMs < 0 ? 0 : Math.max(1, ttlMs), dump]),
  );
  const known = keys.filter((key, i) => !isDone(replies[i], key, run));
  await acknowledge(run, await readTarget(run.lines, target));
  const theirs = await run.lines.ask(
    target,
    known.map(({ key }) => ["DUMP", key]),
  );
  return known.filter(({ dump }, i) => {
    const their = replyOf(theirs[i], target);
    return !Buffer.isBuffer(their) || !their.equals(dump);
  });
}

function isDone(reply: Settled | undefined, { slot }: SizedKey, run: Run): boolean {
  if (reply?.ok) return true;
  const text = reply?.error.message ?? "a reply is missing";
  if (judgeReply(text).kind === "conflict") return false;
  throw refusal(text, run.target, slot);
}

/** One question a key, to a node that does not own it. */
async function asking(run: Run, keys: readonly Buffer[], ask: (key: Buffer) => Command): Promise<readonly unknown[]> {
  const replies = await run.lines.ask(
    run.source,
    keys.flatMap((key) => [["ASKING"], ask(key)]),
  );
  return keys.map((_, i) => replyOf(replies[2 * i + 1], run.source));
}

async function send(run: Run, commands: readonly Command[], slot: Slot): Promise<void> {
  for (const reply of await run.lines.ask(run.source, commands))
    if (!reply.ok) throw refusal(reply.error.message, run.source, slot);
}

async function count(run: Run, slots: readonly Slot[]): Promise<readonly number[]> {
  const replies = await run.lines.ask(
    run.source,
    slots.map((slot) => ["CLUSTER", "COUNTKEYSINSLOT", slot]),
  );
  return slots.map((_, i) => Number(replyOf(replies[i], run.source)));
}

/** Its DUMP would keep the holder from its own clients for half of the node timeout. */
function refuseBig(run: Run, batch: readonly SizedKey[]): void {
  const limitMs = migrateTimeoutMs(run.job.cluster.nodeTimeoutMs, 1);
  const big = batch.find(({ bytes }) => bytes > run.speed.most(limitMs));
  if (!big) return;
  const { slot, bytes } = big;
  throw stop("big-key", "bigKey", { slot, key: keyText(big.key), bytes, limitMs }, { nodeId: run.source, slot });
}

function onBoth({ source, target }: Run, { slot, key }: SizedKey, keys: number): MoveStop {
  const details = { keys, slot, key: keyText(key), source, target };
  return stop("key-conflict", "keysOnBoth", details, { nodeId: source, slot });
}
