import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOpsError } from "@/lib/errors";
import { Cursor } from "./cursor";
import { Short } from "./damage";
import { layoutOf } from "./layouts";
import { RdbParser } from "./parser";
import type { ContentRecord, RdbRecord } from "./records";
import { Skipper } from "./skipper";
import { bytes, rawValue } from "./testing/arbitrary";
import { type Family, familyOf, reads } from "./types";
import { RdbWriter } from "./writer";

const TYPES = Array.from({ length: 30 }, (_, type) => type);
const known = (["redis", "valkey"] as const).flatMap((family) =>
  TYPES.filter((type) => layoutOf(type, family)).map((type) => ({ family, type })),
);

describe("walking over values", () => {
  test.each(known)("$family type $type ends where it ends, however the bytes come", ({ family, type }) => {
    const layout = layoutOf(type, family) ?? [];
    fc.assert(
      fc.property(rawValue(type, family), fc.integer({ min: 1, max: 9 }), (value, size) => {
        const skipper = new Skipper();
        skipper.start(layout);
        const cursor = new Cursor(Buffer.alloc(0));
        let end = 0;
        for (;;) {
          try {
            skipper.run(cursor);
            break;
          } catch (error) {
            if (!(error instanceof Short)) throw error;
            end = Math.min(value.length, end + size);
            cursor.bytes = value.subarray(0, end);
          }
        }
        expect(cursor.at).toBe(value.length);
      }),
      { numRuns: 30 },
    );
  });
});

const record = (version: number): fc.Arbitrary<ContentRecord> => {
  const family: Family = familyOf(version);
  const types = TYPES.filter((type) => layoutOf(type, family) && reads(version, type, family));
  const value = fc
    .constantFrom(...types)
    .chain((type) => rawValue(type, family).map((raw) => ({ type, family, bytes: raw })));
  const maybe = <T>(item: fc.Arbitrary<T>) => fc.option(item, { nil: undefined });
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("key" as const),
        db: fc.constant(0),
        key: bytes(),
        expiresAtMs: maybe(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
        idleSeconds: maybe(fc.nat()),
        frequency: maybe(fc.nat(255)),
        value,
        meta: fc.constant(undefined),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("aux" as const),
        name: fc.constantFrom("ctime", "redis-ver"),
        value: bytes(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("function" as const), code: bytes() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("resize" as const), keys: fc.nat(), expiring: fc.nat() }) },
  );
};

const file = fc.constantFrom(10, 11, 12, 13, 14, 80).chain((version) =>
  fc.array(record(version), { maxLength: 12 }).map((records) => {
    const writer = new RdbWriter({ version });
    for (const each of records) writer.write(each);
    return { version, records, bytes: writer.end() };
  }),
);

function parse(input: Buffer, size: number, options = {}): readonly RdbRecord[] {
  const parser = new RdbParser(options);
  const records: RdbRecord[] = [];
  for (let at = 0; at < input.length; at += size)
    records.push(...parser.push(Buffer.from(input.subarray(at, at + size))));
  parser.end();
  return records;
}

const failure = (input: Buffer, size = 64, options = {}): string => {
  try {
    parse(input, size, options);
  } catch (error) {
    if (!isOpsError(error)) throw error;
    return error.message;
  }
  return "no error";
};

