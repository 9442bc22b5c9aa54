import type { OpsError } from "@/lib/errors";
import { refuse } from "@/server/refuse";
import { CRC64_BYTES, Crc64 } from "./crc64";
import type { Cursor } from "./cursor";
import { cutOff, damaged, nameOf, Short } from "./damage";
import { readHeader } from "./header";
import { keyMetaLayout, layoutOf, moduleAuxLayout } from "./layouts";
import type { KeyFacts, RdbRecord } from "./records";
import { Skipper } from "./skipper";
import { readSmallRecord } from "./small-records";
import { type Family, OPCODE } from "./types";
import { Window } from "./window";

/**
 * An RDB file, or the same as a node sends it, read as it comes. Push chunks, take records; the whole is never here.
 *
 *   1. Between values everything is small: a record that is cut by the end of a chunk is read again when there is more.
 *   2. Values are walked by the skipper, which goes on where a chunk ended. Their bytes are kept (`values: "kept"`) up to
 *      a limit, or let go of (`"skipped"`): then a file of any shape is read in the memory of one chunk.
 *   3. The checksum runs along. A record that was given out was not yet verified by it; only `end` says that all was.
 *
 * Layout: 9 bytes of name and version; aux fields; module data; functions; for each database its number, its size, keys
 * (each behind its expiry, idle time or frequency, if it has one); an end code; 8 bytes of checksum, 0 for none. The rule is
 * rdbLoadRioWithLoadingCtx in Valkey's rdb.c. Opcodes that are not known are refused: their length cannot be guessed.
 */
export type ParserOptions = {
  readonly values?: "kept" | "skipped" | undefined;
  /** Of one value, in bytes on disk. */
  readonly maxValueBytes?: number | undefined;
  /** What stands behind the checksum is left alone, not refused: an append-only file that begins with an RDB file. */
  readonly isHead?: boolean | undefined;
};

const MAX_VALUE_BYTES = 512 * 1024 * 1024;
const NO_KEY: Buffer = Buffer.alloc(0);

type Pending = { -readonly [K in "expiresAtMs" | "idleSeconds" | "frequency"]?: KeyFacts[K] } & { meta?: Buffer };
type Walk = { readonly of: "key" | "meta" | "module-aux"; readonly type: number; readonly key: Buffer; keep: number };

export class RdbParser {
  readonly #window = new Window();
  readonly #skipper = new Skipper();
  readonly #crc = new Crc64();
  readonly #keeps: boolean;
  readonly #maxValueBytes: number;
  readonly #isHead: boolean;
  #phase: "header" | "records" | "checksum" | "over" = "header";
  #family: Family = "redis";
  #db = 0;
  #pending: Pending = {};
  #walk: Walk | undefined;
  /** Offset up to which the checksum has seen the file, and where the value that is walked over begins. */
  #summed = 0;
  #valueStart = 0;

  constructor({ values = "kept", maxValueBytes = MAX_VALUE_BYTES, isHead = false }: ParserOptions = {}) {
    this.#isHead = isHead;
    this.#keeps = values === "kept";
    this.#maxValueBytes = maxValueBytes;
  }

