import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startNode, type TestNode } from "@/server/testing/node";
import { embeddedServer } from "../testing/embedded";
import { RawClient } from "../testing/raw-client";
import { type Chance, commandOf, KEYS } from "./types.fixture";

/** Thousands of commands of hashes, lists, sets and sorted sets, by chance: redis-server 7.0.15 answers the same, and loads what DUMP says. */
const PORT = 7310;
const ROUNDS = 4000;
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

test.each([2, 3])("every type answers as redis does in RESP%i", async (version) => {
  console.log(`seed ${seed}`);
  const chance = chanceOf(seed + version);
  const [mine, other] = [await RawClient.open(ours.port), await RawClient.open(theirs.port)];
  for (const key of KEYS) for (const one of [mine, other]) await one.ask("SINTERSTORE", key, "nosuch");
  await Promise.all([mine.ask("HELLO", String(version)), other.ask("HELLO", String(version))]);
  const differences: string[] = [];
  for (let round = 0; round < ROUNDS && differences.length < 20; round++) {
    const args = commandOf(chance);
    const [got, wanted] = await Promise.all([mine.ask(...args), other.ask(...args)]);
    const isSame = UNORDERED.test(args[0] ?? "") ? sorted(got) === sorted(wanted) : got === wanted;
    if (!isSame)
      differences.push(`${args.join(" ")}\n  redis ${JSON.stringify(wanted)}\n  ours  ${JSON.stringify(got)}`);
  }
  mine.close();
  other.close();
  expect(differences.join("\n")).toBe("");
});
