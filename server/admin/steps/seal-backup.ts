import { equalRanges, formatRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import type { ProofLine } from "@/lib/operation";
import type { StepOf } from "@/lib/plans/step";
import type { BackupManifest, ShardFile } from "@/lib/wire/backups";
import { MANIFEST, NODES } from "@/server/backup/backup-folder";
import { refuse } from "@/server/refuse";
import { done, type StepContext, type StepOutcome } from "./context";
import { savedNodes } from "./node-settings";
import { line, stepsOf } from "./proof-lines";
import { keptShard, type Saving, saveAnew, untilStop } from "./save-shard";

/**
 * Every file is read back whole, and a shard whose file is not as it was saved is saved again. Slots must have the
 * owners that the plan saw: a key that moved between two snapshots is in both files, or in none. Then the settings, and
 * the manifest, without which a folder is no backup.
 */
export async function sealBackup(_step: StepOf<"seal-backup">, context: StepContext): Promise<StepOutcome> {
  const operation = context.operation();
  const folder = context.backups.ofOperation(operation);
  await folder.make();
  const shards: ShardFile[] = [];
  for (const step of stepsOf({ operation }, "save-shard")) {
    const whole = await untilStop(
      context,
      async (signal) =>
        (await keptShard(step, folder, signal)) ?? (await savedAgain(step, { folder, context, signal })),
    );
    shards.push(whole);
  }
  const topology = await context.sweep();
  checkOwners(shards, topology);
  const nodes = await savedNodes(topology, context);
  const written = await folder.writeJson(NODES, nodes);
  const manifest: BackupManifest = {
    format: 1,
    id: folder.id,
    clusterId: operation.clusterId,
    clusterName: operation.clusterName,
    operationId: operation.id,
    startedBy: operation.startedBy,
    createdMs: operation.createdMs,
    sealedMs: context.now(),
    signature: topology.signature,
    currentEpoch: topology.currentEpoch,
    shards,
    nodes: { file: NODES, ...written, nodes: nodes.length },
    keys: sumOf(shards, "keys"),
    bytes: sumOf(shards, "bytes"),
    ...skewOf(shards),
  };
  await folder.writeJson(MANIFEST, manifest);
  return done();
}

async function savedAgain(step: StepOf<"save-shard">, saving: Saving): Promise<ShardFile> {
  const record = await saveAnew(step, saving);
  await saving.folder.readBack(record, saving.signal);
  return record;
}

/** A failover gives a shard another primary and no slot another shard. */
function checkOwners(shards: readonly ShardFile[], topology: Topology): void {
  for (const { shard, ranges } of shards) {
    const now = topology.shards.find((one) => one.index === shard)?.ranges ?? [];
    if (!equalRanges(ranges, now))
      throw refuse("refused", "backupOwnersChanged", { shard, was: formatRanges(ranges), now: formatRanges(now) });
  }
}

const sumOf = (shards: readonly ShardFile[], of: "keys" | "bytes"): number =>
  shards.reduce((sum, shard) => sum + shard[of], 0);

function skewOf(shards: readonly ShardFile[]): Pick<BackupManifest, "skewMs" | "lagBytes"> {
  const times = shards.map((shard) => shard.takenAtMs);
  const skewMs = Math.max(...times) - Math.min(...times);
  const lags = shards.map(({ primaryOffset, offset }) =>
    primaryOffset === undefined ? undefined : primaryOffset - offset,
  );
  const known = lags.filter((lag) => lag !== undefined);
  return { skewMs, ...(known.length === lags.length ? { lagBytes: Math.max(0, ...known) } : {}) };
}

/** For the proof: the manifest is there, and every file has the size that it says. None where nothing was backed up. */
export async function backupProof(context: StepContext): Promise<readonly ProofLine[]> {
  const operation = context.operation();
  if (stepsOf({ operation }, "seal-backup").length === 0) return [];
  const folder = context.backups.ofOperation(operation);
  const manifest = await folder.manifest();
  if (!manifest) return [line("backup-kept", "fail", { reason: `${folder.id}/${MANIFEST} is not there.` })];
  for (const file of [...manifest.shards, manifest.nodes]) await folder.checkSize(file);
  const { shards, keys, bytes, skewMs: ms, lagBytes } = manifest;
  const unknown = shards.filter((shard) => shard.primaryOffset === undefined).map((shard) => shard.from.address);
  return [
    line("backup-kept", "pass", { shards: shards.length, keys, bytes }),
    lagBytes === undefined
      ? line("backup-skew", "unknown", { ms, nodes: unknown })
      : line("backup-skew", "pass", { ms, bytes: lagBytes }),
  ];
}
