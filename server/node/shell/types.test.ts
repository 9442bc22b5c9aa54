import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startNode, type TestNode } from "@/server/testing/node";
import { until } from "@/server/testing/until";
import { embeddedServer } from "../testing/embedded";
import { RawClient } from "../testing/raw-client";
import { PLACE_KEYS, placeCommandOf } from "./places.fixture";
import { type Chance, commandOf, KEYS } from "./types.fixture";

/**
 * Thousands of commands by chance, of hashes, lists, sets and sorted sets, then of bits, HyperLogLogs, places and sorting: redis-server
 * 7.0.15 answers the same.
 */
const PORT = 7310;
const ROUNDS = 4000;
const PLACE_ROUNDS = 2500;
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const folder = mkdtempSync(join(tmpdir(), "shardboard-types-"));
let ours: TestNode;
let theirs: TestNode;

beforeAll(async () => {
  const engine = await embeddedServer(folder);
  ours = await startNode({ port: PORT, engine, cluster: false });
  theirs = await startNode({ port: PORT + 1, cluster: false });
});

afterAll(async () => {
  await Promise.all([ours?.close(), theirs?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** Numbers of 32 bits from a seed (mulberry32). */
function chanceOf(seed: number): Chance {
  let state = seed;
  return (count) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  };
}

/** In what order a set or a hash is told is the server's own. */
const UNORDERED = /^(SMEMBERS|SINTER|SUNION|SDIFF|HGETALL|HKEYS|HVALS|HSCAN|SSCAN|ZSCAN)$/;
const sorted = (reply: string) => reply.split("\r\n").sort().join("\n");

type Run = { readonly version: number; readonly rounds: number; readonly keys: readonly string[] };

/** What the two answered differently; no more than twenty. */
async function differencesOf(next: (chance: Chance) => readonly string[], { version, rounds, keys }: Run) {
  console.log(`seed ${seed}`);
  const chance = chanceOf(seed + version);
  const [mine, other] = [await RawClient.open(ours.port), await RawClient.open(theirs.port)];
  for (const key of keys) for (const one of [mine, other]) await one.ask("SINTERSTORE", key, "nosuch");
  await Promise.all([mine.ask("HELLO", String(version)), other.ask("HELLO", String(version))]);
  const differences: string[] = [];
  for (let round = 0; round < rounds && differences.length < 20; round++) {
    const args = next(chance);
    const [got, wanted] = await Promise.all([mine.ask(...args), other.ask(...args)]);
    const isSame = UNORDERED.test(args[0] ?? "") ? sorted(got) === sorted(wanted) : got === wanted;
    if (!isSame)
      differences.push(`${args.join(" ")}\n  redis ${JSON.stringify(wanted)}\n  ours  ${JSON.stringify(got)}`);
  }
  mine.close();
  other.close();
  return differences.join("\n");
}

test.each([2, 3])("every type answers as redis does in RESP%i", async (version) => {
  expect(await differencesOf(commandOf, { version, rounds: ROUNDS, keys: KEYS })).toBe("");
});

test.each([2, 3])("bits, places and HyperLogLogs answer as redis does in RESP%i", async (version) => {
  expect(await differencesOf(placeCommandOf, { version, rounds: PLACE_ROUNDS, keys: PLACE_KEYS })).toBe("");
});

const waits: readonly (readonly [waiting: string, pushing: readonly string[]])[] = [
  ["BLPOP w1 w2 0", ["RPUSH w2 a b", "LLEN w2"]],
  ["BRPOP w1 5", ["MULTI", "RPUSH w1 a", "RPUSH w1 b", "EXEC", "LRANGE w1 0 -1"]],
  ["BLPOP w1 0.5", ["SADD w1 a"]],
  ["BLMOVE w1 w2 LEFT RIGHT 0", ["SET w2 string", "RPUSH w1 a", "LRANGE w1 0 -1"]],
  ["BRPOPLPUSH w1 w2 0", ["RPUSH w1 a", "LRANGE w2 0 -1"]],
  ["BLMPOP 0 2 w1 w2 LEFT COUNT 2", ["RPUSH w2 a b c", "LRANGE w2 0 -1"]],
  ["BZPOPMIN w1 w2 0", ["SADD w1 a", "ZADD w2 1 a 2 b", "ZCARD w2"]],
  ["BZPOPMAX w1 0", ["ZADD w1 1 a 2 b", "ZCARD w1"]],
  ["BZMPOP 0 1 w1 MAX COUNT 5", ["ZADD w1 1 a 2 b", "EXISTS w1"]],
];

test.each(waits)("%s waits as in redis", async (waiting, pushing) => {
  const replies: string[][] = [];
  for (const port of [ours.port, theirs.port]) {
    const [blocked, other] = [await RawClient.open(port), await RawClient.open(port)];
    await other.ask("DEL", "w1", "w2");
    const answer = blocked.ask(...waiting.split(" "));
    const isWaiting = async () => /blocked_clients:1/.test(await other.ask("INFO", "clients"));
    await until(`${waiting} to wait`, 5000, isWaiting);
    const told: string[] = [];
    for (const command of pushing) told.push(await other.ask(...command.split(" ")));
    replies.push([await answer, ...told]);
    blocked.close();
    other.close();
  }
  expect(replies[0]).toEqual(replies[1]);
});

test("clients are served in the order they came, and what is served once is gone", async () => {
  const clients = [await RawClient.open(ours.port), await RawClient.open(ours.port), await RawClient.open(ours.port)];
  const [first, second, pusher] = clients as [RawClient, RawClient, RawClient];
  await pusher.ask("DEL", "w1");
  const blocked = (count: number) => async () =>
    (await pusher.ask("INFO", "clients")).includes(`blocked_clients:${count}`);
  const one = first.ask("BLPOP", "w1", "0");
  await until("the first to wait", 5000, blocked(1));
  const two = second.ask("BLPOP", "w1", "0");
  await until("both to wait", 5000, blocked(2));
  await pusher.ask("RPUSH", "w1", "a", "b", "c");
  expect([await one, await two]).toEqual(["*2\r\n$2\r\nw1\r\n$1\r\na\r\n", "*2\r\n$2\r\nw1\r\n$1\r\nb\r\n"]);
  expect(await pusher.ask("LRANGE", "w1", "0", "-1")).toBe("*1\r\n$1\r\nc\r\n");
  for (const client of clients) client.close();
});

const objects = [
  "SET o1 12345",
  "BLPOP w1 -1",
  "BLPOP w1 x",
  "BLMPOP 0 0 w1 LEFT",
  "BZMPOP 0 1 w1 UP",
  "OBJECT ENCODING o1",
  "SET o1 text",
  "OBJECT ENCODING o1",
  "OBJECT ENCODING nosuch",
  "OBJECT REFCOUNT o1",
  "OBJECT FREQ o1",
  "MEMORY USAGE nosuch",
  "MEMORY USAGE o1 SAMPLES x",
  "DEL o2",
  "SADD o2 1 2",
  "OBJECT ENCODING o2",
  "SADD o2 x",
  "OBJECT ENCODING o2",
  "COPY o1 o3",
  "COPY o1 o3",
  "COPY o2 o3 REPLACE",
  "SCARD o3",
  "COPY o1 o1",
  "COPY nosuch o9",
  "DEL o3",
  "RPUSH o3 a",
  "OBJECT ENCODING o3",
  "DEL o3",
  "ZADD o3 1 a",
  "OBJECT ENCODING o3",
  "OBJECT NOSUCH o3",
  `ZADD o3 1 ${"m".repeat(65)}`,
  "OBJECT ENCODING o3",
  "ZREM o3 a",
  "OBJECT ENCODING o3",
];

test("objects say what they are as in redis", async () => {
  const [mine, other] = [await RawClient.open(ours.port), await RawClient.open(theirs.port)];
  for (const command of objects) {
    const args = command.split(" ");
    expect(`${command}: ${await mine.ask(...args)}`).toBe(`${command}: ${await other.ask(...args)}`);
  }
  mine.close();
  other.close();
});

const restores = [
  "r1 0 P",
  "r1 0 P",
  "r1 0 P REPLACE",
  "r1 0 P ABSTTL REPLACE",
  "r1 1 P ABSTTL REPLACE",
  "r1 1 P ABSTTL",
  "r1 100000 P REPLACE",
  "r1 9999999999999 P ABSTTL replace",
  "r1 -1 P REPLACE",
  "r1 x P REPLACE",
  "r1 x P",
  "r2 0 P IDLETIME 10",
  "r2 0 P REPLACE IDLETIME -1",
  "r2 0 P REPLACE IDLETIME x",
  "r2 0 P REPLACE IDLETIME",
  "r2 0 P REPLACE FREQ 255",
  "r2 0 P REPLACE FREQ 256",
  "r2 0 P REPLACE FREQ -1",
  "r2 0 P REPLACE FREQ x",
  "r2 0 P REPLACE FREQ 5 IDLETIME 5",
  "r2 0 P REPLACE IDLETIME 5 FREQ 5",
  "r2 0 P REPLACE IDLETIME 5 IDLETIME 6",
  "r2 0 P REPLACE NOSUCH",
  "r2 0 P REPLACE REPLACE ABSTTL ABSTTL",
  "r2 0 x REPLACE",
  "r2 0 P",
  "r2 x x NOSUCH",
];

test("RESTORE takes its options as in redis", async () => {
  const [mine, other] = [await RawClient.open(ours.port), await RawClient.open(theirs.port)];
  for (const one of [mine, other]) await one.ask("DEL", "r0", "r1", "r2");
  await other.ask("RPUSH", "r0", "a", "1");
  const reply = await other.ask("DUMP", "r0");
  const payload = reply.slice(reply.indexOf("\r\n") + 2, -2);
  for (const command of restores) {
    const args = ["RESTORE", ...command.split(" ").map((word) => (word === "P" ? payload : word))];
    const asked = [args, ["EXISTS", "r1", "r2"], ["LRANGE", "r1", "0", "-1"]];
    for (const each of asked)
      expect(`${command}: ${each[0]} ${await mine.ask(...each)}`).toBe(
        `${command}: ${each[0]} ${await other.ask(...each)}`,
      );
    const lives = await Promise.all([mine.ask("PEXPIRETIME", "r1"), other.ask("PEXPIRETIME", "r1")]);
    const [life = 0, otherLife = 0] = lives.map((line) => Number(line.slice(1)));
    expect(Math.abs(life - otherLife)).toBeLessThan(5000);
  }
  mine.close();
  other.close();
});
