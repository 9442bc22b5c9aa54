import { RdbParser } from "@/server/rdb/parser";
import type { RdbRecord } from "@/server/rdb/records";
import type { Keyspace } from "../keyspace/keyspace";
import { takenValue } from "./taken-value";
import type { ValueCodec } from "./value-codec";

const MARK_BYTES = 40;
const NOTHING = Buffer.alloc(0);

type Ending = { readonly bytes: number } | { readonly mark: Buffer };

/** `$<bytes>`, or `$EOF:<mark>`: bytes of a length that nobody knows yet, and the mark again. Throws for anything else. */
export function readSnapshotHead(line: string): Ending {
  const sized = /^\$(\d{1,15})$/.exec(line);
  if (sized) return { bytes: Number(sized[1]) };
  const marked = /^\$EOF:(.{40})$/s.exec(line);
  if (marked) return { mark: Buffer.from(marked[1] as string, "latin1") };
  throw new Error(`the size of a snapshot was expected, not ${JSON.stringify(line.slice(0, 100))}`);
}

/**
 * A full copy on its way into a keyspace of its own. It is good when `isWhole`: length, end and checksum are right; until then
 * nobody serves it. What the bytes behind it are is not known here.
 */
export class SnapshotIntake {
  readonly #into: Keyspace;
  readonly #codec: ValueCodec;
  readonly #mark: Buffer | undefined;
  readonly #parser = new RdbParser();
  #left: number;
  #held: Buffer = NOTHING;
  #isWhole = false;
  /** Of the snapshot as far as it is here, and of the whole where it is known. */
  readonly totalBytes: number | undefined;
  readBytes = 0;
  /** Selected where the stream goes on. */
  streamDb = 0;
  passedOver = 0;

  constructor(ending: Ending, { into, codec }: { readonly into: Keyspace; readonly codec: ValueCodec }) {
    this.#into = into;
    this.#codec = codec;
    this.#mark = "mark" in ending ? ending.mark : undefined;
    this.totalBytes = "bytes" in ending ? ending.bytes : undefined;
    this.#left = this.totalBytes ?? 0;
  }

  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** What stands behind the snapshot comes back. Throws at the first byte that is not as it should be. */
  push(bytes: Buffer): Buffer {
    this.readBytes += bytes.length;
    return this.#mark ? this.#pushMarked(bytes, this.#mark) : this.#pushSized(bytes);
  }

  #pushSized(bytes: Buffer): Buffer {
    const mine = bytes.subarray(0, this.#left);
    this.#left -= mine.length;
    this.#parse(mine);
    if (this.#left === 0) this.#end();
    return bytes.subarray(mine.length);
  }

  /** What could be the beginning of the mark is held back. */
  #pushMarked(chunk: Buffer, mark: Buffer): Buffer {
    const bytes = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    const end = bytes.indexOf(mark);
    if (end >= 0) {
      this.#held = NOTHING;
      this.#parse(bytes.subarray(0, end));
      this.#end();
      return bytes.subarray(end + MARK_BYTES);
    }
    const sure = Math.max(0, bytes.length - MARK_BYTES + 1);
    this.#held = bytes.subarray(sure);
    this.#parse(bytes.subarray(0, sure));
    return NOTHING;
  }

  #end(): void {
    this.#parser.end();
    this.#isWhole = true;
  }

  #parse(bytes: Buffer): void {
    if (bytes.length === 0) return;
    for (const record of this.#parser.push(bytes)) this.#take(record);
  }

  #take(record: RdbRecord): void {
    if (record.kind === "aux" && record.name === "repl-stream-db") this.streamDb = Number(record.value);
    if (record.kind === "function" || record.kind === "module-aux") this.passedOver++;
    if (record.kind !== "key") return;
    const database = this.#into.databases[record.db];
    if (!database)
      throw new Error(`database ${record.db} of the snapshot is not one of ${this.#into.databases.length}`);
    const at = record.expiresAtMs;
    database.set(record.key.toString("latin1"), takenValue(record, this.#codec), at === undefined ? at : Number(at));
  }
}
