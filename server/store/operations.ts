import { z } from "zod";
import { type ClusterId, clusterIdSchema } from "@/lib/cluster/node";
import type { Of } from "@/lib/of";
import {
  applyEvent,
  type Operation,
  type OperationEvent,
  operationEventSchema,
  operationSchema,
  operationStateSchema,
} from "@/lib/operation";
import type { Store } from "./sqlite";

const rowSchema = z.object({
  id: z.int(),
  cluster_id: clusterIdSchema,
  created_ms: z.number(),
  state: operationStateSchema,
  plan_id: z.string(),
});
export type OperationRow = Of<typeof rowSchema>;

/** The number of the next operation is taken; its `created` event follows in the same transaction. */
export function insertOperation(store: Store, row: Omit<OperationRow, "id">): number {
  return store.run(
    "INSERT INTO operations (cluster_id, created_ms, state, plan_id) VALUES (?, ?, ?, ?)",
    row.cluster_id,
    row.created_ms,
    row.state,
    row.plan_id,
  ).lastId;
}

/** One record, fsynced when it returns (or with the transaction that is open). */
export function appendEvent(store: Store, event: OperationEvent): void {
  store.transaction(() => {
    store.run(
      "INSERT INTO operation_events (operation_id, seq, at_ms, event) VALUES (?, ?, ?, ?)",
      event.operationId,
      event.seq,
      event.atMs,
      JSON.stringify(event),
    );
    if (event.type === "state") store.run("UPDATE operations SET state = ? WHERE id = ?", event.to, event.operationId);
  });
}

export function readEvents(store: Store, operationId: number, afterSeq = -1): readonly OperationEvent[] {
  return store
    .all("SELECT event FROM operation_events WHERE operation_id = ? AND seq > ? ORDER BY seq", operationId, afterSeq)
    .map((row) => operationEventSchema.parse(JSON.parse(String(row.event))));
}

/** What its events add up to; undefined when there is no such operation. */
export function foldOperation(store: Store, operationId: number): Operation | undefined {
  const kept = store.get("SELECT folded FROM operations WHERE id = ?", operationId)?.folded;
  const start = typeof kept === "string" ? operationSchema.parse(JSON.parse(kept)) : undefined;
  return readEvents(store, operationId, start?.seq).reduce<Operation | undefined>(applyEvent, start);
}

/** A shortcut for reading: later events are folded on top of it. */
export function keepFolded(store: Store, operation: Operation): void {
  store.run("UPDATE operations SET folded = ? WHERE id = ?", JSON.stringify(operation), operation.id);
}

/** Newest first. */
export function listOperationRows(store: Store, clusterId: ClusterId, limit: number): readonly OperationRow[] {
  return store
    .all("SELECT * FROM operations WHERE cluster_id = ? ORDER BY id DESC LIMIT ?", clusterId, limit)
    .map((row) => rowSchema.parse(row));
}

/** Oldest first, of one cluster or of all: whatever the previous life of the console may have left in the middle. */
export function listUnendedRows(store: Store, clusterId?: ClusterId): readonly OperationRow[] {
  const open = "SELECT * FROM operations WHERE state NOT IN ('succeeded', 'failed', 'cancelled')";
  const rows =
    clusterId === undefined
      ? store.all(`${open} ORDER BY id`)
      : store.all(`${open} AND cluster_id = ? ORDER BY id`, clusterId);
  return rows.map((row) => rowSchema.parse(row));
}

export function operationOfPlan(store: Store, planId: string): number | undefined {
  const row = store.get("SELECT id FROM operations WHERE plan_id = ? ORDER BY id DESC LIMIT 1", planId);
  return row && Number(row.id);
}

export function newestSucceeded(store: Store, sinceMs: number): readonly OperationRow[] {
  return store
    .all("SELECT * FROM operations WHERE state = 'succeeded' AND created_ms >= ? ORDER BY id", sinceMs)
    .map((row) => rowSchema.parse(row));
}
