import { readdir } from "node:fs/promises";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { isOpsError } from "@/lib/errors";
import type { PrepareNodes } from "@/lib/wire/runtime";
import { refuse } from "@/server/refuse";
import {
  deleteManagedNode,
  insertManagedNode,
  listManagedNodes,
  type ManagedNodeRow,
  readManagedNode,
} from "@/server/store/managed-nodes";
import { type Engine, findEngine, installLine } from "./engines";
import { type ActionContext, abandonNode, startNode } from "./node-actions";
import { renderConfig } from "./node-config";
import { makeNodeFolder, nodesRoot, removeNodeFolder } from "./node-folder";
import { checkPort, freePorts, HIGHEST_PORT, isPairFree } from "./ports";

export type Preparation = PrepareNodes & { readonly sandbox?: boolean | undefined };

const HOST = "127.0.0.1";
const FIRST_PORT = 6701;
const MOST_NODES = 64;

/**
 * Folders, configuration and records for new nodes, started when asked for. All of them or none: when one fails, those
 * that were made are ended and deleted again, and the first failure is thrown.
 */
export async function prepareNodes(
  context: ActionContext & { readonly now: () => number },
  input: Preparation,
): Promise<readonly string[]> {
  const has = listManagedNodes(context.store).length;
  if (has + input.count > MOST_NODES) throw refuse("refused", "tooManyNodes", { has, most: MOST_NODES });
  const engine = await findEngine(context.dataFolder);
  if (!engine) throw refuse("refused", "noEngine", { install: installLine });
  for (let from = firstPort(); ; from += input.count) {
    const ports = await choosePorts(context, input, from);
    try {
      return await make(context, input, engine, ports);
    } catch (error) {
      const isRace = isOpsError(error) && error.sentence === "portTaken" && input.port === undefined;
      if (!isRace || from + input.count > HIGHEST_PORT || from > firstPort() + 5 * input.count) throw error;
    }
  }
}

async function make(
  context: ActionContext & { readonly now: () => number },
  input: Preparation,
  engine: Engine,
  ports: readonly number[],
): Promise<readonly string[]> {
  const root = await nodesRoot(context.dataFolder);
  const drafts = ports.map((port, i) => draft(context, input, { engine, root, port, number: i + 1 }));
  const made: ManagedNodeRow[] = [];
  try {
    for (const { row, config } of drafts) {
      await makeNodeFolder({ folder: row.folder, config });
      made.push(row);
      insertManagedNode(context.store, row);
    }
    if (input.start) {
      const outcomes = await Promise.allSettled(made.map((row) => startNode(context, row)));
      const failed = outcomes.find((outcome) => outcome.status === "rejected");
      if (failed) throw failed.reason;
    }
    return made.map((row) => row.id);
  } catch (error) {
    for (const row of made) {
      await abandonNode(context, row.id);
      deleteManagedNode(context.store, row.id);
      await removeNodeFolder(root, row.folder);
    }
    throw error;
  }
}

/** Everything is checked here, before anything is written. */
function draft(
  context: ActionContext & { readonly now: () => number },
  input: Preparation,
  { engine, root, port, number }: { engine: Engine; root: string; port: number; number: number },
): { row: ManagedNodeRow; config: string } {
  const folder = join(root, String(port));
  const { password } = input.fields;
  const row: ManagedNodeRow = {
    id: `node-${port}`,
    name: input.sandbox ? `sandbox-${number}` : `node-${port}`,
    host: HOST,
    port,
    folder,
    engine_kind: engine.kind,
    engine_path: engine.path,
    engine_version: engine.version,
    sandbox: input.sandbox ? 1 : 0,
    cluster_id: undefined,
    node_id: undefined,
    pid: undefined,
    pid_started: undefined,
    secrets: password === undefined ? undefined : context.vault.seal(JSON.stringify({ password })),
    created_ms: context.now(),
  };
  return { row, config: renderConfig({ port, bind: listenOn(input), folder, fields: input.fields }) };
}

/** Loopback, and the announced address where it is one of this machine's; else a forwarder is taken to stand before it. */
function listenOn({ fields: { announceIp, password } }: Preparation): readonly string[] {
  if (announceIp === undefined || !isIP(announceIp) || announceIp === "::1" || announceIp.startsWith("127."))
    return [HOST];
  if (password === undefined)
    throw refuse("invalid", "configField", {
      field: "announceIp",
      expected: "a password beside it, because a node without one answers nobody but loopback",
    });
  const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map((one) => one.address));
  return own.includes(announceIp) ? [HOST, announceIp] : [HOST];
}

async function choosePorts(context: ActionContext, input: Preparation, from: number): Promise<readonly number[]> {
  const avoid = new Set([...listManagedNodes(context.store).map((row) => row.port), ...(await usedFolders(context))]);
  const { port, count } = input;
  if (port === undefined) return freePorts({ host: HOST, count, from, avoid });
  checkPort(port);
  avoid.delete(port);
  const isKept = listManagedNodes(context.store).some((row) => row.port === port);
  if (isKept || !(await isPairFree(HOST, port)))
    throw refuse("refused", "portTaken", { port, node: readManagedNode(context.store, `node-${port}`)?.name ?? "it" });
  if (count === 1) return [port];
  return [port, ...(await freePorts({ host: HOST, count: count - 1, from: port + 1, avoid: avoid.add(port) }))];
}

/** A console that was killed while it prepared may have left a folder without a record. */
async function usedFolders({ dataFolder }: ActionContext): Promise<readonly number[]> {
  return (await readdir(await nodesRoot(dataFolder))).map(Number).filter(Number.isInteger);
}

function firstPort(): number {
  const given = Number(process.env.SHARDBOARD_NODE_PORT);
  return Number.isInteger(given) && given > 0 ? given : FIRST_PORT;
}
