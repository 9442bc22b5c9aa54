import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOpsError } from "@/lib/errors";
import { decodeValue } from "./decode";
import { streamEntries } from "./decode-stream";
import { encodeValue } from "./encode";
import { writeListpack } from "./listpack";
import { Output } from "./output";
import { bytes, expiringHash, plainValue, stream } from "./testing/arbitrary";
import { type Family, TYPE } from "./types";
import type { Value } from "./value";

const VERSIONS = [9, 10, 11, 12, 13, 14, 80] as const;
const raw = (type: number, body: Buffer, family: Family = "redis") => ({ type, family, bytes: body });
const string = (body: readonly number[] | Buffer) => new Output().string(Buffer.from(body)).flush();

test("every value comes back from every version as it was", () => {
  fc.assert(
    fc.property(plainValue, fc.constantFrom(...VERSIONS), (value, version) => {
      const { value: encoded, losses } = encodeValue(value, version);
      expect(losses).toEqual([]);
      expect(decodeValue(encoded)).toEqual(value);
    }),
  );
});

test("fields that expire, where a version lets them", () => {
  fc.assert(
    fc.property(expiringHash, fc.constantFrom(12, 14, 80), (value, version) => {
      expect(decodeValue(encodeValue(value, version).value)).toEqual(value);
    }),
  );
});

test("streams with groups, consumers and what is pending", () => {
  fc.assert(
    fc.property(stream, fc.constantFrom(11, 12, 80), (value, version) => {
      const { value: encoded, losses } = encodeValue(value, version);
      expect(losses).toEqual([]);
      expect(decodeValue(encoded)).toEqual(value);
    }),
  );
});

describe("the forms of old servers", () => {
  const members = (...texts: readonly string[]): readonly Buffer[] => texts.map((text) => Buffer.from(text));
  const ziplist = [
    ...[0x22, 0, 0, 0, 0x1f, 0, 0, 0, 6, 0],
    ...[0, 1, 97, 3, 0xf3, 2, 0xfe, 0xfe, 3, 0xc0, 0, 1, 4, 0xf0, 1, 0, 0x80, 5, 0x40, 2, 98, 99, 0xff],
  ];
  test.each<readonly [string, number, Buffer, Partial<Value>]>([
    [
      "a ziplist",
      TYPE.listZiplist,
      string(sized(ziplist)),
      { type: "list", items: members("a", "2", "-2", "256", "-8388607", "bc") },
    ],
    [
      "a quicklist of ziplists",
      TYPE.listQuicklist,
      Buffer.concat([Buffer.of(2), string(sized(ziplist)), string(sized(ziplist))]),
      {
        items: [
          ...members("a", "2", "-2", "256", "-8388607", "bc"),
          ...members("a", "2", "-2", "256", "-8388607", "bc"),
        ],
      },
    ],
    ["an intset", TYPE.setIntset, string([2, 0, 0, 0, 2, 0, 0, 0, 0xff, 0xff, 5, 0]), { members: members("-1", "5") }],
    [
      "a zipmap",
      TYPE.hashZipmap,
      string([1, 1, 102, 2, 1, 118, 119, 0, 0xff]),
      {
        fields: [{ field: Buffer.from("f"), value: Buffer.from("vw"), expiresAtMs: undefined }],
      },
    ],
    [
      "scores as text",
      TYPE.zsetText,
      Buffer.from([3, 1, 97, 3, 49, 46, 53, 1, 98, 254, 1, 99, 255]),
      {
        members: [
          { member: Buffer.from("a"), score: 1.5 },
          { member: Buffer.from("b"), score: Number.POSITIVE_INFINITY },
          { member: Buffer.from("c"), score: Number.NEGATIVE_INFINITY },
        ],
      },
    ],
    [
      "expiring fields of a candidate",
      TYPE.hashExpiring,
      Buffer.from([2, 0, 1, 97, 1, 98, 7, 1, 99, 1, 100]),
      {
        fields: [
          { field: Buffer.from("a"), value: Buffer.from("b"), expiresAtMs: undefined },
          { field: Buffer.from("c"), value: Buffer.from("d"), expiresAtMs: 7n },
        ],
      },
    ],
  ])("%s", (_, type, body, expected) => {
    expect(decodeValue(raw(type, body))).toMatchObject(expected);
  });

  /** With its size where it says it. */
  function sized(body: readonly number[]): readonly number[] {
    return [body.length & 0xff, body.length >> 8, ...body.slice(2)];
  }
});

describe("damaged values", () => {
  const pack = (...items: readonly (string | number)[]) =>
    string(writeListpack(items.map((item) => (typeof item === "string" ? Buffer.from(item) : item))));
  test.each([
    [
      "a count of more than there is",
      TYPE.list,
      Buffer.from([0x81, 0, 0, 0, 1, 0, 0, 0, 0]),
      /ends at byte 9, where an item/,
    ],
    ["a compressed promise", TYPE.string, Buffer.from([0xc3, 2, 0x80, 255, 255, 255, 255, 0, 97]), /found 4294967295/],
    ["half a pair", TYPE.hashListpack, pack("a"), /that 2 divides, found 1/],
    ["a score of words", TYPE.zsetListpack, pack("a", "much"), /expected a score, found "much"/],
    [
      "an expiry of words",
      TYPE.hashExpiringListpack,
      Buffer.concat([Buffer.alloc(8), pack("a", "b", "soon")]),
      /expiry of a field/,
    ],
    [
      "a listpack of another size",
      TYPE.setListpack,
      string([99, 0, 0, 0, 0, 0, 255]),
      /a listpack of 7 bytes, found one of 99/,
    ],
    [
      "a listpack of another count",
      TYPE.setListpack,
      string([9, 0, 0, 0, 2, 0, 1, 1, 255]),
      /a count of 1 elements, found 2/,
    ],
    [
      "an intset of another count",
      TYPE.setIntset,
      string([2, 0, 0, 0, 255, 255, 255, 255, 1, 0]),
      /4294967295 integers/,
    ],
    ["an intset of odd integers", TYPE.setIntset, string([3, 0, 0, 0, 0, 0, 0, 0]), /2, 4 or 8 bytes, found 3/],
    ["more behind it", TYPE.string, Buffer.from([1, 97, 98]), /the end of string, found 1 more/],
    ["a node with a short ID", TYPE.stream1, Buffer.from([1, 1, 97, 0]), /a stream ID of 16 bytes/],
  ])("%s", (_, type, body, expected) => {
    expect(() => decodeValue(raw(type, body))).toThrow(expected);
  });

  test("any bytes are a value or an error that says where", () => {
    const types = Object.values(TYPE);
    fc.assert(
      fc.property(fc.constantFrom(...types), bytes(200), fc.boolean(), (type, body, isPacked) => {
        try {
          const value = decodeValue(raw(type, isPacked ? string(body) : body));
          if (value?.type === "stream") [...streamEntries(value)];
        } catch (error) {
          if (!isOpsError(error)) throw error;
          expect(error.message).toMatch(/byte \d+/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("a value that was hit by one bit is a value or an error", () => {
    const someValue = fc.oneof(plainValue, stream);
    fc.assert(
      fc.property(someValue, fc.nat(), fc.nat(7), (value, at, bit) => {
        const { value: encoded } = encodeValue(value, 11);
        const body = Buffer.from(encoded.bytes);
        const place = at % body.length;
        body[place] = (body[place] as number) ^ (1 << bit);
        try {
          const read = decodeValue({ ...encoded, bytes: body });
          if (read?.type === "stream") [...streamEntries(read)];
        } catch (error) {
          if (!isOpsError(error)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});
