import type { NodeId } from "@/lib/cluster/node";
import { isOpsError } from "@/lib/errors";
import type { StepOf } from "@/lib/plans/step";
import type { ShardFile } from "@/lib/wire/backups";
import { proof } from "@/lib/words/en/proof";
import type { BackupFolder } from "@/server/backup/backup-folder";
import { tally } from "@/server/backup/tally";
import { verifyRdb } from "@/server/rdb/read";
import type { Replication } from "@/server/rdb/replication";
import { refuse } from "@/server/refuse";
import { askInfo } from "./ask";
import { done, type StepContext, type StepOutcome } from "./context";

const LOOK_EVERY_MS = 200;

/**
 * One shard into one file:
 *
 * 1. A file that is there with its record, and verifies, is kept: that is how a backup goes on after a kill.
 * 2. The node still belongs to the shard, and a replica has its link up.
 * 3. PSYNC for a snapshot alone. Its offset and history are what the node names; the node's own history, read after it,
 *    must be the same, so that nobody else answered. The primary's offset right then tells how far behind it was.
 * 4. Each byte is verified before it is written; the file gets its name when all were whole and fsync has returned.
 * 5. Only then its record is written.
 */
export async function saveShard(step: StepOf<"save-shard">, context: StepContext): Promise<StepOutcome> {
  const folder = context.backups.ofOperation(context.operation());
  await folder.make();
  return untilStop(context, async (signal) => {
    if (await keptShard(step, folder, signal)) return done(proof.notes.kept());
    const { keys, bytes, from } = await saveAnew(step, { folder, context, signal });
    return done(proof.notes.saved({ keys, bytes, node: from.address }));
  });
}

/** A node may take long to fork, and a file to be read: a stop is heeded in the middle, what is half-written thrown away. */
export async function untilStop<T>(context: StepContext, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const leaving = new AbortController();
  const look = () => {
    if (context.shouldStop() || context.signal.aborted) leaving.abort();
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  try {
    return await work(leaving.signal);
  } finally {
    clearInterval(timer);
  }
}

/** The record of a file that was read back whole; undefined when there is none, or it is not as it was. */
export async function keptShard(
  { shard }: Pick<StepOf<"save-shard">, "shard">,
  folder: BackupFolder,
  signal: AbortSignal,
): Promise<ShardFile | undefined> {
  try {
    const record = await folder.recordOf(shard);
    if (record) await folder.readBack(record, signal);
    return record;
  } catch (error) {
    if (isOpsError(error) && error.code === "refused") return undefined;
    throw error;
  }
}

export type Saving = { readonly folder: BackupFolder; readonly context: StepContext; readonly signal: AbortSignal };

export async function saveAnew(step: StepOf<"save-shard">, { folder, context, signal }: Saving): Promise<ShardFile> {
  const { nodeId } = step;
  const address = context.name(nodeId);
  const file = `shard-${step.shard}.rdb`;
  const role = await checkSource(step, context);
  let replication: Replication | undefined;
  try {
    replication = await context.replication(nodeId, signal);
    const takenAtMs = context.now();
    const { replId, primaryOffset } = await historyOf(step, context);
    const memoryBytes = keysMemory(await askInfo(await context.link(nodeId), "memory"));
    if (replId !== replication.replid)
      throw refuse("refused", "backupHistory", { node: address, expected: replId, found: replication.replid });
    const count = tally();
    const verified = verifyRdb(replication.snapshot(), count.seen, signal);
    const written = await folder.write(file, reported(verified, context));
    const record: ShardFile = {
      shard: step.shard,
      file,
      ...written,
      ...count.result(),
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
      primaryId: step.primaryId,
      ranges: step.ranges,
      from: { nodeId, address, role },
      replId,
      offset: replication.offset,
      ...(primaryOffset === undefined ? {} : { primaryOffset }),
      takenAtMs,
      savedAtMs: context.now(),
    };
    await folder.writeJson(`shard-${step.shard}.json`, record);
    return record;
  } catch (error) {
    throw named(error, { node: address, file });
  } finally {
    replication?.close();
  }
}

/** All memory but what the process takes empty, and its buffers: what the keys take. */
function keysMemory(info: Readonly<Record<string, string>>): number | undefined {
  const used = Number(info.used_memory);
  const empty = Number(info.used_memory_startup);
  const buffers = ["mem_replication_backlog", "mem_clients_slaves", "mem_clients_normal", "mem_aof_buffer"];
  const rest = buffers.reduce((sum, name) => sum + Number(info[name] ?? 0), 0);
  return Number.isFinite(used - empty) ? Math.max(0, used - empty - rest) : undefined;
}

type Role = ShardFile["from"]["role"];

/** A replica that took its primary's place meanwhile is as good; one whose link is down, or that left, is not. */
async function checkSource({ nodeId, primaryId }: StepOf<"save-shard">, context: StepContext): Promise<Role> {
  const { nodes } = await context.sweep();
  const names = { node: context.name(nodeId), primary: context.name(primaryId) };
  const node = nodes.find((one) => one.id === nodeId);
  const isOfShard = nodeId === primaryId || node?.primaryId === primaryId || node?.ranges.length;
  if (!node || !isOfShard) throw refuse("refused", "backupNodeAstray", names);
  if (node.role === "primary") return "primary";
  const info = await askInfo(await context.link(nodeId), "replication");
  if (info.master_link_status === "up" && info.master_sync_in_progress !== "1") return "replica";
  throw refuse("refused", "backupReplicaBehind", names);
}

/** The primary is only asked how far it is: without it the backup is no worse, only its lag is not known. */
async function historyOf({ nodeId, primaryId }: StepOf<"save-shard">, context: StepContext) {
  const ask = async (id: NodeId) => askInfo(await context.link(id), "replication");
  const primary = await ask(primaryId).catch((error: unknown) => {
    if (isOpsError(error)) return undefined;
    throw error;
  });
  const own = await ask(nodeId);
  const replId = own.master_replid ?? "";
  return primary?.master_replid === replId
    ? { replId, primaryOffset: Number(primary.master_repl_offset) }
    : { replId, primaryOffset: undefined };
}

async function* reported(chunks: AsyncIterable<Buffer>, context: StepContext): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    yield chunk;
    context.report({ moved: [], keysMoved: 0, bytesMoved: chunk.length, keysUncertain: 0, openSlots: [] });
  }
}

function named(error: unknown, { node, file }: { readonly node: string; readonly file: string }): unknown {
  const isOurs = isOpsError(error) && error.code !== "cancelled" && !error.sentence?.startsWith("backup");
  return isOurs ? refuse(error.code, "backupNotSaved", { node, file, reason: error.message }, error) : error;
}
