import { Cursor, many } from "./cursor";
import { damaged, whole } from "./damage";
import { decodeStream } from "./decode-stream";
import { readListpack } from "./listpack";
import { readIntset, readZiplist, readZipmap } from "./packed";
import type { RawValue } from "./records";
import { TYPE, typeName } from "./types";
import type { HashField, Value } from "./value";

/**
 * A value as what it means. Undefined: its type is known only as bytes (modules, arrays, rate limits). Throws OpsError
 * `invalid` with the offset inside the value where it is damaged.
 */
export function decodeValue({ type, family, bytes }: RawValue): Value | undefined {
  const cursor = new Cursor(bytes);
  return whole(() => {
    const value = decode(type, family === "valkey", cursor);
    if (value && cursor.left > 0)
      throw damaged(cursor.offset, `the end of ${typeName(type)}`, `${cursor.left} more bytes`);
    return value;
  });
}

function decode(type: number, isValkey: boolean, cursor: Cursor): Value | undefined {
  switch (type) {
    case TYPE.string:
      return { type: "string", bytes: cursor.string("a string") };
    case TYPE.list:
    case TYPE.listZiplist:
    case TYPE.listQuicklist:
    case TYPE.listQuicklist2:
      return { type: "list", items: listItems(type, cursor) };
    case TYPE.set:
      return { type: "set", members: many(cursor, () => cursor.string("a member")) };
    case TYPE.setIntset:
      return { type: "set", members: packed(cursor, readIntset) };
    case TYPE.setListpack:
      return { type: "set", members: packed(cursor, readListpack) };
    case TYPE.zset:
    case TYPE.zsetText:
    case TYPE.zsetZiplist:
    case TYPE.zsetListpack:
      return { type: "zset", members: zsetMembers(type, cursor) };
    case TYPE.hashExpiring:
    case TYPE.hashExpiringMin:
    case TYPE.hashExpiringListpack:
    case TYPE.hashExpiringListpackCandidate:
      return { type: "hash", fields: expiringFields(type, isValkey, cursor) };
    case TYPE.hash:
      return { type: "hash", fields: many(cursor, () => field(cursor, undefined)) };
    case TYPE.hashZipmap:
      return { type: "hash", fields: pairs(packed(cursor, readZipmap)) };
    case TYPE.hashZiplist:
      return { type: "hash", fields: pairs(packed(cursor, readZiplist)) };
    case TYPE.hashListpack:
      return { type: "hash", fields: pairs(packed(cursor, readListpack)) };
    case TYPE.stream1:
    case TYPE.stream2:
    case TYPE.stream3:
    case TYPE.stream4:
    case TYPE.stream5:
      return decodeStream(type, cursor);
  }
  return undefined;
}

function packed(cursor: Cursor, read: (bytes: Buffer, offset: number) => readonly Buffer[]): readonly Buffer[] {
  const { offset } = cursor;
  return read(cursor.string("packed elements"), offset);
}

const PLAIN = 1;

function listItems(type: number, cursor: Cursor): readonly Buffer[] {
  if (type === TYPE.list) return many(cursor, () => cursor.string("an item"));
  if (type === TYPE.listZiplist) return packed(cursor, readZiplist);
  if (type === TYPE.listQuicklist) return many(cursor, () => packed(cursor, readZiplist)).flat();
  return many(cursor, () => {
    const container = cursor.length("the form of a list's node");
    return container === PLAIN ? [cursor.string("an item")] : packed(cursor, readListpack);
  }).flat();
}

function zsetMembers(type: number, cursor: Cursor) {
  if (type === TYPE.zset)
    return many(cursor, () => ({ member: cursor.string("a member"), score: cursor.double("a score") }));
  if (type === TYPE.zsetText)
    return many(cursor, () => ({ member: cursor.string("a member"), score: textScore(cursor) }));
  const items = packed(cursor, type === TYPE.zsetZiplist ? readZiplist : readListpack);
  return grouped(items, 2).map(([member, score]) => ({ member, score: scoreOf(score.toString("latin1")) }));
}

const NAMED_SCORES: Readonly<Record<number, number>> = {
  253: Number.NaN,
  254: Number.POSITIVE_INFINITY,
  255: Number.NEGATIVE_INFINITY,
};

function textScore(cursor: Cursor): number {
  const length = cursor.byte("a score");
  return NAMED_SCORES[length] ?? scoreOf(cursor.take(length, "a score").toString("latin1"));
}

function scoreOf(text: string): number {
  const named = /^([+-]?)inf(inity)?$/i.exec(text);
  if (named) return named[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const score = Number(text);
  if (text.trim() === "" || (Number.isNaN(score) && !/nan/i.test(text)))
    throw damaged(0, "a score", JSON.stringify(text));
  return score;
}

const field = (cursor: Cursor, expiresAtMs: bigint | undefined): HashField => ({
  field: cursor.string("a field"),
  value: cursor.string("a value"),
  expiresAtMs,
});

const pairs = (items: readonly Buffer[]): readonly HashField[] =>
  grouped(items, 2).map(([field, value]) => ({ field, value, expiresAtMs: undefined }));

/** Valkey: −1 for none, else the time. Redis: 0 for none, else the time less the earliest one plus one; listpacks hold it whole. */
function expiringFields(type: number, isValkey: boolean, cursor: Cursor): readonly HashField[] {
  if (type === TYPE.hashExpiring && isValkey)
    return many(cursor, () => {
      const plain = field(cursor, undefined);
      const at = cursor.int64("an expiry");
      return at < 0n ? plain : { ...plain, expiresAtMs: at };
    });
  if (type === TYPE.hashExpiring || type === TYPE.hashExpiringMin) {
    const earliest = type === TYPE.hashExpiring ? 1n : cursor.int64("the earliest expiry");
    return many(cursor, () => {
      const beyond = cursor.unsigned("an expiry");
      return field(cursor, beyond === 0n ? undefined : earliest + beyond - 1n);
    });
  }
  if (type === TYPE.hashExpiringListpack) cursor.int64("the earliest expiry");
  return grouped(packed(cursor, readListpack), 3).map(([field, value, text]) => {
    const digits = text?.toString("latin1") ?? "";
    if (!/^\d+$/.test(digits)) throw damaged(0, "the expiry of a field", JSON.stringify(digits));
    return { field, value, expiresAtMs: digits === "0" ? undefined : BigInt(digits) };
  });
}

function grouped(items: readonly Buffer[], size: number): readonly (readonly [Buffer, Buffer, Buffer | undefined])[] {
  if (items.length % size !== 0) throw damaged(0, `a number of elements that ${size} divides`, String(items.length));
  return Array.from({ length: items.length / size }, (_, i) => {
    const at = i * size;
    return [items[at] as Buffer, items[at + 1] as Buffer, size > 2 ? items[at + 2] : undefined];
  });
}
