import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Arg } from "@/server/link";
import { fillEveryType } from "@/server/rdb/testing/fill";
import { startNode, type TestNode } from "@/server/testing/node";
import { until } from "@/server/testing/until";
import { embeddedServer } from "../testing/embedded";
import { RawClient } from "../testing/raw-client";

const folder = mkdtempSync(join(tmpdir(), "shardboard-node-migrate-"));
const nodes: Record<string, TestNode> = {};
const NOBODY = "7799";

beforeAll(async () => {
  const embedded = await embeddedServer(folder);
  const config = ["enable-debug-command yes"];
  const start = async (name: string, port: number, engine: string | undefined) => {
    nodes[name] = await startNode({ port, engine, cluster: false, config });
  };
  await Promise.all([
    start("redis", 7620, undefined),
    start("another redis", 7621, undefined),
    start("embedded", 7622, embedded),
    start("another embedded", 7623, embedded),
  ]);
});
afterAll(async () => {
  await Promise.all(Object.values(nodes).map((node) => node.close()));
  rmSync(folder, { recursive: true, force: true });
});

const nodeOf = (name: string): TestNode => {
  const node = nodes[name];
  if (!node) throw new Error(`no node is called ${name}`);
  return node;
};

const PAIRS = [
  ["redis", "another redis"],
  ["redis", "embedded"],
  ["embedded", "redis"],
  ["embedded", "another embedded"],
] as const;

const said = (answer: Promise<unknown>) => answer.then(String, (error: Error) => `-${error.message}`);

/** What each of these is answered, and what is left on both sides after it. */
async function transcript(source: TestNode, target: TestNode): Promise<readonly string[]> {
  const lines: string[] = [];
  const migrate = async (...words: readonly Arg[]) => {
    lines.push(`${words.join(" ")}: ${await said(source.call("MIGRATE", "127.0.0.1", String(target.port), ...words))}`);
    lines.push(`${await source.call("EXISTS", "a", "b", "c")} ${await target.call("EXISTS", "a", "b", "c")}`);
  };
  for (const node of [source, target]) await node.call("FLUSHALL");
  await source.call("MSET", "a", "1", "b", "2", "c", "3");
  await migrate("missing", "0", "1000");
  await migrate("a", "0", "1000", "COPY");
  await migrate("a", "0", "1000");
  await migrate("", "0", "1000", "KEYS", "a", "b", "missing");
  await migrate("a", "0", "1000", "REPLACE");
  await migrate("c", "99", "1000");
  await migrate("c", "0", "1000", "AUTH", "wrong");
  await migrate("c", "0", "1000", "AUTH2", "nobody", "wrong");
  await migrate("c", "0", "1000", "COPY", "REPLACE", "NONSENSE");
  await migrate("c", "0", "soon");
  await migrate("c", "first", "1000");
  await migrate("c", "0", "1000", "KEYS", "a");
  await migrate("", "0", "1000", "REPLACE", "KEYS", "c");
  lines.push(await said(source.call("MIGRATE", "127.0.0.1", NOBODY, "c", "0", "1000")));
  await source.call("SET", "c", "3");
  lines.push(await said(source.call("MIGRATE", "127.0.0.1", NOBODY, "c", "0", "1000")));
  return lines;
}

