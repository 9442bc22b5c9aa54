import type { NodeId } from "@/lib/cluster/node";
import { owners } from "@/lib/plans/members";
import type { StepOf } from "@/lib/plans/step";
import type { ShardFile } from "@/lib/wire/backups";
import { proof } from "@/lib/words/en/proof";
import { isSameValue } from "@/server/backup/same-value";
import type { Command, Link, Settled } from "@/server/link";
import { keyText } from "@/server/migrate/key-text";
import { MoveStop } from "@/server/migrate/stop";
import { readRdb } from "@/server/rdb/read";
import { type Restorable, restorable } from "@/server/rdb/restore";
import { refuse } from "@/server/refuse";
import { done, Parked, type StepContext, type StepOutcome } from "./context";
import { confirmed, isGuarded } from "./restore-guard";
import { type RestoreTarget, restoreTarget } from "./restore-target";

/**
 * The keys of one file, in its order, to the owners of their slots:
 *
 * 1. A batch is bounded by keys and bytes; it goes to all its owners at once and is over when all have answered. So what
 *    is done is always a beginning of the file, and its length, the step's `keysMoved`, is all that a resume needs.
 * 2. That length is written down after the answers. What was answered and not written down comes again, and is there
 *    already (a retry within one run begins after the buffered progress was written): where the cluster was empty it must then be equal, and counts as done.
 * 3. I11: a batch counts when a replica of each owner that had one has it too.
 * 4. MOVED, ASK, out of memory: the step ends with the node's own words. Nothing is ever redirected or sent twice blindly.
 *
 * Not guaranteed: that a key was not changed by a client after it was restored. The proof compares a sample.
 */
const BATCH_KEYS = 500;
const BATCH_BYTES = 4 * 1024 * 1024;
const BATCH_MS = 60_000;

export async function restoreShard(step: StepOf<"restore-shard">, context: StepContext): Promise<StepOutcome> {
  try {
    return await restoreAll(step, context);
  } catch (error) {
    if (error instanceof MoveStop) return { kind: "stopped", reason: error.reason };
    throw error;
  }
}

async function restoreAll(step: StepOf<"restore-shard">, context: StepContext): Promise<StepOutcome> {
  const record = await shardFileOf(step, context);
  const target = await restoreTarget(context, step.accepts);
  const from = context.operation().steps.find((one) => one.stepId === step.id)?.keysMoved ?? 0;
  let skipped = 0;
  let seen = 0;
  let batch: Restorable[] = [];
  let bytes = 0;
  const flush = async () => {
    skipped += await sendBatch(batch, { step, context, target });
    context.report({ moved: [], keysMoved: batch.length, bytesMoved: bytes, keysUncertain: 0, openSlots: [] });
    batch = [];
    bytes = 0;
    if (context.shouldStop() || context.signal.aborted) throw new Parked();
  };
  const chunks = context.backups.of(step.backup).chunks(record.file);
  for await (const one of readRdb(chunks, { signal: context.signal })) {
    if (one.kind !== "key" || seen++ < from) continue;
    const next = restorable(one, target);
    batch.push({ ...next, key: Buffer.from(next.key), payload: Buffer.from(next.payload) });
    bytes += next.payload.length;
    if (batch.length >= BATCH_KEYS || bytes >= BATCH_BYTES) await flush();
  }
  if (batch.length > 0) await flush();
  return done(proof.notes.restoredKeys({ keys: seen, skipped, bare: bareOwners(step, context, target) }));
}

const bareOwners = (step: StepOf<"restore-shard">, context: StepContext, target: RestoreTarget): readonly string[] =>
  owners(target.topology)
    .filter(({ id }) => !isGuarded(id, { step, context, target }))
    .map(({ id }) => context.name(id));

export async function shardFileOf(
  { backup, shard }: Pick<StepOf<"restore-shard">, "backup" | "shard">,
  { backups }: StepContext,
): Promise<ShardFile> {
  const manifest = await backups.read(backup.clusterId, backup.id);
  const record = manifest.shards.find((one) => one.shard === shard);
  if (record) return record;
  throw refuse("not_found", "backupFileMissing", { file: `${backup.id}/shard-${shard}.rdb` });
}

