import { z } from "zod";
import type { Of } from "@/lib/of";
import { roleSchema } from "@/lib/wire/access";
import type { Store } from "./sqlite";

const rowSchema = z.object({
  id_hash: z.string(),
  name: z.string(),
  role: roleSchema,
  created_ms: z.number(),
  seen_ms: z.number(),
  expires_ms: z.number(),
  from_address: z.string(),
});

/** Only the hash of a session's id is kept: what is stored signs nobody in. */
export type SessionRow = Of<typeof rowSchema>;

export function insertSession(store: Store, row: SessionRow): void {
  store.run(
    "INSERT INTO sessions (id_hash, name, role, created_ms, seen_ms, expires_ms, from_address) VALUES (?, ?, ?, ?, ?, ?, ?)",
    row.id_hash,
    row.name,
    row.role,
    row.created_ms,
    row.seen_ms,
    row.expires_ms,
    row.from_address,
  );
}

export function findSession(store: Store, idHash: string): SessionRow | undefined {
  const row = store.get("SELECT * FROM sessions WHERE id_hash = ?", idHash);
  return row ? rowSchema.parse(row) : undefined;
}

export function touchSession(store: Store, idHash: string, seenMs: number): void {
  store.run("UPDATE sessions SET seen_ms = ? WHERE id_hash = ?", seenMs, idHash);
}

export function deleteSession(store: Store, idHash: string): boolean {
  return store.run("DELETE FROM sessions WHERE id_hash = ?", idHash).changes > 0;
}

export function deleteExpiredSessions(store: Store, nowMs: number): void {
  store.run("DELETE FROM sessions WHERE expires_ms <= ?", nowMs);
}
