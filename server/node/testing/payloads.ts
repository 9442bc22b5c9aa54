import fc from "fast-check";
import { dumpOf } from "@/server/rdb/dump";
import { encodeValue } from "@/server/rdb/encode";
import { type Item, writeListpack } from "@/server/rdb/listpack";
import { Output } from "@/server/rdb/output";
import type { RawValue } from "@/server/rdb/records";
import { plainValue, rawValue, stream } from "@/server/rdb/testing/arbitrary";
import { TYPE } from "@/server/rdb/types";
import type { Chance } from "../simulation/chance";

const VERSION = 10;
const redis = (type: number, bytes: Buffer): RawValue => ({ type, family: "redis", bytes });
const string = (bytes: Buffer): Buffer => new Output().string(bytes).flush();

/** Every byte as it is, in runs of 32: compressed in form, not in size; and a run of one byte, which is really short. */
function lzf(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 32) {
    const run = bytes.subarray(at, at + 32);
    parts.push(Buffer.of(run.length - 1), run);
  }
  const packed = Buffer.concat(parts);
  return new Output().byte(0xc3).length(packed.length).length(bytes.length).raw(packed).flush();
}
const repeated = new Output()
  .byte(0xc3)
  .length(5)
  .length(265)
  .raw(Buffer.of(0, 97, 0xe0, 0xff, 0))
  .flush();

/** Strings shorter than 64 bytes alone. */
function ziplist(items: readonly string[]): Buffer {
  const parts: Buffer[] = [];
  let before = 0;
  for (const item of items) {
    const entry = Buffer.concat([Buffer.of(before, item.length), Buffer.from(item, "latin1")]);
    parts.push(entry);
    before = entry.length;
  }
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(10);
  head.writeUInt32LE(body.length + 11, 0);
  head.writeUInt32LE(10 + body.length - before, 4);
  head.writeUInt16LE(items.length, 8);
  return Buffer.concat([head, body, Buffer.of(0xff)]);
}

function intset(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 + values.length * 2);
  bytes.writeUInt32LE(2, 0);
  bytes.writeUInt32LE(values.length, 4);
  for (const [at, value] of values.entries()) bytes.writeInt16LE(value, 8 + at * 2);
  return bytes;
}

const zipmap = Buffer.from([2, 1, 97, 1, 0, 98, 1, 99, 2, 1, 100, 101, 0, 0xff]);

/** Values in all the forms that redis 7.0 reads, as they stand on disk. */
export function forms(seed: number): readonly RawValue[] {
  const packed: readonly Item[] = ["a", "1", "bb", "2", "c".repeat(70), "3.5"].map((text) => Buffer.from(text));
  const integers: readonly Item[] = [1, 127, -4000, 70_000, 2 ** 40, -3];
  const two = (bytes: Buffer) => Buffer.concat([new Output().length(2).flush(), bytes, bytes]);
  const lists = [writeListpack(packed), writeListpack(integers)];
  return [
    ...fc.sample(plainValue, { seed, numRuns: 40 }).map((value) => encodeValue(value, VERSION).value),
    ...fc.sample(stream, { seed, numRuns: 12 }).map((value) => encodeValue(value, VERSION).value),
    ...fc.sample(rawValue(TYPE.module, "redis"), { seed, numRuns: 6 }).map((bytes) => redis(TYPE.module, bytes)),
    ...fc.sample(rawValue(TYPE.stream1, "redis"), { seed, numRuns: 6 }).map((bytes) => redis(TYPE.stream1, bytes)),
    redis(TYPE.string, repeated),
    redis(TYPE.string, lzf(Buffer.from("x".repeat(90)))),
    redis(TYPE.zsetText, Buffer.from("\x03\x01a\x031.5\x01b\xfe\x01c\xff", "latin1")),
    redis(TYPE.hashZipmap, string(zipmap)),
    redis(TYPE.listZiplist, string(ziplist(["a", "bc", "", "x".repeat(60)]))),
    redis(TYPE.hashZiplist, string(ziplist(["a", "1", "b", "2"]))),
    redis(TYPE.zsetZiplist, string(ziplist(["a", "1", "b", "2.5"]))),
    redis(TYPE.listQuicklist, two(string(ziplist(["a", "b", "c"])))),
    redis(TYPE.listQuicklist, two(lzf(ziplist(["a", "b", "c"])))),
    redis(TYPE.setIntset, string(intset([-5, 1, 17]))),
    redis(TYPE.setIntset, lzf(intset([-5, 1, 17]))),
    redis(TYPE.zsetListpack, string(writeListpack(packed))),
    ...lists.flatMap((list) => [
      redis(TYPE.hashListpack, string(list)),
      redis(TYPE.hashListpack, lzf(list)),
      redis(TYPE.listQuicklist2, two(Buffer.concat([Buffer.of(2), string(list)]))),
      redis(TYPE.listQuicklist2, two(Buffer.concat([Buffer.of(2), lzf(list)]))),
    ]),
    redis(TYPE.listQuicklist2, two(Buffer.concat([Buffer.of(1), string(Buffer.from("plain"))]))),
  ];
}

/** Lengths that promise much, in every form that has one. */
const PROMISES = [
  [0x80, 0xff, 0xff, 0xff, 0xff],
  [0x80, 0x7f, 0xff, 0xff, 0xff],
  [0x81, 0, 0, 0, 1, 0, 0, 0, 0],
  [0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x7f, 0xff],
  [0xc3, 5, 0x80, 0xff, 0xff, 0xff, 0xff],
  [0xc3, 0, 0],
  [0xf0, 0xff, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0xff],
  [0, 0, 0, 0],
  [0xff],
].map((bytes) => Buffer.from(bytes));

/** The value with something inside it that nobody should have written. */
export function damagedInside({ type, bytes }: RawValue, chance: Chance): RawValue {
  let body = Buffer.from(bytes);
  for (let hits = 1 + chance.below(3); hits > 0; hits--) {
    const at = chance.below(body.length + 1);
    const kind = chance.below(6);
    if (kind <= 1 && body.length > 0) body[Math.min(at, body.length - 1)] = chance.below(256);
    else if (kind === 2 && at < body.length) body[at] = (body[at] as number) ^ (1 << chance.below(8));
    else if (kind === 3) body = Buffer.concat([body.subarray(0, at), chance.pick(PROMISES), body.subarray(at)]);
    else if (kind === 4) {
      const promise = chance.pick(PROMISES);
      body = Buffer.concat([body.subarray(0, at), promise, body.subarray(at + promise.length)]);
    } else body = chance.happens(0.5) ? body.subarray(0, at) : Buffer.concat([body, chance.bytes(chance.below(9))]);
  }
  return redis(chance.happens(0.1) ? chance.below(30) : type, body);
}

/** Sealed with a right checksum: what is wrong is inside. */
export const sealed = (value: RawValue, version = VERSION): Buffer => dumpOf(value, version);
