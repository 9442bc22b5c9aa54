import { expect, test } from "vitest";
import { Chance } from "../simulation/chance";
import { damagedInside, forms, sealed } from "../testing/payloads";
import { SoloNode } from "../testing/solo-node";

/** Payloads whose checksum is right and whose inside is not: taken or refused, and what was taken can be lived with. */
const SEED = Number(process.env.SEED ?? 7);
const ROUNDS = 100_000;
const READS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  string: [
    ["GET", "k"],
    ["APPEND", "k", "x"],
  ],
  list: [
    ["LRANGE", "k", "0", "-1"],
    ["RPUSH", "k", "x"],
    ["LPOP", "k"],
  ],
  hash: [
    ["HGETALL", "k"],
    ["HSET", "k", "f", "x"],
    ["HDEL", "k", "f"],
  ],
  set: [
    ["SMEMBERS", "k"],
    ["SADD", "k", "x"],
    ["SREM", "k", "x"],
  ],
  zset: [
    ["ZRANGE", "k", "0", "-1", "WITHSCORES"],
    ["ZADD", "k", "1", "x"],
    ["ZREM", "k", "x"],
  ],
  stream: [],
};
const REFUSALS = ["-ERR Bad data format\r\n", "-ERR DUMP payload version or checksum are wrong\r\n"];
const MOST_GROWN = 200 * 1024 * 1024;

test(`${ROUNDS} payloads that are damaged inside, seed ${SEED}`, { timeout: 120_000 }, () => {
  const chance = new Chance(SEED);
  const values = forms(SEED);
  const node = new SoloNode({ settings: { save: "", appendonly: "no" } });
  const client = node.client();
  const before = process.memoryUsage().rss;
  let accepted = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const payload = sealed(damagedInside(chance.pick(values), chance), chance.happens(0.9) ? 10 : chance.below(90));
    const answer = client.ask("RESTORE", "k", "0", payload, "REPLACE");
    if (answer !== "+OK\r\n") {
      if (!REFUSALS.includes(answer)) expect(`${payload.toString("hex")} ${answer}`).toBe("");
      continue;
    }
    if (++accepted % 4 > 0) continue;
    const type = client.ask("TYPE", "k").slice(1, -2);
    client.ask("DUMP", "k");
    for (const read of READS[type] ?? []) client.ask(...read);
    client.ask("MEMORY", "USAGE", "k");
    client.ask("COPY", "k", "copy", "REPLACE");
    if (accepted % 200 === 0) node.core.persistence.save();
  }
  expect(accepted).toBeGreaterThan(ROUNDS / 50);
  expect(accepted).toBeLessThan(ROUNDS);
  expect(process.memoryUsage().rss - before).toBeLessThan(MOST_GROWN);
});