describe("files", () => {
  test("what was written is read, in pieces of any size", () => {
    fc.assert(
      fc.property(file, fc.integer({ min: 1, max: 200 }), ({ version, records, bytes }, size) => {
        const read = parse(bytes, size);
        expect(read[0]).toEqual({ kind: "header", family: familyOf(version), version });
        expect(read.at(-1)).toEqual({ kind: "end", checksum: "verified", bytes: bytes.length });
        expect(read.slice(1, -1).filter(({ kind }) => kind !== "db")).toEqual(records);
        const sized = parse(bytes, size, { values: "skipped" }).filter((one) => one.kind === "sized-key");
        expect(sized.map((one) => one.bytes)).toEqual(
          records.flatMap((one) => (one.kind === "key" ? one.value.bytes.length : [])),
        );
      }),
    );
  });

  test("a changed bit is always found, and said with its place", () => {
    fc.assert(
      fc.property(file, fc.nat(), fc.nat(7), fc.integer({ min: 1, max: 90 }), ({ bytes }, at, bit, size) => {
        const changed = Buffer.from(bytes);
        const place = at % bytes.length;
        changed[place] = (changed[place] as number) ^ (1 << bit);
        expect(failure(changed, size)).toMatch(/at byte \d+|RDB version \d+/);
      }),
    );
  });

  test("a cut is always found", () => {
    fc.assert(
      fc.property(file, fc.nat(), fc.integer({ min: 1, max: 90 }), ({ bytes }, at, size) => {
        expect(failure(bytes.subarray(0, at % bytes.length), size)).toMatch(/ends at byte \d+, where/);
      }),
    );
  });

  const header = Buffer.from("REDIS0011");
  const behind = (...parts: readonly number[]) => Buffer.concat([header, Buffer.from(parts)]);
  test.each([
    ["another file", Buffer.from("PK\x03\x04 and so on"), /byte 0: expected REDIS or VALKEY/],
    ["a version of the other family", Buffer.from("VALKEY011"), /RDB version 11 \(VALKEY\)/],
    ["a version that is to come", Buffer.from("REDIS0015"), /RDB version 15 .*5–14/],
    ["one from before checksums", Buffer.from("REDIS0004"), /RDB version 4/],
    ["an unknown opcode", behind(200), /byte 9: expected a type or opcode of this version, found 200/],
    ["functions of a release candidate", behind(246), /byte 9: .*246/],
    ["a length that is none", behind(254, 0x82), /byte 10: expected a database number, found 0x82/],
    ["a string that is none", behind(0, 0xc4), /byte 10: expected a key, found 0xc4/],
    [
      "a length above all",
      behind(1, 1, 97, 0x81, 255, 255, 255, 255, 255, 255, 255, 255),
      /found the length 18446744073709551615/,
    ],
    [
      "a value above the limit",
      behind(0, 1, 97, 0x80, 0, 0, 2, 0),
      /value of a at byte 12 has 517 bytes or more; values above 256/,
    ],
    ["a key above the limit", behind(0, 0x80, 0, 0, 4, 0, ...new Array(500).fill(1)), /value of a name at byte 9 has/],
    [
      "more slot ranges than slots",
      Buffer.from([...Buffer.from("VALKEY080"), 243, 1, 97, 0x80, 0, 1, 0, 0]),
      /slot ranges up to 16384/,
    ],
    [
      "more behind the end",
      Buffer.concat([new RdbWriter({ version: 11 }).end(), Buffer.from("x")]),
      /nothing more after the checksum/,
    ],
  ])("%s is refused", (_, input, expected) => {
    expect(failure(input, 64, { maxValueBytes: 256 })).toMatch(expected);
  });

  test("memory is taken for what came, not for what was promised", () => {
    const promises: readonly (readonly number[])[] = [
      [0, 1, 97, 0x80, 0x18, 0, 0, 0],
      [1, 1, 97, 0x80, 0xff, 0xff, 0xff, 0xff],
      [0, 0x80, 0x18, 0, 0, 0],
      [245, 0xc3, 0x80, 0x18, 0, 0, 0, 0x80, 0x18, 0, 0, 0],
    ];
    for (const promise of promises) {
      const before = process.memoryUsage().arrayBuffers;
      const parser = new RdbParser();
      parser.push(behind(...promise));
      for (let i = 0; i < 16; i++) parser.push(Buffer.alloc(64 * 1024));
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
    }
  });

  test("a file without a checksum says so", () => {
    const written = new RdbWriter({ version: 11 }).end();
    written.fill(0, written.length - 8);
    expect(parse(written, 5).at(-1)).toEqual({ kind: "end", checksum: "absent", bytes: written.length });
  });
});
