import { z } from "zod";
import { nodeIdSchema } from "@/lib/cluster/node";
import type { TranscriptEntry } from "@/lib/wire/operations";
import type { Store } from "./sqlite";

const rowSchema = z.object({
  id: z.int(),
  operation_id: z.int(),
  at_ms: z.number(),
  node_id: nodeIdSchema.nullable(),
  host: z.string(),
  port: z.int(),
  command: z.string(),
  reply: z.string(),
  ok: z.int(),
  mutates: z.int(),
  took_ms: z.number(),
});

export type NewTranscriptEntry = Omit<TranscriptEntry, "id">;

/** Rows of one statement: a row alone costs three times as much. */
const ROWS_AT_ONCE = 50;
const COLUMNS = ["operation_id", "at_ms", "node_id", "host", "port", "command", "reply", "ok", "mutates", "took_ms"];

/** Joins the transaction that is open; by itself it does not wait for the disk. */
export function insertTranscript(store: Store, entries: readonly NewTranscriptEntry[]): void {
  if (entries.length === 0) return;
  store.relaxed(() => {
    for (let at = 0; at < entries.length; at += ROWS_AT_ONCE) {
      const some = entries.slice(at, at + ROWS_AT_ONCE);
      const row = `(${COLUMNS.map(() => "?").join(", ")})`;
      const rows = some.map(() => row).join(", ");
      store.run(`INSERT INTO transcript (${COLUMNS.join(", ")}) VALUES ${rows}`, ...some.flatMap(valuesOf));
    }
  });
}

function valuesOf(entry: NewTranscriptEntry) {
  return [
    entry.operationId,
    entry.atMs,
    entry.nodeId ?? null,
    entry.endpoint.host,
    entry.endpoint.port,
    entry.command,
    entry.reply,
    entry.ok ? 1 : 0,
    entry.mutates ? 1 : 0,
    entry.tookMs,
  ];
}

export type Page = { readonly after: number; readonly limit: number };

export function readTranscript(store: Store, operationId: number, { after, limit }: Page): readonly TranscriptEntry[] {
  return store
    .all("SELECT * FROM transcript WHERE operation_id = ? AND id > ? ORDER BY id LIMIT ?", operationId, after, limit)
    .map((raw) => {
      const row = rowSchema.parse(raw);
      return {
        id: row.id,
        operationId: row.operation_id,
        atMs: row.at_ms,
        ...(row.node_id === null ? {} : { nodeId: row.node_id }),
        endpoint: { host: row.host, port: row.port },
        command: row.command,
        reply: row.reply,
        ok: row.ok === 1,
        mutates: row.mutates === 1,
        tookMs: row.took_ms,
      };
    });
}

export const TRANSCRIPT_DAYS = 30;
export const TRANSCRIPT_BYTES = 200 * 1024 * 1024;

/** Bytes of a row besides its two texts. */
const ROW_BYTES = 90;
const SAMPLE = 1000;

export type TranscriptLimits = { readonly olderThanMs: number; readonly bytes: number };

/**
 * Drops what is older than `olderThanMs`, then the oldest rows until about `bytes` are left. The size is estimated from
 * the last thousand rows, because adding up a full table would hold up the event loop. Answers how many rows went.
 */
export function pruneTranscript(store: Store, { olderThanMs, bytes }: TranscriptLimits): number {
  // Ids grow with time: only the rows that go are looked at.
  const firstKept = store.get("SELECT id FROM transcript WHERE at_ms >= ? ORDER BY id LIMIT 1", olderThanMs);
  if (!firstKept) return store.run("DELETE FROM transcript").changes;
  const low = Number(firstKept.id);
  const old = store.run("DELETE FROM transcript WHERE id < ?", low).changes;
  const high = Number(store.get("SELECT MAX(id) AS high FROM transcript")?.high);
  const { size } = z
    .object({ size: z.number() })
    .parse(
      store.get(
        "SELECT AVG(LENGTH(command) + LENGTH(reply)) AS size FROM (SELECT command, reply FROM transcript ORDER BY id DESC LIMIT ?)",
        SAMPLE,
      ),
    );
  const fits = Math.floor(bytes / (size + ROW_BYTES));
  if (high - low + 1 <= fits) return old;
  return old + store.run("DELETE FROM transcript WHERE id <= ?", high - fits).changes;
}
