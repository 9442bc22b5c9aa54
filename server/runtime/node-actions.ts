import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isOpsError } from "@/lib/errors";
import { refuse } from "@/server/refuse";
import {
  type ManagedNodeRow,
  readManagedNode,
  setEngine,
  setMembership,
  setProcess,
} from "@/server/store/managed-nodes";
import type { Store } from "@/server/store/sqlite";
import { findEngine } from "./engines";
import { type Judgement, judge } from "./identity";
import { files } from "./node-config";
import { handOver, lockFolder, readHolder, unlockFolder } from "./node-lock";
import { type Ending, launch, terminate } from "./node-process";
import { dialOf, type SecretBox, suspectOf } from "./node-record";
import { readMyself } from "./nodes-file";
import { isPairFree } from "./ports";
import { processTable } from "./process-table";

export type ActionContext = { readonly store: Store; readonly vault: SecretBox; readonly dataFolder: string };

/** Starts a stopped node. One that runs already is left as it is. Leaves no lock and no process when it throws. */
export async function startNode(context: ActionContext, given: ManagedNodeRow): Promise<void> {
  const verdict = await judgeRow(context, given);
  if (verdict.kind === "ours") return;
  setProcess(context.store, given.id, undefined);
  const row = await withEngine(context, given);
  await refuseStranger(row);
  const self = await processTable.read(process.pid);
  await lockFolder(row.folder, { pid: process.pid, started: self?.started ?? "" }, row.engine_path);
  try {
    if (!(await isPairFree(row.host, row.port)))
      throw refuse("refused", "portTaken", { port: row.port, node: row.name });
    await launch({
      name: row.name,
      enginePath: row.engine_path,
      folder: row.folder,
      dial: dialOf(row, context.vault),
      onSpawned: async (facts) => {
        setProcess(context.store, row.id, facts);
        await handOver(row.folder, facts);
      },
    });
  } catch (error) {
    await clearDead(context, row.id);
    throw asPortTaken(error, row);
  }
  await learnIdentity(context, row.id);
}

/** Stops (SIGTERM) or kills (SIGKILL) a node whose process is proved to be its own; refuses otherwise, signalling nothing. */
export async function endNode(context: ActionContext, row: ManagedNodeRow, ending: Ending): Promise<void> {
  const verdict = await judgeRow(context, row);
  if (verdict.kind === "foreign") throw refuse("refused", "nodeNotOurs", { node: row.name, reason: verdict.reason });
  if (verdict.kind === "ours") {
    await terminate(row.name, verdict.facts, ending);
    await unlockFolder(row.folder);
  }
  setProcess(context.store, row.id, undefined);
}

/** To a process that is proved to be its own, as for any signal. */
export async function signalNode(
  context: ActionContext,
  row: ManagedNodeRow,
  signal: "SIGSTOP" | "SIGCONT",
): Promise<void> {
  const verdict = await judgeRow(context, row);
  if (verdict.kind === "foreign") throw refuse("refused", "nodeNotOurs", { node: row.name, reason: verdict.reason });
  if (verdict.kind === "ours") process.kill(verdict.facts.pid, signal);
}

/**
 * After a crash: the process of the record, or the one that the folder's lock or pid file names, is taken over when it
 * is proved to be this node's. Otherwise the record says stopped.
 */
export async function adoptNode(context: ActionContext, row: ManagedNodeRow): Promise<void> {
  const recorded = suspectOf(row, context.vault);
  const holder = await readHolder(row.folder);
  const pid = Number(await readFile(join(row.folder, files.pid), "utf8").catch(() => ""));
  const base = {
    enginePath: row.engine_path,
    folder: row.folder,
    nodeId: row.node_id,
    dial: dialOf(row, context.vault),
  };
  const suspects = [
    ...(recorded ? [recorded] : []),
    ...(holder && holder.pid !== process.pid ? [{ ...base, ...holder }] : []),
    ...(Number.isInteger(pid) && pid > 1 ? [{ ...base, pid, started: undefined }] : []),
  ];
  for (const suspect of suspects) {
    const verdict = await judge(suspect);
    if (verdict.kind !== "ours") continue;
    setProcess(context.store, row.id, verdict.facts);
    await handOver(row.folder, verdict.facts);
    rememberId(context, row, verdict.nodeId);
    return;
  }
  setProcess(context.store, row.id, undefined);
}

/** A node that was just spawned here and never served anybody: ended without being asked, the first part of an undo. */
export async function abandonNode(context: ActionContext, id: string): Promise<void> {
  const row = readManagedNode(context.store, id);
  const facts = row?.pid === undefined ? undefined : await processTable.read(row.pid);
  if (row && facts && facts.started === row.pid_started) await terminate(row.name, facts, { signal: "SIGKILL" });
}

async function judgeRow(context: ActionContext, row: ManagedNodeRow): Promise<Judgement> {
  const suspect = suspectOf(row, context.vault);
  return suspect ? judge(suspect) : { kind: "gone" };
}

async function learnIdentity(context: ActionContext, id: string): Promise<void> {
  const row = readManagedNode(context.store, id);
  if (!row) return;
  const verdict = await judgeRow(context, row);
  if (verdict.kind === "foreign") throw refuse("refused", "nodeNotOurs", { node: row.name, reason: verdict.reason });
  if (verdict.kind === "ours") rememberId(context, row, verdict.nodeId ?? (await readMyself(row.folder))?.id);
}

function rememberId({ store }: ActionContext, row: ManagedNodeRow, nodeId: ManagedNodeRow["node_id"]): void {
  if (nodeId && nodeId !== row.node_id) setMembership(store, row.id, { clusterId: row.cluster_id, nodeId });
}

/** The binary may have moved with an upgrade; another one that is there serves as well. */
async function withEngine({ store, dataFolder }: ActionContext, row: ManagedNodeRow): Promise<ManagedNodeRow> {
  const isThere = await access(row.engine_path).then(
    () => true,
    () => false,
  );
  if (isThere) return row;
  const engine = await findEngine(dataFolder);
  if (!engine) throw refuse("refused", "engineUnusable", { path: row.engine_path, reason: "it is not there any more" });
  setEngine(store, row.id, engine);
  return { ...row, engine_kind: engine.kind, engine_path: engine.path, engine_version: engine.version };
}

/** A member without its nodes.conf would come up under a new id, empty, on an address that the cluster knows (FAULTS 61). */
async function refuseStranger(row: ManagedNodeRow): Promise<void> {
  if (row.cluster_id === undefined || row.node_id === undefined || (await readMyself(row.folder))) return;
  throw refuse("refused", "nodeFileLost", { node: row.name, nodeId: row.node_id, folder: row.folder });
}

async function clearDead(context: ActionContext, id: string): Promise<void> {
  const row = readManagedNode(context.store, id);
  if (!row || (row.pid !== undefined && (await processTable.read(row.pid))?.started === row.pid_started)) return;
  setProcess(context.store, id, undefined);
  await unlockFolder(row.folder);
}

/** Somebody may take the port between the look and the bind; the server's log then says so. */
function asPortTaken(error: unknown, row: ManagedNodeRow): unknown {
  if (!isOpsError(error) || error.sentence !== "nodeDidNotStart") return error;
  if (!/address already in use|bind: /i.test(error.message)) return error;
  return refuse("refused", "portTaken", { port: row.port, node: row.name }, error);
}
