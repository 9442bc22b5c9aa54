import { z } from "zod";
import { type ClusterId, clusterIdSchema } from "@/lib/cluster/node";
import type { Of } from "@/lib/of";
import type { Store } from "./sqlite";

/**
 * One writer a cluster inside this data folder (I18). The row stays when a lease ends, so that its fence only ever
 * grows: whoever holds a lower one can no longer write a record, and no record means no command.
 */
const rowSchema = z.object({
  cluster_id: clusterIdSchema,
  /** The life of the console that holds it. */
  owner: z.string(),
  fence: z.int(),
  operation_id: z.int().nullable(),
  taken_ms: z.number(),
});
export type LeaseRow = Of<typeof rowSchema>;

export type NewLease = {
  readonly clusterId: ClusterId;
  readonly owner: string;
  readonly operationId: number;
  readonly atMs: number;
};

export function readLease(store: Store, clusterId: ClusterId): LeaseRow | undefined {
  const row = store.get("SELECT * FROM leases WHERE cluster_id = ?", clusterId);
  return row && rowSchema.parse(row);
}

/** Takes it from whoever has it. Answers the new fence. */
export function takeLease(store: Store, { clusterId, owner, operationId, atMs }: NewLease): number {
  return store.transaction(() => {
    const fence = (readLease(store, clusterId)?.fence ?? 0) + 1;
    store.run(
      "INSERT OR REPLACE INTO leases (cluster_id, owner, fence, operation_id, taken_ms) VALUES (?, ?, ?, ?, ?)",
      clusterId,
      owner,
      fence,
      operationId,
      atMs,
    );
    return fence;
  });
}

export function holdsLease(store: Store, { clusterId, fence }: { clusterId: ClusterId; fence: number }): boolean {
  const row = readLease(store, clusterId);
  return row?.fence === fence && row.operation_id !== null;
}

export function releaseLease(store: Store, { clusterId, fence }: { clusterId: ClusterId; fence: number }): void {
  store.run("UPDATE leases SET operation_id = NULL WHERE cluster_id = ? AND fence = ?", clusterId, fence);
}
