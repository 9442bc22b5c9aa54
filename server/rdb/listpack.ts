import { Cursor } from "./cursor";
import { damaged, hex, whole } from "./damage";

/**
 * Listpacks: small collections as one string (Valkey's listpack.c). 4 bytes of size, 2 of count (65535: not known), the
 * elements, 0xff. An element is its encoding, its bytes and, for walking backwards, how long that was, in groups of 7 bits.
 */
const HEAD = 6;
const END = 0xff;
const MANY = 65535;
const INT_BYTES: Readonly<Record<number, number>> = { 241: 2, 242: 3, 243: 4, 244: 8 };
const LONG_STRING = 0xf0;

/** The elements; integers as their digits, as a client would see them. */
export const readListpack = (bytes: Buffer, offset = 0): readonly Buffer[] =>
  readItems(bytes, offset).map((item) => (Buffer.isBuffer(item) ? item : Buffer.from(String(item), "latin1")));

export type Item = Buffer | bigint | number;

export function readItems(bytes: Buffer, offset = 0): readonly Item[] {
  return whole(() => {
    const cursor = new Cursor(bytes, offset);
    const head = cursor.take(HEAD, "the head of a listpack");
    const size = head.readUInt32LE(0);
    if (size !== bytes.length) throw damaged(offset, `a listpack of ${bytes.length} bytes`, `one of ${size}`);
    const items: Item[] = [];
    while (cursor.left > 0 && cursor.bytes[cursor.at] !== END) items.push(item(cursor));
    cursor.byte("the end of a listpack");
    if (cursor.left > 0) throw damaged(cursor.offset, "nothing after the end of a listpack", `${cursor.left} bytes`);
    const count = head.readUInt16LE(4);
    if (count !== MANY && count !== items.length)
      throw damaged(offset + 4, `a count of ${items.length} elements`, String(count));
    return items;
  });
}

function item(cursor: Cursor): Item {
  const start = cursor.at;
  const first = cursor.byte("an element of a listpack");
  const value = itemAfter(first, start, cursor);
  const length = cursor.at - start;
  cursor.need(1, "the back length of an element");
  const isWide = isBorder(length) && cursor.bytes[cursor.at] === 0;
  cursor.take(backBytes(length) - (isBorder(length) && !isWide ? 1 : 0), "the back length of an element");
  return value;
}

function itemAfter(first: number, start: number, cursor: Cursor): Item {
  if (first < 0x80) return first;
  if (first < 0xc0) return cursor.take(first & 0x3f, "a string");
  if (first < 0xe0) {
    const wide = ((first & 0x1f) << 8) | cursor.byte("an integer");
    return wide < 4096 ? wide : wide - 8192;
  }
  if (first < LONG_STRING) return cursor.take(((first & 0xf) << 8) | cursor.byte("a length"), "a string");
  if (first === LONG_STRING) return cursor.take(cursor.take(4, "a length").readUInt32LE(), "a string");
  const bytes = INT_BYTES[first];
  if (bytes === 8) return cursor.int64("an integer");
  if (bytes === undefined) throw damaged(cursor.base + start, "an element of a listpack", `0x${hex(first)}`);
  return cursor.take(bytes, "an integer").readIntLE(0, bytes);
}

/**
 * Lengths at which servers differ: until May 2026 both families spent a byte more on them than is needed (Redis 15151,
 * Valkey 3601), and each walks wrongly over what the other wrote. Here both are read, and the older is written.
 */
const BORDERS = [16383, 2097151, 268435455];
export const SMALLEST_BORDER = 16383;
const isBorder = (length: number): boolean => BORDERS.includes(length);

/** Whether it has an element that one of two releases of the same version would stumble over. */
export function hasBorderElement(bytes: Buffer): boolean {
  return whole(() => {
    const cursor = new Cursor(bytes);
    cursor.take(HEAD, "the head of a listpack");
    while (cursor.left > 0 && cursor.bytes[cursor.at] !== END) {
      const start = cursor.at;
      itemAfter(cursor.byte("an element of a listpack"), start, cursor);
      if (isBorder(cursor.at - start)) return true;
      cursor.take(backBytes(cursor.at - start), "the back length of an element");
    }
    return false;
  });
}

function backBytes(length: number): number {
  if (length <= 127) return 1;
  if (length < 16383) return 2;
  if (length < 2097151) return 3;
  return length < 268435455 ? 4 : 5;
}

/** Small integers are stored as such, as the server does; 4096 and more bytes take a longer head. */
export function writeListpack(items: readonly Item[]): Buffer {
  const parts: Buffer[] = [];
  for (const item of items) {
    const body = Buffer.isBuffer(item) ? encodeString(item) : encodeInteger(BigInt(item));
    parts.push(body, backLength(body.length));
  }
  const head = Buffer.alloc(HEAD);
  const size = parts.reduce((sum, part) => sum + part.length, HEAD + 1);
  head.writeUInt32LE(size, 0);
  head.writeUInt16LE(Math.min(items.length, MANY), 4);
  return Buffer.concat([head, ...parts, Buffer.of(END)], size);
}

function encodeString(bytes: Buffer): Buffer {
  const { length } = bytes;
  if (length < 64) return Buffer.concat([Buffer.of(0x80 | length), bytes]);
  if (length < 4096) return Buffer.concat([Buffer.of(0xe0 | (length >> 8), length & 0xff), bytes]);
  const head = Buffer.alloc(5, LONG_STRING);
  head.writeUInt32LE(length, 1);
  return Buffer.concat([head, bytes]);
}

function encodeInteger(value: bigint): Buffer {
  if (value >= 0n && value <= 127n) return Buffer.of(Number(value));
  if (value >= -4096n && value <= 4095n) {
    const wide = Number(BigInt.asUintN(13, value));
    return Buffer.of(0xc0 | (wide >> 8), wide & 0xff);
  }
  for (const [code, bytes] of Object.entries(INT_BYTES)) {
    if (BigInt.asIntN(bytes * 8, value) !== value) continue;
    const body = Buffer.alloc(9, Number(code));
    body.writeBigInt64LE(value, 1);
    return body.subarray(0, 1 + bytes);
  }
  throw damaged(0, "an integer of 64 bits", String(value));
}

function backLength(length: number): Buffer {
  const bytes = Buffer.alloc(backBytes(length));
  let left = length;
  for (let i = bytes.length - 1; i >= 0; i--) {
    bytes[i] = (left & 127) | (i > 0 ? 128 : 0);
    left = Math.floor(left / 128);
  }
  return bytes;
}
