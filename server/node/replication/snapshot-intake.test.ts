import { expect, test } from "vitest";
import { Crc64 } from "@/server/rdb/crc64";
import { Output } from "@/server/rdb/output";
import { OPCODE, TYPE } from "@/server/rdb/types";
import { NodeSettings } from "../config/settings";
import { Keyspace } from "../keyspace/keyspace";
import { storedCodec } from "../keyspace/stored-codec";
import { Chance } from "../simulation/chance";
import { damagedInside, forms } from "../testing/payloads";
import { readSnapshotHead, SnapshotIntake } from "./snapshot-intake";
import { SnapshotJob } from "./snapshot-job";

/** Full copies whose checksum is right and whose inside is not: refused, or taken in and good enough to be passed on. */
const SEED = Number(process.env.SEED ?? 8);
const ROUNDS = 10_000;
const MARK = "m".repeat(40);
const MOST_GROWN = 200 * 1024 * 1024;

test(`${ROUNDS} copies that are damaged inside, seed ${SEED}`, { timeout: 120_000 }, () => {
  const chance = new Chance(SEED);
  const values = forms(SEED);
  const codec = storedCodec(new NodeSettings());
  const into = new Keyspace(1, { now: () => 0 });
  const before = process.memoryUsage().rss;
  let taken = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const snapshot = copyOf(chance, values);
    const isMarked = chance.happens(0.5);
    into.first.clear();
    const head = isMarked ? `$EOF:${MARK}` : `$${snapshot.length}`;
    const intake = new SnapshotIntake(readSnapshotHead(head), { into, codec });
    try {
      for (const piece of pieces(isMarked ? Buffer.concat([snapshot, Buffer.from(MARK)]) : snapshot, chance))
        intake.push(piece);
      taken++;
    } catch (error) {
      expect((error as Error).message.length).toBeGreaterThan(10);
      continue;
    }
    expect(intake.isWhole).toBe(true);
    new SnapshotJob({ keyspace: into, codec, aux: {}, write: () => {} }).step(() => false);
  }
  expect(taken).toBeGreaterThan(ROUNDS / 50);
  expect(taken).toBeLessThan(ROUNDS);
  expect(process.memoryUsage().rss - before).toBeLessThan(MOST_GROWN);
});

test("a value of a later release is refused with its key and its type", () => {
  const out = new Output().raw(Buffer.from("REDIS0010")).byte(OPCODE.db).length(0).byte(TYPE.hashExpiringMin);
  const bytes = out.string(Buffer.from("odd")).int64(1n).length(0).flush();
  const codec = storedCodec(new NodeSettings());
  const intake = new SnapshotIntake({ bytes: 1000 }, { into: new Keyspace(1, { now: () => 0 }), codec });
  expect(() => intake.push(bytes)).toThrow(
    /^the key odd of database 0 \(hashExpiringMin\) is not held here: values of type 24/,
  );
});

function copyOf(chance: Chance, values: ReturnType<typeof forms>): Buffer {
  const out = new Output().raw(Buffer.from("REDIS0010")).byte(OPCODE.db).length(0);
  for (let key = chance.below(6); key >= 0; key--) {
    const whole = chance.pick(values);
    const { type, bytes } = chance.happens(0.3) ? damagedInside(whole, chance) : whole;
    if (chance.happens(0.2)) out.byte(OPCODE.expiryMs).int64(chance.bytes(8).readBigInt64LE());
    out
      .byte(type)
      .string(Buffer.from(`key ${key}`))
      .raw(bytes);
  }
  const body = out.byte(OPCODE.end).flush();
  return Buffer.concat([body, new Crc64().update(body).digest()]);
}

function* pieces(bytes: Buffer, chance: Chance): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + chance.below(bytes.length);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
