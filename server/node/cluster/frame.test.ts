import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BusReader, MEMBER_LIMIT_BYTES, STRANGER_LIMIT_BYTES } from "./bus-reader";
import { decodeFrame } from "./decode-frame";
import { encodeFrame } from "./encode-frame";
import { AT, type Body, type Frame, FrameRefusal, type Gossip, HEAD_BYTES, type Head, KINDS } from "./frame";
import { SLOT_BYTES } from "./slot-bits";

const id = fc.stringMatching(/^[0-9a-f]{40}$/);
const port = fc.integer({ min: 0, max: 65535 });
const epoch = fc.maxSafeNat();
const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((raw) => Buffer.from(raw));
const free = fc.uint8Array({ maxLength: 300 }).map((raw) => Buffer.from(raw));
const ip = fc.constantFrom("", "127.0.0.1", "fe80::1%eth0", "2001:db8:0:0:0:0:0:1");
const flags = fc.integer({ min: 0, max: 1023 });

const head: fc.Arbitrary<Head> = fc.record({
  sender: id,
  primary: fc.option(id, { nil: undefined }),
  currentEpoch: epoch,
  configEpoch: epoch,
  offset: epoch,
  slots: bytes(SLOT_BYTES),
  ip,
  port,
  plainPort: port,
  busPort: port,
  flags,
  isDown: fc.boolean(),
  marks: fc.constantFrom(0, 1, 2, 3),
});
const seconds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const gossip: fc.Arbitrary<Gossip> = fc.record({
  id,
  pingSentSec: seconds,
  pongReceivedSec: seconds,
  ip,
  port,
  plainPort: port,
  busPort: port,
  flags,
});
const body: fc.Arbitrary<Body> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("ping" as const, "pong" as const, "meet" as const),
    gossip: fc.array(gossip, { maxLength: 5 }),
    hostname: fc.option(fc.stringMatching(/^[a-z0-9.-]{1,40}$/), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant("fail" as const), about: id }),
  fc.record({ kind: fc.constantFrom("publish" as const, "publishshard" as const), channel: free, message: free }),
  fc.record({ kind: fc.constant("update" as const), about: id, configEpoch: epoch, slots: bytes(SLOT_BYTES) }),
  fc.record({ kind: fc.constantFrom("auth-req" as const, "auth-ack" as const, "mfstart" as const) }),
);
const frame: fc.Arbitrary<Frame> = fc.record({ head, body });
const hasHostname = (one: Frame) => "hostname" in one.body && one.body.hostname !== undefined;

describe("messages of the bus", () => {
  test("come out as they went in", () => {
    fc.assert(
      fc.property(frame, (sent) => {
        const got = decodeFrame(encodeFrame(sent));
        const marks = sent.head.marks | (hasHostname(sent) ? 4 : 0);
        expect(got).toEqual({ ...sent, head: { ...sent.head, marks } });
      }),
      { numRuns: 300 },
    );
  });

  test("are cut out of a stream, however it comes", () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 5000 }), (sent, size) => {
        const stream = Buffer.concat(sent.map(encodeFrame));
        const reader = new BusReader();
        const got: string[] = [];
        for (let at = 0; at < stream.length; at += size) {
          reader.take(stream.subarray(at, at + size));
          for (let one = reader.next(); one; one = reader.next()) got.push(one.toString("hex"));
        }
        expect(got).toEqual(sent.map((one) => encodeFrame(one).toString("hex")));
        expect(reader.heldBytes).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test("of later versions and kinds are passed over", () => {
    const [sample] = fc.sample(frame, { numRuns: 1, seed: 1 }) as [Frame];
    const later = encodeFrame(sample);
    later.writeUInt16BE(2, AT.version);
    expect(decodeFrame(later)).toBeUndefined();
    const unknown = encodeFrame(sample);
    unknown.writeUInt16BE(KINDS.length, AT.kind);
    expect(decodeFrame(unknown)).toBeUndefined();
  });

  test.each([
    ["another signature", (raw: Buffer) => raw.write("RCmB")],
    ["less than a head", (raw: Buffer) => raw.writeUInt32BE(HEAD_BYTES - 1, AT.length)],
    ["more than a stranger may send", (raw: Buffer) => raw.writeUInt32BE(STRANGER_LIMIT_BYTES + 1, AT.length)],
  ])("announcing %s break the link before they are held", (_, spoil) => {
    const [sample] = fc.sample(frame, { numRuns: 1, seed: 2 }) as [Frame];
    const raw = encodeFrame(sample);
    spoil(raw);
    const reader = new BusReader();
    reader.take(raw.subarray(0, 8));
    expect(() => reader.next()).toThrow(FrameRefusal);
  });

  /** A quick generator of chance: a million messages leave no time for a good one. */
  function chanceFrom(seed: number): (below: number) => number {
    let state = seed >>> 0 || 1;
    return (below) => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % below;
    };
  }

  test("that are damaged anywhere are read or refused, a million of them", () => {
    const seed = Date.now() % 2 ** 31;
    console.log(`seed ${seed}`);
    const chance = chanceFrom(seed);
    const samples = fc.sample(frame, { numRuns: 200, seed }).map(encodeFrame);
    const counts = { read: 0, refused: 0 };
    for (let round = 0; round < 1_000_000; round++) {
      const raw = samples[chance(samples.length)] as Buffer;
      const length = chance(8) === 0 ? chance(raw.length + 1) : raw.length;
      const damage = Array.from({ length: 1 + chance(3) }, () => {
        // Lengths, counts, marks and names stand in the head and the body; the slots between them are any bytes.
        const from = chance(2) === 0 ? chance(AT.slots) : AT.primary + chance(Math.max(1, raw.length - AT.primary));
        const old = raw[from] as number;
        raw[from] = chance(256);
        return [from, old] as const;
      });
      try {
        decodeFrame(raw.subarray(0, length));
        counts.read++;
      } catch (error) {
        if (!(error instanceof FrameRefusal)) throw error;
        counts.refused++;
      }
      for (const [at, old] of damage.reverse()) raw[at] = old;
    }
    expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(1000);
  }, 60_000);

  test("in a damaged stream never make a reader hold more than came, nor more than the limit", () => {
    const seed = Date.now() % 2 ** 31;
    console.log(`seed ${seed}`);
    const chance = chanceFrom(seed);
    const samples = fc.sample(frame, { numRuns: 50, seed }).map(encodeFrame);
    for (let round = 0; round < 5000; round++) {
      const reader = new BusReader();
      reader.limitBytes = MEMBER_LIMIT_BYTES;
      const raw = Buffer.from(samples[chance(samples.length)] as Buffer);
      raw[chance(AT.slots)] = chance(256);
      try {
        for (let at = 0; at < raw.length; at += 700) {
          reader.take(raw.subarray(at, at + 700));
          for (let one = reader.next(); one; one = reader.next()) decodeFrame(one);
        }
      } catch (error) {
        if (!(error instanceof FrameRefusal)) throw error;
      }
      expect(reader.heldBytes).toBeLessThanOrEqual(raw.length);
    }
  });
});
