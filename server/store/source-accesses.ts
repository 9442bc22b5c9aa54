import type { ClusterId } from "@/lib/cluster/node";
import type { Store } from "./sqlite";

/** Sealed credentials of servers that keys are imported from. */
export type SourceAccessRow = {
  readonly id: string;
  readonly clusterId: ClusterId;
  readonly secrets: Buffer;
  readonly createdMs: number;
};

export function insertSourceAccess(store: Store, { id, clusterId, secrets, createdMs }: SourceAccessRow): void {
  store.run(
    "INSERT INTO source_accesses (id, cluster_id, secrets, created_ms) VALUES (?, ?, ?, ?)",
    id,
    clusterId,
    secrets,
    createdMs,
  );
}

export function readSourceAccess(store: Store, clusterId: ClusterId, id: string): Buffer | undefined {
  const row = store.get("SELECT secrets FROM source_accesses WHERE cluster_id = ? AND id = ?", clusterId, id);
  return row?.secrets instanceof Uint8Array ? Buffer.from(row.secrets) : undefined;
}

export function dropSourceAccesses(store: Store, olderThanMs: number): void {
  store.run("DELETE FROM source_accesses WHERE created_ms < ?", olderThanMs);
}
