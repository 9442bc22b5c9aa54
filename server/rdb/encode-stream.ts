import { streamEntries } from "./decode-stream";
import { type Item, writeListpack } from "./listpack";
import type { Loss } from "./losses";
import type { Output } from "./output";
import { familyOf, reads, TYPE } from "./types";
import type {
  StreamEntry,
  StreamGroup,
  StreamHistory,
  StreamId,
  StreamIdempotency,
  StreamNode,
  StreamValue,
} from "./value";

/** What a server gives a stream that says nothing of producers. */
const USUAL: StreamIdempotency = { durationSeconds: 100n, maxEntries: 100n, producers: [], added: 0n, duplicates: 0n };
/** "Not sure": the server finds it out when it can. */
const UNKNOWN_READ = 2n ** 64n - 1n;
const ZERO: StreamId = { ms: 0n, seq: 0n };

const FORMS = [TYPE.stream5, TYPE.stream4, TYPE.stream3, TYPE.stream2] as const;

/** Written in the newest form that `target` reads; what older forms leave out comes back as losses. */
export function encodeStream(stream: StreamValue, target: number, out: Output): readonly [number, readonly Loss[]] {
  const form = FORMS.find((type) => reads(target, type, familyOf(target))) ?? TYPE.stream1;
  out.each(stream.nodes, ({ id, listpack }) => out.string(id).string(listpack));
  out.length(stream.length);
  writeId(out, stream.lastId);
  if (form >= TYPE.stream2) {
    const { firstId, maxDeletedId, entriesAdded } = stream.history ?? guessHistory(stream);
    writeId(out, firstId);
    writeId(out, maxDeletedId);
    out.length(entriesAdded);
  }
  out.each(stream.groups, (group) => writeGroup(group, form, out));
  if (form >= TYPE.stream4) writeIdempotency(stream.idempotency ?? USUAL, out);
  return [form, lossesOf(stream, form)];
}

function writeGroup(group: StreamGroup, form: number, out: Output): void {
  out.string(group.name);
  writeId(out, group.lastId);
  if (form >= TYPE.stream2) out.length(group.entriesRead ?? UNKNOWN_READ);
  const released = new Set(group.released.map(idText));
  const pending = form >= TYPE.stream5 ? group.pending : group.pending.filter(({ id }) => !released.has(idText(id)));
  out.each(pending, ({ id, deliveredAtMs, deliveries }) => out.raw(packId(id)).int64(deliveredAtMs).length(deliveries));
  out.each(group.consumers, ({ name, seenAtMs, activeAtMs, pending }) => {
    out.string(name).int64(seenAtMs);
    if (form >= TYPE.stream3) out.int64(activeAtMs ?? seenAtMs);
    out.each(pending, (id) => out.raw(packId(id)));
  });
  if (form >= TYPE.stream5) out.each(group.released, (id) => out.raw(packId(id)));
}

function writeIdempotency(known: StreamIdempotency, out: Output): void {
  out.length(known.durationSeconds).length(known.maxEntries);
  out.each(known.producers, ({ id, entries }) =>
    out.string(id).each(entries, ({ token, id }) => writeId(out.string(token), id)),
  );
  out.length(known.added).length(known.duplicates);
}

function lossesOf(stream: StreamValue, form: number): readonly Loss[] {
  const { history, groups, idempotency = USUAL } = stream;
  const losses: Loss[] = [];
  if (form < TYPE.stream5 && groups.some(({ released }) => released.length > 0)) losses.push("stream-released");
  if (form < TYPE.stream4 && !isUsual(idempotency)) losses.push("stream-producers");
  const consumers = groups.flatMap((group) => group.consumers);
  const isActive = consumers.some(({ activeAtMs, seenAtMs }) => (activeAtMs ?? seenAtMs) !== seenAtMs);
  if (form < TYPE.stream3 && isActive) losses.push("stream-activity");
  if (form < TYPE.stream2 && (tellsMore(stream, history) || groups.some((group) => group.entriesRead !== undefined)))
    losses.push("stream-history");
  return losses;
}

const isUsual = ({ durationSeconds, maxEntries, producers, added, duplicates }: StreamIdempotency): boolean =>
  durationSeconds === USUAL.durationSeconds &&
  maxEntries === USUAL.maxEntries &&
  producers.every(({ entries }) => entries.length === 0) &&
  added + duplicates === 0n;

/** Whether the history says what an older version would not work out by itself from the entries. */
function tellsMore(stream: StreamValue, history: StreamHistory | undefined): boolean {
  if (!history) return false;
  return history.entriesAdded !== stream.length || idText(history.maxDeletedId) !== idText(ZERO);
}

function guessHistory(stream: StreamValue): StreamHistory {
  const first = streamEntries(stream).next();
  return { firstId: first.done ? ZERO : first.value.id, maxDeletedId: ZERO, entriesAdded: stream.length };
}

const idText = ({ ms, seq }: StreamId): string => `${ms}-${seq}`;

function packId({ ms, seq }: StreamId): Buffer {
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeBigUInt64BE(ms, 0);
  bytes.writeBigUInt64BE(seq, 8);
  return bytes;
}

const writeId = (out: Output, { ms, seq }: StreamId): Output => out.length(ms).length(seq);

/** As stream-node-max-entries and stream-node-max-bytes are by default. */
const NODE_ENTRIES = 100;
const NODE_BYTES = 4096;

/** Packs entries, which must be in order, into nodes. */
export function packEntries(entries: readonly StreamEntry[]): readonly StreamNode[] {
  const nodes: StreamNode[] = [];
  for (let at = 0; at < entries.length; ) {
    let end = at;
    for (let bytes = 0; end < entries.length && end - at < NODE_ENTRIES && bytes < NODE_BYTES; end++)
      bytes += bytesOf(entries[end] as StreamEntry);
    nodes.push(packNode(entries.slice(at, end)));
    at = end;
  }
  return nodes;
}

const bytesOf = ({ fields }: StreamEntry): number =>
  fields.reduce((sum, [name, value]) => sum + name.length + value.length, 16);

const SAME_FIELDS = 2;

function packNode(entries: readonly StreamEntry[]): StreamNode {
  const [first] = entries as readonly [StreamEntry, ...StreamEntry[]];
  const master = first.fields.map(([name]) => name);
  const items: Item[] = [entries.length, 0, master.length, ...master, 0];
  for (const { id, fields } of entries) {
    const isSame = fields.length === master.length && fields.every(([name], i) => name.equals(master[i] as Buffer));
    const start = items.length;
    items.push(isSame ? SAME_FIELDS : 0, distance(first.id.ms, id.ms), distance(first.id.seq, id.seq));
    if (!isSame) items.push(fields.length);
    for (const [name, value] of fields) items.push(...(isSame ? [value] : [name, value]));
    items.push(items.length - start);
  }
  return { id: packId(first.id), listpack: writeListpack(items) };
}

const distance = (from: bigint, to: bigint): bigint => BigInt.asIntN(64, to - from);
