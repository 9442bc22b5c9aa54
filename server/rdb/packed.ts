import { Cursor } from "./cursor";
import { damaged, hex, whole } from "./damage";

/**
 * The packed forms before listpacks. Ziplist (up to 6.2): 4 bytes of size, 4 of where the last element stands, 2 of count,
 * elements behind the length of the one before, 0xff. Intset: width, count, that many integers. Zipmap (up to 2.4): pairs,
 * each value behind a byte that says how much room is free after it. Valkey's ziplist.c, intset.c and zipmap.c.
 */
const ZIPLIST_HEAD = 10;
const END = 0xff;
const MANY = 65535;
const BIG = 0xfe;
const INTEGERS: Readonly<Record<number, number>> = { 192: 2, 208: 4, 224: 8, 240: 3, 254: 1 };

export function readZiplist(bytes: Buffer, offset = 0): readonly Buffer[] {
  return whole(() => {
    const cursor = new Cursor(bytes, offset);
    const head = cursor.take(ZIPLIST_HEAD, "the head of a ziplist");
    const size = head.readUInt32LE(0);
    if (size !== bytes.length) throw damaged(offset, `a ziplist of ${bytes.length} bytes`, `one of ${size}`);
    const items: Buffer[] = [];
    for (;;) {
      const before = cursor.byte("an element of a ziplist");
      if (before === END) break;
      if (before === BIG) cursor.take(4, "the length of the element before");
      items.push(ziplistItem(cursor));
    }
    if (cursor.left > 0) throw damaged(cursor.offset, "nothing after the end of a ziplist", `${cursor.left} bytes`);
    const count = head.readUInt16LE(8);
    if (count !== MANY && count !== items.length)
      throw damaged(offset + 8, `a count of ${items.length} elements`, String(count));
    return items;
  });
}

function ziplistItem(cursor: Cursor): Buffer {
  const first = cursor.byte("an element of a ziplist");
  if (first < 0x40) return cursor.take(first, "a string");
  if (first < 0x80) return cursor.take(((first & 0x3f) << 8) | cursor.byte("a length"), "a string");
  if (first < 0xc0) return cursor.take(cursor.take(4, "a length").readUInt32BE(), "a string");
  if (first > 0xf0 && first < BIG) return digits((first & 0xf) - 1);
  const width = INTEGERS[first];
  if (width === undefined) throw damaged(cursor.offset - 1, "an element of a ziplist", `0x${hex(first)}`);
  return digits(width === 8 ? cursor.int64("an integer") : cursor.take(width, "an integer").readIntLE(0, width));
}

export function readIntset(bytes: Buffer, offset = 0): readonly Buffer[] {
  return whole(() => {
    const cursor = new Cursor(bytes, offset);
    const head = cursor.take(8, "the head of an intset");
    const width = head.readUInt32LE(0);
    const count = head.readUInt32LE(4);
    if (![2, 4, 8].includes(width)) throw damaged(offset, "integers of 2, 4 or 8 bytes", String(width));
    if (cursor.left !== width * count)
      throw damaged(offset + 4, `${count} integers of ${width} bytes`, `${cursor.left} bytes`);
    return Array.from({ length: count }, () =>
      digits(width === 8 ? cursor.int64("an integer") : cursor.take(width, "an integer").readIntLE(0, width)),
    );
  });
}

/** Keys and values in turn. */
export function readZipmap(bytes: Buffer, offset = 0): readonly Buffer[] {
  return whole(() => {
    const cursor = new Cursor(bytes, offset);
    cursor.byte("the head of a zipmap");
    const items: Buffer[] = [];
    for (;;) {
      const first = cursor.byte("a key of a zipmap");
      if (first === END) break;
      items.push(cursor.take(zipmapLength(first, cursor), "a key"));
      const length = zipmapLength(cursor.byte("a length"), cursor);
      const free = cursor.byte("a count of free bytes");
      items.push(cursor.take(length, "a value"));
      cursor.take(free, "free bytes");
    }
    if (cursor.left > 0) throw damaged(cursor.offset, "nothing after the end of a zipmap", `${cursor.left} bytes`);
    return items;
  });
}

const zipmapLength = (first: number, cursor: Cursor): number =>
  first === BIG ? cursor.take(4, "a length").readUInt32LE() : first;

const digits = (value: number | bigint): Buffer => Buffer.from(String(value), "latin1");
