import Libsql from "libsql";
import { OpsError } from "@/lib/errors";

/**
 * The one file that knows the database driver. Synchronous on purpose: a commit has been fsynced when it returns
 * (WAL, synchronous=FULL), which is what "journal, then act" rests on.
 */
export type Value = string | number | bigint | Buffer | null;
export type Row = Readonly<Record<string, unknown>>;

export type Migration = { readonly version: number; readonly sql: string };

export class Store {
  readonly #db: Libsql.Database;
  readonly #statements = new Map<string, Libsql.Statement>();
  #inTransaction = false;

  constructor(path: string) {
    this.#db = new Libsql(path);
    for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 5000"])
      this.#db.exec(`PRAGMA ${pragma}`);
  }

  // The driver takes a lone blob or null for named parameters and aborts the process: values always go as one array.
  run(sql: string, ...values: Value[]): { readonly changes: number; readonly lastId: number } {
    const result = this.#guard(() => this.#prepare(sql).run(values));
    return { changes: Number(result.changes), lastId: Number(result.lastInsertRowid) };
  }

  get(sql: string, ...values: Value[]): Row | undefined {
    const row = this.#guard(() => this.#prepare(sql).get(values)) as Row | undefined;
    return row && plain(row);
  }

  all(sql: string, ...values: Value[]): readonly Row[] {
    return (this.#guard(() => this.#prepare(sql).all(values)) as readonly Row[]).map(plain);
  }

  /** All of it or none of it. Joins the one that is already open. */
  transaction<T>(work: () => T): T {
    if (this.#inTransaction) return work();
    this.#guard(() => this.#db.exec("BEGIN IMMEDIATE"));
    this.#inTransaction = true;
    try {
      const result = work();
      this.#guard(() => this.#db.exec("COMMIT"));
      return result;
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    } finally {
      this.#inTransaction = false;
    }
  }

  /**
   * For what may be lost with the power because it is found again or matters to nobody then: written, but not waited for
   * until the next commit that is. A killed process loses none of it.
   */
  relaxed<T>(work: () => T): T {
    if (this.#inTransaction) return this.transaction(work);
    this.#guard(() => this.#db.exec("PRAGMA synchronous = NORMAL"));
    try {
      return this.transaction(work);
    } finally {
      this.#db.exec("PRAGMA synchronous = FULL");
    }
  }

  /** Brings the schema forward in one transaction. Data of a newer console is refused, never guessed at. */
  migrate(migrations: readonly Migration[]): void {
    const has = Number((this.get("PRAGMA user_version") as { user_version: number }).user_version);
    const wanted = migrations.at(-1)?.version ?? 0;
    if (has > wanted)
      throw new OpsError({
        code: "refused",
        sentence: "dataFromNewerConsole",
        message: `the data folder was written by a newer Shardboard (schema ${has}, this one knows ${wanted}); start that version, or another data folder`,
        details: { has, wanted },
      });
    if (has === wanted) return;
    this.transaction(() => {
      for (const { version, sql } of migrations) if (version > has) this.#db.exec(sql);
      this.#db.exec(`PRAGMA user_version = ${wanted}`);
    });
  }

  /** A whole copy of the database in a new file. */
  backup(path: string): void {
    this.#guard(() => this.#db.prepare("VACUUM INTO ?").run(path));
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #prepare(sql: string): Libsql.Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const made = this.#db.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new OpsError({
        code: "internal",
        sentence: "storeFailed",
        message: `the console's database could not be used: ${reason}`,
        details: { reason },
        cause: error,
      });
    }
  }
}

/** The driver's own `_metadata` goes; a blob is a Buffer whichever way it was read. */
function plain({ _metadata, ...row }: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value instanceof ArrayBuffer ? Buffer.from(value) : value]),
  );
}
