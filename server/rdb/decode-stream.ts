import { type Cursor, many } from "./cursor";
import { damaged } from "./damage";
import { type Item, readItems } from "./listpack";
import { TYPE } from "./types";
import type {
  StreamConsumer,
  StreamEntry,
  StreamGroup,
  StreamId,
  StreamIdempotency,
  StreamNode,
  StreamValue,
} from "./value";

/**
 * Streams, in five forms that each add something behind or inside the one before: 1 (5.0), 2 (7.0: first and greatest
 * deleted ID, entries added, entries read), 3 (7.2: when a consumer was last active), 4 (Redis 8.6: idempotent
 * producers), 5 (Redis 8.8: entries that were given back). The rule is rdbLoadObject in rdb.c of both families.
 */
export function decodeStream(type: number, cursor: Cursor): StreamValue {
  const isAtLeast = (form: number) => type >= form;
  const nodes = many(cursor, () => node(cursor));
  const length = cursor.unsigned("the length of a stream");
  const lastId = idOf(cursor);
  const history = isAtLeast(TYPE.stream2)
    ? { firstId: idOf(cursor), maxDeletedId: idOf(cursor), entriesAdded: cursor.unsigned("a count of added entries") }
    : undefined;
  const groups = many(cursor, () => group(type, cursor));
  const idempotency = isAtLeast(TYPE.stream4) ? idempotencyOf(cursor) : undefined;
  return { type: "stream", nodes, length, lastId, history, groups, idempotency };
}

const idOf = (cursor: Cursor): StreamId => ({
  ms: cursor.unsigned("a stream ID"),
  seq: cursor.unsigned("a stream ID"),
});

function rawId(cursor: Cursor): StreamId {
  return openId(cursor.take(ID_BYTES, "a stream ID"));
}

const ID_BYTES = 16;
const openId = (bytes: Buffer): StreamId => ({ ms: bytes.readBigUInt64BE(0), seq: bytes.readBigUInt64BE(8) });

function node(cursor: Cursor): StreamNode {
  const { offset } = cursor;
  const id = cursor.string("the ID of a stream's node");
  if (id.length !== ID_BYTES) throw damaged(offset, "a stream ID of 16 bytes", `${id.length} bytes`);
  return { id, listpack: cursor.string("a stream's node") };
}

function group(type: number, cursor: Cursor): StreamGroup {
  return {
    name: cursor.string("the name of a group"),
    lastId: idOf(cursor),
    entriesRead: type >= TYPE.stream2 ? cursor.unsigned("a count of read entries") : undefined,
    pending: many(cursor, () => ({
      id: rawId(cursor),
      deliveredAtMs: cursor.int64("a time of delivery"),
      deliveries: cursor.unsigned("a count of deliveries"),
    })),
    consumers: many(cursor, () => consumer(type, cursor)),
    released: type >= TYPE.stream5 ? many(cursor, () => rawId(cursor)) : [],
  };
}

const consumer = (type: number, cursor: Cursor): StreamConsumer => ({
  name: cursor.string("the name of a consumer"),
  seenAtMs: cursor.int64("a time"),
  activeAtMs: type >= TYPE.stream3 ? cursor.int64("a time") : undefined,
  pending: many(cursor, () => rawId(cursor)),
});

const idempotencyOf = (cursor: Cursor): StreamIdempotency => ({
  durationSeconds: cursor.unsigned("a duration"),
  maxEntries: cursor.unsigned("a count"),
  producers: many(cursor, () => ({
    id: cursor.string("a producer"),
    entries: many(cursor, () => ({ token: cursor.string("a producer's token"), id: idOf(cursor) })),
  })),
  added: cursor.unsigned("a count"),
  duplicates: cursor.unsigned("a count"),
});

const DELETED = 1;
const SAME_FIELDS = 2;

/**
 * The entries of a node that are not deleted. Its listpack begins with a master entry (entries, deleted ones, field names,
 * 0); each entry is flags, distance of ms and of seq from the node's ID, names and values (values alone when they
 * have the master's names), and how many elements that was.
 */
export function* streamEntries({ nodes }: Pick<StreamValue, "nodes">): Generator<StreamEntry> {
  for (const node of nodes) yield* nodeEntries(node);
}

function* nodeEntries({ id, listpack }: StreamNode): Generator<StreamEntry> {
  const items = readItems(listpack);
  let at = 0;
  const next = (): Item => {
    const item = items[at++];
    if (item === undefined) throw damaged(0, "one more element of a stream's node", "its end");
    return item;
  };
  const integer = (): bigint => wideOf(next());
  const count = (): number => Number(integer());
  const names = (howMany: number) => Array.from({ length: bounded(howMany, items.length) }, () => bytesOf(next()));

  const total = count() + count();
  const shared = names(count());
  integer();
  const base = openId(id);
  for (let i = 0; i < total; i++) {
    const flags = count();
    const ms = BigInt.asUintN(64, base.ms + integer());
    const seq = BigInt.asUintN(64, base.seq + integer());
    const fields =
      flags & SAME_FIELDS
        ? shared.map((name) => [name, bytesOf(next())] as const)
        : Array.from({ length: bounded(count(), items.length) }, () => [bytesOf(next()), bytesOf(next())] as const);
    integer();
    if (!(flags & DELETED)) yield { id: { ms, seq }, fields };
  }
  if (at !== items.length) throw damaged(0, `a stream's node of ${at} elements`, String(items.length));
}

function bounded(count: number, most: number): number {
  if (count < 0 || count > most) throw damaged(0, `a count of fields up to ${most}`, String(count));
  return count;
}

function wideOf(item: Item): bigint {
  if (!Buffer.isBuffer(item)) return BigInt(item);
  const text = item.toString("latin1");
  if (!/^-?\d+$/.test(text)) throw damaged(0, "an integer in a stream's node", JSON.stringify(text));
  return BigInt(text);
}

const bytesOf = (item: Item): Buffer => (Buffer.isBuffer(item) ? item : Buffer.from(String(item), "latin1"));
