import { Crc64 } from "./crc64";
import { nameOf } from "./damage";
import { headerOf } from "./header";
import type { Loss } from "./losses";
import { Output } from "./output";
import { accepted, recode, type Target } from "./recode";
import type { ContentRecord, KeyRecord, RdbRecord } from "./records";
import { readsMeta } from "./restore";
import { familyOf, OPCODE } from "./types";

/**
 * An RDB file for a server of the target's version, record by record. Values that the target does not know are written in
 * an older form or refused, as `recode` says. Hints that the target would not know are left out: they say how large a table
 * to make, nothing more. The order is the caller's: aux, functions, then databases with their keys.
 */
export class RdbWriter {
  readonly #target: Target;
  readonly #out = new Output();
  readonly #crc = new Crc64();
  readonly #dropped = new Map<Loss, number>();
  #db: number | undefined;

  constructor(target: Target) {
    this.#target = target;
    this.#out.raw(headerOf(target.version));
  }

  /** Bytes that wait to be flushed. */
  get waiting(): number {
    return this.#out.bytes;
  }

  /** What was left out because it was accepted, and of how many things. */
  get dropped(): ReadonlyMap<Loss, number> {
    return this.#dropped;
  }

  write(record: ContentRecord): void {
    const { version } = this.#target;
    const isRedis = familyOf(version) === "redis";
    switch (record.kind) {
      case "aux":
        this.#out.byte(OPCODE.aux).string(Buffer.from(record.name)).string(record.value);
        return;
      case "db":
        this.#select(record.db);
        return;
      case "resize":
        this.#out.byte(OPCODE.resize).length(record.keys).length(record.expiring);
        return;
      case "slot":
        if (isRedis && version < 12) return;
        this.#out.byte(OPCODE.slotInfo).length(record.slot).length(record.keys).length(record.expiring);
        return;
      case "slot-import":
        if (isRedis) this.#note(accepted(["slot-imports"], this.#target, "The file"));
        else {
          this.#out.byte(OPCODE.keyMetaOrSlotImport).string(record.job);
          this.#out.each(record.ranges, ([first, last]) => this.#out.length(first).length(last));
        }
        return;
      case "function":
        if (version < 10) this.#note(accepted(["functions"], this.#target, "A function library"));
        else this.#out.byte(OPCODE.function).string(record.code);
        return;
      case "module-aux":
        this.#out.byte(OPCODE.moduleAux).raw(record.bytes);
        return;
      case "key":
        this.#key(record);
    }
  }

  #select(db: number): void {
    if (db === this.#db) return;
    this.#db = db;
    this.#out.byte(OPCODE.db).length(db);
  }

  #key(record: KeyRecord): void {
    const name = nameOf(record.key);
    const { value, dropped } = recode(record.value, this.#target, name);
    const { expiresAtMs, idleSeconds, frequency, meta } = record;
    const isMetaLost = meta !== undefined && !readsMeta(this.#target.version);
    this.#note([...dropped, ...(isMetaLost ? accepted(["key-metadata"], this.#target, name) : [])]);
    this.#select(record.db);
    if (expiresAtMs !== undefined) this.#out.byte(OPCODE.expiryMs).int64(expiresAtMs);
    if (idleSeconds !== undefined) this.#out.byte(OPCODE.idle).length(idleSeconds);
    if (frequency !== undefined) this.#out.byte(OPCODE.frequency).byte(frequency);
    if (meta && !isMetaLost) this.#out.byte(OPCODE.keyMetaOrSlotImport).raw(meta);
    this.#out.byte(value.type).string(record.key).raw(value.bytes);
  }

  #note(losses: readonly Loss[]): void {
    for (const loss of losses) this.#dropped.set(loss, (this.#dropped.get(loss) ?? 0) + 1);
  }

  /** All that was written since the last time. */
  flush(): Buffer {
    const bytes = this.#out.flush();
    this.#crc.update(bytes);
    return bytes;
  }

  /** The rest of the file. */
  end(): Buffer {
    this.#out.byte(OPCODE.end);
    const bytes = this.flush();
    return Buffer.concat([bytes, this.#crc.digest()]);
  }
}

const CHUNK_BYTES = 64 * 1024;

/** The chunks of an RDB file that holds these records; header and end are its own. */
export async function* writeRdb(
  records: AsyncIterable<RdbRecord> | Iterable<RdbRecord>,
  target: Target,
): AsyncGenerator<Buffer> {
  const writer = new RdbWriter(target);
  for await (const record of records) {
    if (record.kind === "header" || record.kind === "end" || record.kind === "sized-key") continue;
    writer.write(record);
    if (writer.waiting >= CHUNK_BYTES) yield writer.flush();
  }
  yield writer.end();
}
