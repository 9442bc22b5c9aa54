import { damaged, hex, Short } from "./damage";
import { decompress } from "./lzf";

/** Bits of the first byte of a length: 6 bits, 14 bits, 0x80 a 32-bit and 0x81 a 64-bit number in network order. */
const SPECIAL = 0xc0;
const LENGTH_32 = 0x80;
const LENGTH_64 = 0x81;
/** 0xc0, 0xc1 and 0xc2 are integers of 1, 2 and 4 bytes, little endian. */
const LZF = 0xc3;

/**
 * A place in bytes, and the primitives of the format (rdbLoadLen and its neighbours in Valkey's rdb.c). What is not here
 * yet is `Short`; whoever waits for more puts `at` back to where it began. What cannot be is an OpsError with its offset.
 */
export class Cursor {
  bytes: Buffer;
  at = 0;
  form: "plain" | "int" | "lzf" = "plain";
  inflated = 0;
  /** Offset of bytes[0] in the file or payload: for messages. */
  base: number;

  constructor(bytes: Buffer, base = 0) {
    this.bytes = bytes;
    this.base = base;
  }

  get offset(): number {
    return this.base + this.at;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  need(count: number, expected: string): void {
    if (this.at + count > this.bytes.length) throw new Short(this.base + this.bytes.length, expected);
  }

  byte(expected: string): number {
    this.need(1, expected);
    return this.bytes[this.at++] as number;
  }

  /** A view, not a copy. */
  take(count: number, expected: string): Buffer {
    this.need(count, expected);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  int64(expected: string): bigint {
    this.need(8, expected);
    this.at += 8;
    return this.bytes.readBigInt64LE(this.at - 8);
  }

  double(expected: string): number {
    this.need(8, expected);
    this.at += 8;
    return this.bytes.readDoubleLE(this.at - 8);
  }

  /** A count or a size: exact, or refused. */
  length(expected: string): number {
    this.need(1, expected);
    const { at, bytes } = this;
    const first = bytes[at] as number;
    if (first < 0x40) {
      this.at = at + 1;
      return first;
    }
    if (first < LENGTH_32) {
      this.need(2, expected);
      this.at = at + 2;
      return ((first & 0x3f) << 8) | (bytes[at + 1] as number);
    }
    if (first === LENGTH_32) {
      this.need(5, expected);
      this.at = at + 5;
      return bytes.readUInt32BE(at + 1);
    }
    const wide = this.unsigned(expected);
    if (wide > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(this.base + at, expected, `the length ${wide}`);
    return Number(wide);
  }

  /** A number that merely is stored like a length: parts of a stream ID, counters; all 64 bits. */
  unsigned(expected: string): bigint {
    this.need(1, expected);
    const { at, bytes } = this;
    const first = bytes[at] as number;
    if (first <= LENGTH_32) return BigInt(this.length(expected));
    if (first !== LENGTH_64) throw damaged(this.base + at, expected, `0x${hex(first)}, which begins no length`);
    this.need(9, expected);
    this.at = at + 9;
    return bytes.readBigUInt64BE(at + 1);
  }

  /** The head of a string: how many bytes follow it. `form` says what they are, `inflated` how many they become. */
  stringHead(expected: string): number {
    this.need(1, expected);
    const first = this.bytes[this.at] as number;
    if (first < SPECIAL) {
      this.form = "plain";
      return this.length(expected);
    }
    if (first > LZF) throw damaged(this.offset, expected, `0x${hex(first)}, which begins no string`);
    this.at++;
    if (first < LZF) {
      this.form = "int";
      return 1 << (first & 3);
    }
    this.form = "lzf";
    const bytes = this.length(expected);
    this.inflated = this.length(expected);
    return bytes;
  }

  /** A string, decompressed; an integer becomes its decimal digits, which is what a client sees. */
  string(expected: string): Buffer {
    const start = this.offset;
    const bytes = this.stringHead(expected);
    const raw = this.take(bytes, expected);
    if (this.form === "plain") return raw;
    if (this.form === "lzf") return decompress(raw, this.inflated, start);
    return Buffer.from(String(raw.readIntLE(0, bytes)), "latin1");
  }
}

/** A count, then that many. Grows by what is read: a count alone allocates nothing. */
export function many<T>(cursor: Cursor, read: () => T): readonly T[] {
  const count = cursor.length("a count");
  const items: T[] = [];
  for (let i = 0; i < count; i++) items.push(read());
  return items;
}
