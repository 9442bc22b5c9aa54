import type { Endpoint } from "@/lib/cluster/node";
import type { ManagedNode } from "@/lib/wire/runtime";
import type { Dial } from "@/server/link";
import type { ManagedNodeRow } from "@/server/store/managed-nodes";
import { mismatch, type Suspect } from "./identity";
import { answers, BUS_OFFSET } from "./ports";
import { processTable } from "./process-table";

/** What the runtime needs of the vault: secrets sealed for the database, and opened again. */
export type SecretBox = { seal(text: string): Buffer; open(sealed: Buffer): string };

export const endpointOf = ({ host, port }: ManagedNodeRow): Endpoint => ({ host, port });

/** How the console reaches a node that it manages: on this machine, with the password it was prepared with. */
export function dialOf(row: ManagedNodeRow, vault: SecretBox): Dial {
  const password = row.secrets && (JSON.parse(vault.open(row.secrets)) as { password?: string }).password;
  return { endpoint: endpointOf(row), ...(password === undefined ? {} : { password }) };
}

export function suspectOf(row: ManagedNodeRow, vault: SecretBox): Suspect | undefined {
  if (row.pid === undefined || row.pid_started === undefined) return undefined;
  return {
    pid: row.pid,
    started: row.pid_started,
    enginePath: row.engine_path,
    folder: row.folder,
    nodeId: row.node_id,
    dial: dialOf(row, vault),
  };
}

/** The node as it is shown: its record, and what the system says of its process now. Nothing is asked of the node. */
export async function describe(row: ManagedNodeRow, nowMs: number): Promise<ManagedNode> {
  return {
    id: row.id,
    name: row.name,
    endpoint: endpointOf(row),
    busPort: row.port + BUS_OFFSET,
    folder: row.folder,
    engine: { kind: row.engine_kind, path: row.engine_path, version: row.engine_version },
    sandbox: row.sandbox === 1,
    ...(row.cluster_id === undefined ? {} : { clusterId: row.cluster_id }),
    ...(row.node_id === undefined ? {} : { nodeId: row.node_id }),
    process: await processOf(row, nowMs),
  };
}

async function processOf(row: ManagedNodeRow, nowMs: number): Promise<ManagedNode["process"]> {
  const facts = row.pid === undefined ? undefined : await processTable.read(row.pid);
  if (facts) {
    const reason = await mismatch(facts, row.pid_started, row.engine_path);
    if (reason) return { state: "foreign", text: reason };
    return {
      state: "running",
      pid: facts.pid,
      startedMs: facts.startedMs,
      uptimeSec: Math.max(0, Math.floor((nowMs - facts.startedMs) / 1000)),
      rssBytes: facts.rssBytes,
    };
  }
  if (await answers(row.host, row.port))
    return { state: "foreign", text: `port ${row.port} is answered by another program` };
  return { state: "stopped" };
}
