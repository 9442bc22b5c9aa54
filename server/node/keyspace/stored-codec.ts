import { decodeValue } from "@/server/rdb/decode";
import { encodeValue } from "@/server/rdb/encode";
import { type Item, readItems, writeListpack } from "@/server/rdb/listpack";
import { Output } from "@/server/rdb/output";
import type { RawValue } from "@/server/rdb/records";
import { TYPE } from "@/server/rdb/types";
import type { Value } from "@/server/rdb/value";
import { readInteger } from "../commands/numbers";
import { setOf } from "../commands/sets";
import { zsetOf } from "../commands/zset-values";
import type { NodeParts } from "../parts";
import { RDB_VERSION, type ValueCodec } from "../replication/value-codec";
import { doubleText } from "../resp/reply-writer";
import { Deque } from "./deque";
import { Dict } from "./dict";
import type { StoredList, StoredValue } from "./value";

type Settings = NodeParts["settings"];

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

/** What redis 7.0 reads of values; a higher type is of a later release. */
const NEWEST_TYPE = TYPE.stream2;
/** A list's items stand together in listpacks of this size; one that is larger stands alone. */
const NODE_BYTES = 8192;
const PLAIN = 1;
const PACKED = 2;

/** Values as redis 7.0 writes them, by their encoding; read from every form that it reads. */
export const storedCodec = (settings: Settings): ValueCodec => ({ encode, decode: (raw) => decode(raw, settings) });

function encode(value: StoredValue): RawValue {
  switch (value.type) {
    case "string":
      return encodeValue(value, RDB_VERSION).value;
    case "list":
      return raw(TYPE.listQuicklist2, listBytes(value));
    case "hash":
      if (value.encoding === "listpack")
        return packed(
          TYPE.hashListpack,
          [...value.fields].flatMap(([field, bytes]) => [itemOf(latin1(field)), itemOf(bytes)]),
        );
      return plain({
        type: "hash",
        fields: [...value.fields].map(([field, bytes]) => ({
          field: latin1(field),
          value: bytes,
          expiresAtMs: undefined,
        })),
      });
    case "set":
      if (value.encoding === "intset") return raw(TYPE.setIntset, string(intsetOf(value.members.names)));
      return plain({ type: "set", members: value.members.names.map(latin1) });
    case "zset": {
      const members = value.sorted.slice(0, value.sorted.size - 1);
      if (value.encoding === "listpack")
        return packed(
          TYPE.zsetListpack,
          members.flatMap(({ member, score }) => [itemOf(latin1(member)), itemOf(latin1(doubleText(score)))]),
        );
      return plain({
        type: "zset",
        members: [...members].reverse().map(({ member, score }) => ({ member: latin1(member), score })),
      });
    }
    case "stream":
    case "module":
      return value.raw;
  }
}

const raw = (type: number, bytes: Buffer): RawValue => ({ type, family: "redis", bytes });
const plain = (value: Value): RawValue => encodeValue(value, RDB_VERSION).value;
const string = (bytes: Buffer): Buffer => new Output().string(bytes).flush();
const packed = (type: number, items: readonly Item[]): RawValue => raw(type, string(writeListpack(items)));
const itemOf = (bytes: Buffer): Item => readInteger(bytes) ?? bytes;

function listBytes({ items }: StoredList): Buffer {
  const out = new Output();
  let count = 0;
  let group: Item[] = [];
  let bytes = 0;
  const close = () => {
    if (group.length > 0) out.length(PACKED).string(writeListpack(group));
    if (group.length > 0) count++;
    group = [];
    bytes = 0;
  };
  for (const item of items) {
    if (item.length >= NODE_BYTES / 2) {
      close();
      out.length(PLAIN).string(item);
      count++;
      continue;
    }
    if (bytes + item.length > NODE_BYTES) close();
    group.push(itemOf(item));
    bytes += item.length + 3;
  }
  close();
  return Buffer.concat([new Output().length(count).flush(), out.flush()]);
}

/** Sorted, all of the width of the widest. */
function intsetOf(members: readonly string[]): Buffer {
  const values = members.map(BigInt).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const fits = (bits: number) => values.every((value) => BigInt.asIntN(bits, value) === value);
  const width = fits(16) ? 2 : fits(32) ? 4 : 8;
  const bytes = Buffer.alloc(8 + values.length * width);
  bytes.writeUInt32LE(width, 0);
  bytes.writeUInt32LE(values.length, 4);
  values.forEach((value, index) => {
    const at = 8 + index * width;
    if (width === 8) bytes.writeBigInt64LE(value, at);
    else bytes.writeIntLE(Number(value), at, width);
  });
  return bytes;
}

function decode(value: RawValue, settings: Settings): StoredValue {
  const { type, bytes } = value;
  if (type > NEWEST_TYPE) throw new Error(`values of type ${type} are of a later release than 7.0`);
  if (type === TYPE.module) return { type: "module", raw: owned(value) };
  if (type === TYPE.stream1 || type === TYPE.stream2) return { type: "stream", raw: opened(owned(value)) };
  const decoded = decodeValue({ type, family: "redis", bytes });
  if (!decoded) throw new Error(`values of type ${type} are not known`);
  return storedOf(decoded, settings);
}

/** What is carried unopened is opened once: damage that is taken in would come to light when it is saved or sent on. */
function opened(stream: RawValue): RawValue {
  const decoded = decodeValue(stream);
  if (decoded?.type === "stream") for (const { listpack } of decoded.nodes) readItems(listpack);
  return stream;
}

const owned = (value: RawValue): RawValue => ({ ...value, bytes: Buffer.from(value.bytes) });

function storedOf(value: Value, settings: Settings): StoredValue {
  switch (value.type) {
    case "stream":
      throw new Error("streams are carried, not opened");
    case "string":
      return { type: "string", bytes: Buffer.from(value.bytes) };
    case "list":
      whole("list", value.items.length, value.items.length);
      return { type: "list", items: Deque.of(value.items.map((item) => Buffer.from(item))), encoding: "quicklist" };
    case "set": {
      const set = setOf(
        value.members.map((member) => member.toString("latin1")),
        settings,
      );
      whole("set", value.members.length, set.members.size);
      return set;
    }
    case "zset": {
      if (value.members.some(({ score }) => Number.isNaN(score))) throw new Error("a score is not a number");
      const members = value.members.map(({ member, score }) => ({ member: member.toString("latin1"), score }));
      const zset = zsetOf(members, settings);
      whole("sorted set", members.length, zset.sorted.size);
      return zset;
    }
    case "hash": {
      const fields = new Dict<Buffer>();
      let longest = 0;
      for (const { field, value: bytes } of value.fields) {
        fields.set(field.toString("latin1"), Buffer.from(bytes));
        longest = Math.max(longest, field.length, bytes.length);
      }
      whole("hash", value.fields.length, fields.size);
      const isSmall =
        longest <= settings.number("hash-max-listpack-value") &&
        fields.size <= settings.number("hash-max-listpack-entries");
      return { type: "hash", fields, encoding: isSmall ? "listpack" : "hashtable" };
    }
  }
}

function whole(what: string, told: number, held: number): void {
  if (told === 0) throw new Error(`an empty ${what} is no value`);
  if (told !== held) throw new Error(`a ${what} of ${told} elements names some twice`);
}