type Sending = {
  readonly step: StepOf<"restore-shard">;
  readonly context: StepContext;
  readonly target: RestoreTarget;
};

/** How many were there already and stayed. */
async function sendBatch(batch: readonly Restorable[], sending: Sending): Promise<number> {
  const byOwner = new Map<NodeId, Restorable[]>();
  for (const one of batch) {
    const owner = sending.target.ownerOf(one.slot);
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), one]);
  }
  const skipped = await Promise.all([...byOwner].map(([id, some]) => sendTo(id, some, sending)));
  return skipped.reduce((sum, count) => sum + count, 0);
}

async function sendTo(id: NodeId, some: readonly Restorable[], sending: Sending): Promise<number> {
  const { step, context } = sending;
  const link = await context.bulk(id);
  const commands = some.map((one) => commandOf(one, step.existing === "replace"));
  const [atMs, clock] = [context.now(), performance.now()];
  const replies = await link.pipeline(commands, { timeoutMs: BATCH_MS });
  const wrong = replies.find((reply) => !reply.ok);
  context.tell(id, {
    endpoint: link.endpoint,
    command: [...(commands[0] ?? []), ...(some.length > 1 ? [`(and ${some.length - 1} more keys)`] : [])],
    atMs,
    tookMs: performance.now() - clock,
    reply: replies[0]?.ok ? replies[0].value : undefined,
    error: wrong && !wrong.ok ? wrong.error : undefined,
  });
  let skipped = 0;
  for (const [i, one] of some.entries()) {
    const reply = replies[i];
    if (reply?.ok !== false) continue;
    const told = { node: context.name(id), key: keyText(one.key) };
    if (reply.error.prefix !== "BUSYKEY")
      throw refuse("refused", "restoreRefused", { ...told, reason: reply.error.message }, reply.error);
    if (step.existing === "skip") skipped++;
    else if (!(await isThere(one, link))) throw refuse("refused", "restoreConflict", told);
  }
  await confirmed(id, link, sending);
  return skipped;
}

function commandOf({ key, payload, expiresAtMs, idleSeconds, frequency }: Restorable, replaces: boolean): Command {
  return [
    "RESTORE",
    key,
    String(expiresAtMs ?? 0n),
    payload,
    ...(expiresAtMs === undefined ? [] : ["ABSTTL"]),
    ...(replaces ? ["REPLACE"] : []),
    ...(idleSeconds === undefined ? [] : ["IDLETIME", idleSeconds]),
    ...(frequency === undefined ? [] : ["FREQ", frequency]),
  ];
}

/** Value and expiry as in the file. A key whose time has come is as it should be when it is gone. */
export async function isThere({ key, payload, expiresAtMs }: Restorable, link: Link): Promise<boolean> {
  const [dump, expiry, left] = await link.pipeline(
    [
      ["DUMP", key],
      ["PEXPIRETIME", key],
      ["PTTL", key],
    ],
    {
      buffers: true,
    },
  );
  if (!dump?.ok) throw dump?.error ?? new Error("a DUMP without an outcome");
  if (!Buffer.isBuffer(dump.value)) return expiresAtMs !== undefined && expiresAtMs <= BigInt(Date.now());
  return isSameValue(payload, dump.value) && isSameExpiry(expiresAtMs, expiry, left);
}

/** Before 7.0 a node tells only how much is left, by its own clock: then having an expiry at all is what counts. */
function isSameExpiry(
  expiresAtMs: bigint | undefined,
  expiry: Settled | undefined,
  left: Settled | undefined,
): boolean {
  if (expiry?.ok) return BigInt(Number(expiry.value)) === (expiresAtMs ?? -1n);
  return left?.ok === true && Number(left.value) >= 0 === (expiresAtMs !== undefined);
}
