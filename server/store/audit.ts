import { createHash } from "node:crypto";
import { z } from "zod";
import type { ClusterId } from "@/lib/cluster/node";
import type { Details } from "@/lib/errors";
import type { Actor } from "@/lib/wire/access";
import type { Store } from "./sqlite";

export type AuditEntry = {
  readonly actor: Actor;
  /** What was asked: a route, a verb, "sign-in". */
  readonly act: string;
  readonly clusterId?: ClusterId | undefined;
  readonly details: Details;
  /** "asked" before the act, then "ok" or what came instead. */
  readonly result: string;
};

export type AuditVerdict =
  | { readonly ok: true; readonly rows: number }
  | { readonly ok: false; readonly brokenAt: number };

const rowSchema = z.object({
  id: z.number(),
  at_ms: z.number(),
  actor: z.string(),
  role: z.string(),
  from_address: z.string(),
  act: z.string(),
  cluster_id: z.string().nullable(),
  details: z.string(),
  result: z.string(),
  previous_hash: z.string(),
  hash: z.string(),
});
type AuditRow = z.infer<typeof rowSchema>;

const START = "0".repeat(64);
const PAGE = 1000;
const secretName = /pass|secret|token|auth|credential|private/i;

/**
 * Who did what, from where, and what came of it. Rows are only ever added; each carries the hash of the one before,
 * so that an altered, removed or inserted row is named by `verify`. The rows since the last one somebody wrote down
 * elsewhere can be cut off only together with the counter that SQLite keeps, which is compared too.
 */
export class Audit {
  readonly #store: Store;
  readonly #now: () => number;

  constructor({ store, now }: { store: Store; now: () => number }) {
    this.#store = store;
    this.#now = now;
  }

  /** Joins the transaction that is open, so that the row and what it tells of are kept or lost together. */
  record({ actor, act, clusterId, details, result }: AuditEntry): void {
    this.#store.transaction(() => {
      const last = this.#store.get("SELECT hash FROM audit ORDER BY id DESC LIMIT 1");
      const row: Omit<AuditRow, "hash"> = {
        id: this.#counted() + 1,
        at_ms: this.#now(),
        actor: actor.name,
        role: actor.role,
        from_address: actor.from,
        act,
        cluster_id: clusterId ?? null,
        details: JSON.stringify(masked(details)),
        result,
        previous_hash: String(last?.hash ?? START),
      };
      const columns = Object.keys(row);
      this.#store.run(
        `INSERT INTO audit (${columns.join(", ")}, hash) VALUES (${columns.map(() => "?").join(", ")}, ?)`,
        ...Object.values(row),
        hashOf(row),
      );
    });
  }

  verify(): AuditVerdict {
    let id = 0;
    let previous = START;
    for (;;) {
      const rows = this.#store.all("SELECT * FROM audit WHERE id > ? ORDER BY id LIMIT ?", id, PAGE);
      for (const raw of rows) {
        const { hash, ...row } = rowSchema.parse(raw);
        if (row.id !== id + 1) return { ok: false, brokenAt: id + 1 };
        if (row.previous_hash !== previous || hashOf(row) !== hash) return { ok: false, brokenAt: row.id };
        id = row.id;
        previous = hash;
      }
      if (rows.length < PAGE) break;
    }
    return this.#counted() > id ? { ok: false, brokenAt: id + 1 } : { ok: true, rows: id };
  }

  /** The highest id ever given, also of rows that were cut off. */
  #counted(): number {
    return Number(this.#store.get("SELECT seq FROM sqlite_sequence WHERE name = 'audit'")?.seq ?? 0);
  }
}

function hashOf(row: Omit<AuditRow, "hash">): string {
  const said = [
    row.previous_hash,
    row.id,
    row.at_ms,
    row.actor,
    row.role,
    row.from_address,
    row.act,
    row.cluster_id,
    row.details,
    row.result,
  ];
  return createHash("sha256").update(JSON.stringify(said)).digest("hex");
}

function masked(details: Details): Details {
  return Object.fromEntries(Object.entries(details).map(([key, value]) => [key, secretName.test(key) ? "•••" : value]));
}
