import { describe, expect, test } from "vitest";
import { isOpsError } from "@/lib/errors";
import { decodeValue } from "./decode";
import { dumpOf, functionsDump, readDump } from "./dump";
import { encodeValue } from "./encode";
import { packEntries } from "./encode-stream";
import { writeListpack } from "./listpack";
import type { Loss } from "./losses";
import { Output } from "./output";
import { recode } from "./recode";
import type { KeyRecord, RawValue } from "./records";
import { restorable } from "./restore";
import { TYPE } from "./types";
import type { StreamValue, Value } from "./value";
import { rdbVersionOf } from "./versions";
import { RdbWriter } from "./writer";

const text = (word: string) => Buffer.from(word);
const id = (ms: bigint) => ({ ms, seq: 0n });
const hash: Value = {
  type: "hash",
  fields: [
    { field: text("stays"), value: text("1"), expiresAtMs: undefined },
    { field: text("goes"), value: text("2"), expiresAtMs: 1_900_000_000_000n },
  ],
};
const stream: StreamValue = {
  type: "stream",
  nodes: packEntries([{ id: id(1n), fields: [[text("a"), text("b")]] }]),
  length: 1n,
  lastId: id(1n),
  history: { firstId: id(1n), maxDeletedId: id(0n), entriesAdded: 1n },
  groups: [],
  idempotency: undefined,
};
const consumer = { name: text("anna"), seenAtMs: 5n, activeAtMs: 5n, pending: [id(1n)] };
const group = {
  name: text("readers"),
  lastId: id(1n),
  entriesRead: 1n,
  pending: [{ id: id(1n), deliveredAtMs: 5n, deliveries: 1n }],
  consumers: [consumer],
  released: [],
};
const producers = [{ id: text("p"), entries: [{ token: text("t"), id: id(1n) }] }];
const usual = { durationSeconds: 100n, maxEntries: 100n, producers: [], added: 0n, duplicates: 0n };

