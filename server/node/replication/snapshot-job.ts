import { SLOT_COUNT } from "@/lib/cluster/slots";
import { RdbWriter } from "@/server/rdb/writer";
import type { Watcher } from "../keyspace/database";
import type { Keyspace } from "../keyspace/keyspace";
import { RDB_VERSION, type ValueCodec } from "./value-codec";

export type SnapshotOptions = {
  readonly keyspace: Keyspace;
  readonly codec: ValueCodec;
  readonly aux: Readonly<Record<string, string>>;
  readonly write: (bytes: Buffer) => void;
};

/** Nothing here is new to a reader of 7.0, and a border element is no risk to the server that reads its own forms. */
const ACCEPTS = ["packed-borders"] as const;

/**
 * The data of one moment as an RDB file, made while clients write on: a copy on write by slots.
 *
 *   1. The moment is when it is built, between two commands. No byte of data is read then.
 *   2. `step` copies slot after slot until its time is over.
 *   3. Before anything of a slot changes that was not copied yet, it is copied: it is one 16384th of the data in a cluster.
 *
 * What was handed out is a copy: values that are changed in place later do not change it.
 */
export class SnapshotJob implements Watcher {
  readonly #options: SnapshotOptions;
  readonly #writer = new RdbWriter({ version: RDB_VERSION, accepts: ACCEPTS });
  readonly #unwatch: () => void;
  /** By database: a byte a slot, 1 once it is copied. */
  readonly #copied: readonly Uint8Array[];
  #db = 0;
  #slot = 0;
  #isDone = false;

  constructor(options: SnapshotOptions) {
    this.#options = options;
    const { keyspace, aux } = options;
    this.#copied = keyspace.databases.map((database) => new Uint8Array(database.size > 0 ? SLOT_COUNT : 0));
    this.#unwatch = keyspace.watch(this);
    for (const [name, value] of Object.entries(aux))
      this.#writer.write({ kind: "aux", name, value: Buffer.from(value) });
    this.#flush();
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** Goes on until `isOver` says so, asked after each slot that holds something. */
  step(isOver: () => boolean): void {
    const { databases } = this.#options.keyspace;
    for (; this.#db < databases.length; this.#db++, this.#slot = 0)
      while (this.#slot < this.#slotsOf(this.#db)) if (this.#copy(this.#db, this.#slot++) && isOver()) return;
    this.#end();
  }

  before(db: number, slot: number): void {
    this.#copy(db, slot);
  }

  changed(): void {}

  close(): void {
    this.#isDone = true;
    this.#unwatch();
  }

  #slotsOf(db: number): number {
    return this.#copied[db]?.length ?? 0;
  }

  #copy(db: number, slot: number): boolean {
    const copied = this.#copied[db];
    if (this.#isDone || !copied || copied[slot] !== 0) return false;
    copied[slot] = 1;
    const keys = this.#options.keyspace.databases[db]?.slot(slot);
    if (!keys) return false;
    for (const [key, { value, expiresAtMs }] of keys)
      this.#writer.write({
        kind: "key",
        db,
        key: Buffer.from(key, "latin1"),
        expiresAtMs: expiresAtMs === undefined ? undefined : BigInt(expiresAtMs),
        idleSeconds: undefined,
        frequency: undefined,
        value: this.#options.codec.encode(value),
        meta: undefined,
      });
    this.#flush();
    return true;
  }

  #flush(): void {
    if (this.#writer.waiting > 0) this.#options.write(this.#writer.flush());
  }

  #end(): void {
    if (this.#isDone) return;
    this.close();
    this.#options.write(this.#writer.end());
  }
}
