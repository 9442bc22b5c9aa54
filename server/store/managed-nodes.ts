import { z } from "zod";
import { type ClusterId, clusterIdSchema, type NodeId, nodeIdSchema } from "@/lib/cluster/node";
import type { Of } from "@/lib/of";
import type { Store } from "./sqlite";

const absent = <T extends z.ZodType>(schema: T) =>
  schema.nullable().transform((value): z.output<T> | undefined => value ?? undefined);

const rowSchema = z.object({
  id: z.string(),
  name: z.string(),
  host: z.string(),
  port: z.int(),
  folder: z.string(),
  engine_kind: z.enum(["redis", "valkey", "embedded"]),
  engine_path: z.string(),
  engine_version: z.string(),
  sandbox: z.int(),
  cluster_id: absent(clusterIdSchema),
  node_id: absent(nodeIdSchema),
  pid: absent(z.int()),
  pid_started: absent(z.string()),
  secrets: z
    .instanceof(Uint8Array)
    .nullable()
    .transform((bytes) => (bytes ? Buffer.from(bytes) : undefined)),
  created_ms: z.int(),
});
export type ManagedNodeRow = Omit<Of<typeof rowSchema>, "secrets"> & { readonly secrets: Buffer | undefined };

export function listManagedNodes(store: Store): readonly ManagedNodeRow[] {
  return store.all("SELECT * FROM managed_nodes ORDER BY port").map((row) => rowSchema.parse(row));
}

export function readManagedNode(store: Store, id: string): ManagedNodeRow | undefined {
  const row = store.get("SELECT * FROM managed_nodes WHERE id = ?", id);
  return row && rowSchema.parse(row);
}

export function insertManagedNode(store: Store, row: ManagedNodeRow): void {
  store.run(
    `INSERT INTO managed_nodes (id, name, host, port, folder, engine_kind, engine_path, engine_version, sandbox,
       cluster_id, node_id, pid, pid_started, secrets, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    row.id,
    row.name,
    row.host,
    row.port,
    row.folder,
    row.engine_kind,
    row.engine_path,
    row.engine_version,
    row.sandbox,
    row.cluster_id ?? null,
    row.node_id ?? null,
    row.pid ?? null,
    row.pid_started ?? null,
    row.secrets ?? null,
    row.created_ms,
  );
}

export function setProcess(store: Store, id: string, process: { pid: number; started: string } | undefined): void {
  store.run(
    "UPDATE managed_nodes SET pid = ?, pid_started = ? WHERE id = ?",
    process?.pid ?? null,
    process?.started ?? null,
    id,
  );
}

export type Membership = { readonly clusterId?: ClusterId | undefined; readonly nodeId?: NodeId | undefined };

export function setMembership(store: Store, id: string, { clusterId, nodeId }: Membership): void {
  store.run("UPDATE managed_nodes SET cluster_id = ?, node_id = ? WHERE id = ?", clusterId ?? null, nodeId ?? null, id);
}

export function setEngine(store: Store, id: string, engine: { kind: string; path: string; version: string }): void {
  store.run(
    "UPDATE managed_nodes SET engine_kind = ?, engine_path = ?, engine_version = ? WHERE id = ?",
    engine.kind,
    engine.path,
    engine.version,
    id,
  );
}

export function deleteManagedNode(store: Store, id: string): void {
  store.run("DELETE FROM managed_nodes WHERE id = ?", id);
}