  /** The records that are complete now. Throws OpsError `invalid`, after which the parser is of no more use. */
  push(chunk: Buffer): readonly RdbRecord[] {
    const { cursor } = this.#window;
    const { base } = cursor;
    const keep = this.#walk && this.#isKept(this.#walk) ? this.#walk.keep : cursor.at;
    this.#window.append(chunk, keep, this.#walk && this.#skipper.owed);
    if (this.#walk) this.#walk.keep -= cursor.base - base;
    const records: RdbRecord[] = [];
    try {
      while (this.#step(cursor, records));
    } catch (error) {
      if (!(error instanceof Short)) throw error;
      this.#checkSize(cursor);
    }
    this.#sum(cursor);
    return records;
  }

  /** To be called when no more comes: throws unless the file was whole. */
  end(): void {
    if (this.#phase !== "over") throw cutOff(new Short(this.#window.cursor.offset, "the rest of the RDB data"));
  }

  #step(cursor: Cursor, records: RdbRecord[]): boolean {
    if (this.#walk) {
      this.#skipper.run(cursor);
      this.#arrive(this.#walk, cursor, records);
      return true;
    }
    const start = cursor.at;
    if (this.#phase === "over") {
      if (cursor.left > 0 && !this.#isHead)
        throw damaged(cursor.offset, "nothing more after the checksum", `${cursor.left} bytes`);
      return false;
    }
    try {
      if (this.#phase === "header") this.#header(cursor, records);
      else if (this.#phase === "records") this.#record(cursor, records);
      else this.#checksum(cursor, records);
      return true;
    } catch (error) {
      cursor.at = start;
      throw error;
    }
  }

  #header(cursor: Cursor, records: RdbRecord[]): void {
    const header = readHeader(cursor);
    this.#family = header.family;
    this.#phase = "records";
    records.push({ kind: "header", ...header });
  }

  #record(cursor: Cursor, records: RdbRecord[]): void {
    const { offset } = cursor;
    const code = cursor.byte("a type or opcode");
    if (code === OPCODE.end) this.#phase = "checksum";
    else if (code === OPCODE.db) {
      this.#db = cursor.length("a database number");
      records.push({ kind: "db", db: this.#db });
    } else if (!this.#ofKey(code, cursor)) {
      const small = readSmallRecord(code, this.#family, cursor);
      if (small) records.push(small);
      else if (code === OPCODE.moduleAux) this.#enter("module-aux", code, cursor);
      else if (code === OPCODE.keyMetaOrSlotImport) this.#enter("meta", code, cursor);
      else if (!layoutOf(code, this.#family)) throw damaged(offset, "a type or opcode of this version", String(code));
      else this.#enter("key", code, cursor, cursor.string("a key"));
    }
  }

  /** What is said of the next key before its type. */
  #ofKey(code: number, cursor: Cursor): boolean {
    if (code === OPCODE.expiryMs) this.#pending.expiresAtMs = cursor.int64("an expiry");
    else if (code === OPCODE.expirySeconds)
      this.#pending.expiresAtMs = BigInt(cursor.take(4, "an expiry").readInt32LE()) * 1000n;
    else if (code === OPCODE.idle) this.#pending.idleSeconds = cursor.length("an idle time");
    else if (code === OPCODE.frequency) this.#pending.frequency = cursor.byte("a frequency");
    else return false;
    return true;
  }

  #enter(of: Walk["of"], type: number, cursor: Cursor, key = NO_KEY): void {
    this.#walk = { of, type, key, keep: cursor.at };
    this.#valueStart = cursor.offset;
    const layouts = { meta: keyMetaLayout, "module-aux": moduleAuxLayout, key: layoutOf(type, this.#family) };
    this.#skipper.start(layouts[of] ?? []);
  }

  #isKept(walk: Walk): boolean {
    return this.#keeps || walk.of !== "key";
  }

  #arrive(walk: Walk, cursor: Cursor, records: RdbRecord[]): void {
    this.#walk = undefined;
    if (walk.of !== "key") {
      const bytes = cursor.bytes.subarray(walk.keep, cursor.at);
      if (walk.of === "meta") this.#pending.meta = Buffer.from(bytes);
      else records.push({ kind: "module-aux", bytes });
      return;
    }
    const { expiresAtMs, idleSeconds, frequency, meta } = this.#pending;
    const facts = { db: this.#db, key: walk.key, expiresAtMs, idleSeconds, frequency };
    this.#pending = {};
    const { type } = walk;
    if (!this.#keeps) {
      records.push({ kind: "sized-key", ...facts, type, bytes: cursor.offset - this.#valueStart });
      return;
    }
    this.#checkSize(cursor, walk);
    const bytes = cursor.bytes.subarray(walk.keep, cursor.at);
    records.push({ kind: "key", ...facts, value: { type, family: this.#family, bytes }, meta });
  }

  #checkSize(cursor: Cursor, walk = this.#walk): void {
    if (walk && !this.#isKept(walk)) return;
    const bytes = walk ? cursor.offset - this.#valueStart + this.#skipper.owed : cursor.left;
    if (bytes > this.#maxValueBytes) throw this.#tooBig(walk, bytes);
  }

  #tooBig(walk: Walk | undefined, bytes: number): OpsError {
    const names = { meta: "a key's metadata", "module-aux": "a module", key: nameOf(walk?.key ?? NO_KEY) };
    const { cursor } = this.#window;
    return refuse("invalid", "rdbValueTooBig", {
      key: walk ? names[walk.of] : "a name",
      offset: walk ? this.#valueStart : cursor.offset,
      bytes,
      limit: this.#maxValueBytes,
    });
  }

  #checksum(cursor: Cursor, records: RdbRecord[]): void {
    const { offset } = cursor;
    const found = cursor.take(CRC64_BYTES, "the checksum");
    const isAbsent = found.every((byte) => byte === 0);
    cursor.at -= CRC64_BYTES;
    this.#sum(cursor);
    cursor.at += CRC64_BYTES;
    this.#summed = cursor.offset;
    const expected = this.#crc.digest();
    if (!isAbsent && !expected.equals(found))
      throw refuse("invalid", "rdbChecksum", {
        offset,
        expected: expected.toString("hex"),
        found: found.toString("hex"),
      });
    this.#phase = "over";
    records.push({ kind: "end", checksum: isAbsent ? "absent" : "verified", bytes: cursor.offset });
  }

  #sum(cursor: Cursor): void {
    this.#crc.update(cursor.bytes, this.#summed - cursor.base, cursor.at);
    this.#summed = cursor.offset;
  }
}
