import type { RefusalReason } from "@/lib/import-source";
import type { Store } from "./sqlite";

/** How far a source is read, and which of its keys were not taken. `state` is the import's own, kept as JSON. */
export function writeImport(store: Store, operationId: number, stepId: number, state: unknown): void {
  store.run(
    "INSERT INTO imports (operation_id, step_id, state) VALUES (?, ?, ?) ON CONFLICT (operation_id, step_id) DO UPDATE SET state = excluded.state",
    operationId,
    stepId,
    JSON.stringify(state),
  );
}

export function readImport(store: Store, operationId: number, stepId: number): unknown {
  const row = store.get("SELECT state FROM imports WHERE operation_id = ? AND step_id = ?", operationId, stepId);
  return row === undefined ? undefined : JSON.parse(String(row.state));
}

export type RefusedKey = { readonly key: Buffer; readonly reason: RefusalReason };

/** A key that is refused again, after a restart or in another pass, is one row. */
export function addRefusals(store: Store, operationId: number, stepId: number, keys: readonly RefusedKey[]): void {
  for (const { key, reason } of keys)
    store.run(
      "INSERT INTO import_refusals (operation_id, step_id, key, reason) VALUES (?, ?, ?, ?) ON CONFLICT (operation_id, step_id, key) DO UPDATE SET reason = excluded.reason",
      operationId,
      stepId,
      key,
      reason,
    );
}

export function dropRefusals(store: Store, operationId: number, stepId: number): void {
  store.run("DELETE FROM import_refusals WHERE operation_id = ? AND step_id = ?", operationId, stepId);
}

export function listRefusals(store: Store, operationId: number, stepId: number): readonly RefusedKey[] {
  return store
    .all(
      "SELECT key, reason FROM import_refusals WHERE operation_id = ? AND step_id = ? ORDER BY key",
      operationId,
      stepId,
    )
    .map(({ key, reason }) => ({ key: Buffer.from(key as Uint8Array), reason: reason as RefusalReason }));
}