const written = (value: Value, version: number): RawValue => encodeValue(value, version).value;
const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (!isOpsError(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
  return "no refusal";
};

describe("to an older version", () => {
  test("what the target knows goes as it is, byte for byte", () => {
    for (const [value, from, to] of [
      [hash, 12, 14],
      [stream, 10, 80],
      [stream, 9, 12],
    ] as const) {
      const raw = written(value, from);
      expect(recode(raw, { version: to }, "k").value).toBe(raw);
    }
  });

  test("fields that expire change their form between the families", () => {
    for (const [from, to] of [
      [12, 80],
      [80, 12],
      [80, 14],
    ] as const) {
      const { value, dropped } = recode(written(hash, from), { version: to }, "k");
      expect(dropped).toEqual([]);
      expect(value.type).toBe(to === 80 ? TYPE.hashExpiring : TYPE.hashExpiringMin);
      expect(decodeValue(value)).toEqual(hash);
    }
  });

  test("a stream without what came later loses nothing on its way down", () => {
    const plain = { ...stream, idempotency: usual, groups: [] };
    for (const version of [9, 10, 11, 13, 80]) {
      const { value, dropped } = recode(written(plain, 14), { version }, "k");
      expect(dropped).toEqual([]);
      expect(decodeValue(value)).toMatchObject({ nodes: stream.nodes, length: 1n, lastId: id(1n) });
    }
  });

  const released = { ...stream, groups: [{ ...group, consumers: [], released: [id(1n)] }] };
  const cases: readonly (readonly [Loss, Value, from: number, to: number, RegExp])[] = [
    ["field-expiries", hash, 12, 11, /only whole keys expire/],
    ["field-expiries", hash, 80, 10, /only whole keys expire/],
    [
      "stream-history",
      { ...stream, history: { ...stream.history, entriesAdded: 9n } } as Value,
      10,
      9,
      /added, deleted and read/,
    ],
    ["stream-history", { ...stream, groups: [group] }, 10, 9, /added, deleted and read/],
    [
      "stream-activity",
      { ...stream, groups: [{ ...group, consumers: [{ ...consumer, activeAtMs: 4n }] }] },
      11,
      10,
      /consumers/,
    ],
    ["stream-producers", { ...stream, idempotency: { ...usual, producers } }, 13, 12, /producers sent/],
    ["stream-producers", { ...stream, idempotency: { ...usual, durationSeconds: 7n } }, 13, 80, /producers sent/],
    ["stream-released", released, 14, 13, /belong to no consumer/],
  ];
  test.each(cases)("%s (%#) is refused by name, and gone only where it was accepted", (loss, value, from, to, why) => {
    const raw = written(value, from);
    const said = refusal(() => recode(raw, { version: to }, "orders:7"));
    expect(said).toMatch(/^refused: orders:7 cannot be written for RDB version \d+/);
    expect(said).toMatch(why);
    const { value: older, dropped } = recode(raw, { version: to, accepts: [loss] }, "orders:7");
    expect(dropped).toEqual([loss]);
    expect(decodeValue(older)?.type).toBe(value.type);
  });

  test("an entry that was given back is pending no longer, where it could not be", () => {
    const { value } = recode(written(released, 14), { version: 11, accepts: ["stream-released"] }, "k");
    expect(decodeValue(value)).toMatchObject({ groups: [{ pending: [], released: [] }] });
  });

  test("elements that releases pack in two ways are written where nobody packs them, or refused", () => {
    const border = Buffer.alloc(16378, "x");
    const list = new Output()
      .length(1)
      .length(2)
      .string(writeListpack([text("a"), border]))
      .flush();
    const { value, dropped } = recode(
      { type: TYPE.listQuicklist2, family: "redis", bytes: list },
      { version: 14 },
      "k",
    );
    expect(dropped).toEqual([]);
    expect(value.type).toBe(TYPE.list);
    expect(decodeValue(value)).toEqual({ type: "list", items: [text("a"), border] });

    const nodes = packEntries([{ id: id(1n), fields: [[text("a"), border]] }]);
    const raw = written({ ...stream, nodes }, 11);
    expect(refusal(() => recode(raw, { version: 11 }, "k"))).toMatch(/^refused: k .*may crash/);
    const accepted = recode(raw, { version: 11, accepts: ["packed-borders"] }, "k");
    expect(accepted).toEqual({ value: raw, dropped: ["packed-borders"] });
  });

  test("what has no older form is refused whatever is accepted", () => {
    const array = { type: TYPE.array, family: "redis", bytes: Buffer.from([0, 0]) } as const;
    expect(refusal(() => recode(array, { version: 12 }, "k"))).toMatch(
      /^refused: k is stored as array, which RDB version 12/,
    );
    expect(recode(array, { version: 14 }, "k").value).toBe(array);
  });
});

describe("payloads", () => {
  const meta = Buffer.from([1, 65, 65, 65, 65, 2, 7, 0]);
  const key = (overrides: Partial<KeyRecord> = {}): KeyRecord => ({
    kind: "key",
    db: 0,
    key: text("{a}1"),
    expiresAtMs: 5n,
    idleSeconds: undefined,
    frequency: undefined,
    value: written(stream, 10),
    meta: undefined,
    ...overrides,
  });

  test("come back as they were, for their target", () => {
    for (const version of [10, 14, 80]) {
      const { payload, slot, expiresAtMs } = restorable(key(), { version });
      expect({ slot, expiresAtMs }).toEqual({ slot: 15495, expiresAtMs: 5n });
      expect(readDump(payload)).toMatchObject({ version, value: { type: TYPE.stream2, bytes: key().value.bytes } });
    }
  });

  test("what modules attached stays with Redis 8.6 and later, else it is refused", () => {
    const record = key({ meta });
    expect(readDump(restorable(record, { version: 14 }).payload).meta).toEqual(meta);
    expect(refusal(() => restorable(record, { version: 12 }))).toMatch(/^refused: \{a\}1 .*metadata/);
    const accepted = restorable(record, { version: 80, accepts: ["key-metadata"] });
    expect(accepted.dropped).toEqual(["key-metadata"]);
    expect(readDump(accepted.payload).meta).toBeUndefined();
  });

  test.each([
    ["too short", (payload: Buffer) => payload.subarray(0, 10), /more than 10 bytes/],
    [
      "changed",
      (payload: Buffer) => Buffer.from(payload.map((byte, i) => (i === 3 ? byte ^ 1 : byte))),
      /checksum at byte/,
    ],
    ["of a version to come", (payload: Buffer) => dumpOf(readDump(payload).value, 15), /RDB version 15/],
    ["cut inside", (payload: Buffer) => dumpOf({ ...readDump(payload).value, bytes: Buffer.of(9) }, 10), /not whole/],
    [
      "of more than a value",
      (payload: Buffer) => dumpOf({ ...readDump(payload).value, type: 0, bytes: Buffer.from([1, 97, 98]) }, 10),
      /1 more bytes/,
    ],
    [
      "of no type",
      (payload: Buffer) => dumpOf({ ...readDump(payload).value, type: 99 }, 10),
      /a type of RDB version 10/,
    ],
  ])("%s are refused", (_, spoil, expected) => {
    const payload = dumpOf(written(stream, 10), 10);
    expect(refusal(() => readDump(spoil(payload)))).toMatch(expected);
  });

  test("one of functions is code behind its opcode", () => {
    const payload = functionsDump([text("#!lua name=a\n")], 10);
    expect(payload.subarray(0, 6)).toEqual(Buffer.from([245, 0x80, 0, 0, 0, 13]));
  });
});

test("a file for an older version leaves out only what was accepted", () => {
  const library = { kind: "function", code: text("#!lua name=a") } as const;
  expect(refusal(() => new RdbWriter({ version: 9 }).write(library))).toMatch(/no functions/);
  const writer = new RdbWriter({ version: 9, accepts: ["functions"] });
  writer.write(library);
  writer.write({ kind: "slot", slot: 1, keys: 1, expiring: 0 });
  expect([...writer.dropped]).toEqual([["functions", 1]]);
  expect(writer.end()).toHaveLength(9 + 1 + 8);
});

test.each([
  ["redis", "5.0.14", 9],
  ["redis", "6.2.6", 9],
  ["redis", "7.0.15", 10],
  ["redis", "7.2.4", 11],
  ["redis", "7.4.1", 12],
  ["redis", "8.4.0", 12],
  ["redis", "8.6.2", 13],
  ["redis", "8.10.1", 14],
  ["redis", "255.255.255", 14],
  ["redis", "4.0.9", undefined],
  ["valkey", "7.2.8", 11],
  ["valkey", "8.1.1", 11],
  ["valkey", "9.0.1", 80],
  ["valkey", "unknown", undefined],
] as const)("%s %s has RDB version %s", (family, release, version) => {
  expect(rdbVersionOf(family, release)).toBe(version);
});
