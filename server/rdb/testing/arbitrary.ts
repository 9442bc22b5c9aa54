import fc from "fast-check";
import { packEntries } from "@/server/rdb/encode-stream";
import { layoutOf, type Part } from "@/server/rdb/layouts";
import { Output } from "@/server/rdb/output";
import type { Family } from "@/server/rdb/types";
import type { StreamEntry, StreamId, StreamValue, Value } from "@/server/rdb/value";

export const bytes = (maxLength = 80): fc.Arbitrary<Buffer> =>
  fc.oneof(
    fc.uint8Array({ maxLength }).map((array) => Buffer.from(array)),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((wide) => Buffer.from(String(wide))),
  );

const u64 = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 70_000n }));
const time = fc.bigInt({ min: 0n, max: 2n ** 48n });
const id: fc.Arbitrary<StreamId> = fc.record({ ms: u64, seq: u64 });

const entries: fc.Arbitrary<readonly StreamEntry[]> = fc
  .array(fc.record({ id, fields: fc.array(fc.tuple(bytes(9), bytes(40)), { minLength: 1, maxLength: 4 }) }), {
    maxLength: 130,
  })
  .map((list) => list.toSorted((a, b) => Number(a.id.ms - b.id.ms) || Number(a.id.seq - b.id.seq)));

const group = fc.record({
  name: bytes(9),
  lastId: id,
  entriesRead: u64,
  pending: fc.array(fc.record({ id, deliveredAtMs: time, deliveries: u64 }), { maxLength: 5 }),
  consumers: fc.array(
    fc.record({ name: bytes(9), seenAtMs: time, activeAtMs: time, pending: fc.array(id, { maxLength: 4 }) }),
    { maxLength: 3 },
  ),
  released: fc.constant([]),
});

export const stream: fc.Arbitrary<StreamValue> = fc.record({
  type: fc.constant("stream" as const),
  nodes: entries.map(packEntries),
  length: u64,
  lastId: id,
  history: fc.record({ firstId: id, maxDeletedId: id, entriesAdded: u64 }),
  groups: fc.array(group, { maxLength: 3 }),
  idempotency: fc.constant(undefined),
});

const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 30 });
const plainField = fc.record({ field: bytes(), value: bytes(), expiresAtMs: fc.constant(undefined) });
const expiringField = fc.record({ field: bytes(), value: bytes(), expiresAtMs: fc.option(time, { nil: undefined }) });

export const hash = fc.record({ type: fc.constant("hash" as const), fields: some(plainField) });
export const expiringHash = fc.record({ type: fc.constant("hash" as const), fields: some(expiringField) });

/** What every version from 5.0 on can hold. */
export const plainValue: fc.Arbitrary<Value> = fc.oneof(
  fc.record({ type: fc.constant("string" as const), bytes: bytes(300) }),
  fc.record({ type: fc.constant("list" as const), items: some(bytes()) }),
  fc.record({ type: fc.constant("set" as const), members: some(bytes()) }),
  fc.record({
    type: fc.constant("zset" as const),
    members: some(fc.record({ member: bytes(), score: fc.double({ noNaN: true }) })),
  }),
  hash,
);

/** Bytes that have a layout, whatever they mean. */
export function laidOut(parts: readonly Part[]): fc.Arbitrary<Buffer> {
  return fc.tuple(...parts.map(laidOutPart)).map((list) => Buffer.concat(list));
}

const written = (write: (out: Output) => unknown): Buffer => {
  const out = new Output();
  write(out);
  return out.flush();
};
const length = u64.map((value) => written((out) => out.length(value)));
const compressed = fc
  .tuple(fc.uint8Array({ maxLength: 40 }), fc.nat(400))
  .map(([raw, inflated]) => written((out) => out.byte(0xc3).length(raw.length).length(inflated).raw(Buffer.from(raw))));
const string = fc.oneof(
  bytes().map((raw) => written((out) => out.compactString(raw))),
  compressed,
);
const exactly = (count: number) => fc.uint8Array({ minLength: count, maxLength: count }).map((raw) => Buffer.from(raw));
const code = (number: number, what: fc.Arbitrary<Buffer>) => what.map((raw) => Buffer.concat([Buffer.of(number), raw]));
const modulePart = fc.oneof(
  code(1, length),
  code(2, length),
  code(3, exactly(4)),
  code(4, exactly(8)),
  code(5, string),
);
const element = fc
  .tuple(length, fc.oneof(code(0, string), code(1, exactly(8)), code(2, exactly(8)), code(3, string)))
  .map((list) => Buffer.concat(list));
const counted = (item: fc.Arbitrary<Buffer>, head: (count: number) => Buffer) =>
  fc.array(item, { maxLength: 6 }).map((items) => Buffer.concat([head(items.length), ...items]));
const score = fc.oneof(
  fc.constantFrom(253, 254, 255).map((sign) => Buffer.of(sign)),
  fc.constant(Buffer.from("\x031.5")),
);

function laidOutPart(part: Part): fc.Arbitrary<Buffer> {
  if (typeof part === "number") return exactly(part);
  if (typeof part === "object") return counted(laidOut(part.each), (count) => written((out) => out.length(count)));
  switch (part) {
    case "length":
      return length;
    case "string":
      return string;
    case "textDouble":
      return score;
    case "module":
      return fc.array(modulePart, { maxLength: 6 }).map((items) => Buffer.concat([...items, Buffer.of(0)]));
    case "element":
      return element;
    case "array":
      return counted(element, (count) =>
        written((out) =>
          out
            .length(count)
            .byte(1)
            .length(2n ** 40n),
        ),
      );
  }
}

/** A value of a type, on disk: its layout is right, what is in it means nothing. */
export const rawValue = (type: number, family: Family): fc.Arbitrary<Buffer> => laidOut(layoutOf(type, family) ?? []);