/** A transaction with two of them, while others write: what it answers, what is told of it, and what is left. */
async function inTransaction(source: TestNode, target: TestNode): Promise<readonly string[]> {
  for (const node of [source, target]) await node.call("FLUSHALL");
  await source.call("MSET", "a", "1", "b", "2", "c", "3");
  const [client, other, waiting] = [
    await RawClient.open(source.port),
    await RawClient.open(source.port),
    await RawClient.open(source.port),
  ];
  const blocked = waiting.ask("BLPOP", "list", "0");
  await until("BLPOP to wait", 5000, async () =>
    String(await source.call("INFO", "clients")).includes("blocked_clients:1"),
  );
  const lines: string[] = [];
  const migrate = (...keys: readonly string[]) => [
    "MIGRATE",
    "127.0.0.1",
    String(target.port),
    "",
    "0",
    "5000",
    "KEYS",
    ...keys,
  ];
  const queued = [
    ["RPUSH", "list", "x"],
    migrate("a", "missing"),
    ["SET", "a", "again"],
    migrate("b", "c"),
    ["EXISTS", "a", "b", "c"],
    migrate("nosuch"),
    ["BLPOP", "nosuch", "0"],
    ["RPUSH", "list", "y"],
  ];
  lines.push(await client.ask("MULTI"));
  for (const command of queued) lines.push(await client.ask(...command));
  const [done, pinged] = await Promise.all([client.ask("EXEC"), other.ask("PING")]);
  lines.push(done, pinged, await blocked, await client.ask("LRANGE", "list", "0", "-1"));
  lines.push(await client.ask("MGET", "a", "b", "c"), JSON.stringify(await target.call("MGET", "a", "b", "c")));
  for (const one of [client, other, waiting]) one.close();
  return lines;
}

describe("MIGRATE", () => {
  let reference: readonly string[];
  beforeAll(async () => {
    reference = await transcript(nodeOf("redis"), nodeOf("another redis"));
  });

  test.each(PAIRS.slice(1))("from %s to %s answers as between two of redis-server", async (from, to) => {
    expect(await transcript(nodeOf(from), nodeOf(to))).toEqual(reference);
  });

  test("inside a transaction it answers and moves as in redis-server, and nobody comes between", async () => {
    const wanted = await inTransaction(nodeOf("redis"), nodeOf("another redis"));
    expect(await inTransaction(nodeOf("embedded"), nodeOf("redis"))).toEqual(
      wanted.map((line) => line.replaceAll(String(nodeOf("another redis").port), String(nodeOf("redis").port))),
    );
  });

  test.each(PAIRS.slice(1, 3))("from %s to %s: all types, there and back, with their times", async (from, to) => {
    const [source, target] = [nodeOf(from), nodeOf(to)];
    const redis = from === "redis" ? source : target;
    for (const node of [source, target]) await node.call("FLUSHALL");
    await fillEveryType(nodeOf("another redis"));
    const names = async (node: TestNode) => (await node.call("KEYS", "*")) as readonly string[];
    const move = async (one: TestNode, other: TestNode, ...options: readonly string[]) => {
      const keys = (await names(one)).filter((key) => !key.includes("\ufffd"));
      const to = ["127.0.0.1", String(other.port), "", "0", "5000"];
      expect(await one.call("MIGRATE", ...to, ...options, "KEYS", ...keys)).toBe("OK");
    };
    await move(nodeOf("another redis"), redis, "COPY");
    const digest = await redis.call("DEBUG", "DIGEST");
    if (redis === target) await move(redis, source);
    await move(source, target);
    expect((await names(source)).length).toBe(0);
    if (redis === source) await move(target, redis);
    expect(await redis.call("DEBUG", "DIGEST")).toBe(digest);
    await nodeOf("another redis").call("FLUSHALL");
  });

  test.each(PAIRS.slice(1))(
    "from %s to %s that is frozen: nothing is lost, and the source goes on",
    async (from, to) => {
      const [source, target] = [nodeOf(from), nodeOf(to)];
      for (const node of [source, target]) await node.call("FLUSHALL");
      await source.call("SET", "k", "v", "PX", "100000");
      target.freeze();
      const answer = await said(source.call("MIGRATE", "127.0.0.1", String(target.port), "k", "0", "300"));
      target.thaw();
      expect(answer).toBe("-IOERR error or timeout reading to target instance");
      expect(await source.call("GET", "k")).toBe("v");
      expect(await source.call("MIGRATE", "127.0.0.1", String(target.port), "k", "0", "3000", "REPLACE")).toBe("OK");
      expect(Number(await target.call("PTTL", "k"))).toBeGreaterThan(90_000);
    },
  );
});
