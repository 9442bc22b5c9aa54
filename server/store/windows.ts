import { z } from "zod";
import { type NodeId, nodeIdSchema } from "@/lib/cluster/node";
import { type Slot, slotSchema } from "@/lib/cluster/slots";
import type { Of } from "@/lib/of";
import type { Store } from "./sqlite";

/**
 * The journal of slot moves (I6): which slots are about to go from where to where, written before the first command
 * that names them, and how it ended, written after the read-back. `facts` is the mover's own, kept as JSON.
 */
const rowSchema = z.object({
  id: z.int(),
  operation_id: z.int(),
  step_id: z.int(),
  source: nodeIdSchema,
  target: nodeIdSchema,
  slots: z.string().transform((text) => z.array(slotSchema).parse(JSON.parse(text))),
  facts: z.string().transform((text): unknown => JSON.parse(text)),
  intended_ms: z.number(),
  settled_ms: z.number().nullable(),
  outcome: z.string().nullable(),
});
export type WindowRow = Of<typeof rowSchema>;

export type NewWindow = {
  readonly operationId: number;
  readonly stepId: number;
  readonly source: NodeId;
  readonly target: NodeId;
  readonly slots: readonly Slot[];
  readonly facts: unknown;
  readonly atMs: number;
};

/** Fsynced when it returns, unless a transaction is open: then with its commit. */
export function intendWindow(store: Store, window: NewWindow): number {
  return store.run(
    "INSERT INTO windows (operation_id, step_id, source, target, slots, facts, intended_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
    window.operationId,
    window.stepId,
    window.source,
    window.target,
    JSON.stringify(window.slots),
    JSON.stringify(window.facts),
    window.atMs,
  ).lastId;
}

/** Not waited for: the slots alone find it again. */
export function learnWindow(store: Store, windowId: number, facts: unknown): void {
  store.relaxed(() =>
    store.run("UPDATE windows SET facts = ? WHERE id = ? AND settled_ms IS NULL", JSON.stringify(facts), windowId),
  );
}

/** Not waited for: an outcome that is lost with the power is found again in the cluster. */
export function settleWindow(store: Store, windowId: number, outcome: string, atMs: number): void {
  store.relaxed(() =>
    store.run(
      "UPDATE windows SET settled_ms = ?, outcome = ? WHERE id = ? AND settled_ms IS NULL",
      atMs,
      outcome,
      windowId,
    ),
  );
}

/** In the order in which they were intended. */
export function listUnsettled(store: Store, operationId: number): readonly WindowRow[] {
  return store
    .all("SELECT * FROM windows WHERE operation_id = ? AND settled_ms IS NULL ORDER BY id", operationId)
    .map((row) => rowSchema.parse(row));
}

export function listSettled(store: Store, operationId: number, outcome: string): readonly WindowRow[] {
  return store
    .all(
      "SELECT * FROM windows WHERE operation_id = ? AND settled_ms IS NOT NULL AND outcome = ? ORDER BY id",
      operationId,
      outcome,
    )
    .map((row) => rowSchema.parse(row));
}

export type KeptRow = {
  readonly operationId: number;
  readonly slot: Slot;
  readonly nodeId: NodeId;
  readonly key: Buffer;
  /** −1: none. */
  readonly ttlMs: number;
  readonly dump: Buffer;
  readonly atMs: number;
};

/** A value that is about to be replaced (I10): fsynced when it returns. */
export function keepValue(store: Store, row: KeptRow): void {
  store.run(
    "INSERT INTO kept_values (operation_id, slot, node_id, key, ttl_ms, dump, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
    row.operationId,
    row.slot,
    row.nodeId,
    row.key,
    row.ttlMs,
    row.dump,
    row.atMs,
  );
}
