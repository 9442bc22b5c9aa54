import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startNode, type TestNode } from "@/server/testing/node";
import { until } from "@/server/testing/until";
import { embeddedServer } from "../testing/embedded";

/** What one of the two wrote, the other starts with: dump.rdb and the append-only files of redis-server 7.0.15 and of the node. */
const PORT = 7320;
const folder = mkdtempSync(join(tmpdir(), "shardboard-persistence-"));
let engine: string;
const nodes: TestNode[] = [];

beforeAll(async () => {
  engine = await embeddedServer(folder);
});

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  rmSync(folder, { recursive: true, force: true });
});

const AOF = ["appendonly yes", "appendfsync always"];

async function start(port: number, kind: "ours" | "theirs", config: readonly string[]): Promise<TestNode> {
  const node = await startNode({ port, config, cluster: false, engine: kind === "ours" ? engine : undefined });
  nodes.push(node);
  return node;
}

async function fill(node: TestNode): Promise<void> {
  const calls: readonly (readonly string[])[] = [
    ["SET", "string", "text"],
    ["SET", "number", "12345"],
    ["SET", "timed", "x", "PX", "10000000"],
    ["RPUSH", "list", ...Array.from({ length: 3000 }, (_, i) => `item ${i}`), "y".repeat(9000), "17"],
    ["HSET", "hash", "a", "1", "b", "text", "", "-70000"],
    ["HSET", "longhash", "field", "z".repeat(100)],
    ["SADD", "intset", "1", "-5", "70000", "9223372036854775807"],
    ["SADD", "set", "a", "b", ""],
    ["ZADD", "zset", "0.1", "a", "-inf", "b", "3", "c"],
    ["ZADD", "longzset", ...Array.from({ length: 200 }, (_, i) => [String(i / 3), `m${i}`]).flat()],
    ["HINCRBY", "hash", "n", "5"],
    ["LPOP", "list"],
    ["SPOP", "set"],
    ["HINCRBYFLOAT", "hash", "a", "0.3"],
  ];
  for (const call of calls) expect((await node.call(...call)) instanceof Error).toBe(false);
}

const READS: readonly (readonly string[])[] = [
  ["GET", "string"],
  ["GET", "number"],
  ["GET", "timed"],
  ["LRANGE", "list", "0", "-1"],
  ["HGETALL", "hash"],
  ["HGETALL", "longhash"],
  ["SINTER", "intset"],
  ["SCARD", "set"],
  ["SINTER", "set"],
  ["ZRANGE", "zset", "0", "-1", "WITHSCORES"],
  ["ZRANGE", "longzset", "0", "-1", "WITHSCORES"],
];

async function contents(node: TestNode): Promise<readonly string[]> {
  const found: string[] = [];
  for (const read of READS) {
    const reply = await node.call(...read);
    const text = JSON.stringify(reply);
    found.push(read[0] === "SINTER" && Array.isArray(reply) ? JSON.stringify([...reply].map(String).sort()) : text);
  }
  return found;
}

function copyData(from: TestNode, to: TestNode): void {
  rmSync(join(to.folder, "dump.rdb"), { force: true });
  rmSync(join(to.folder, "appendonlydir"), { recursive: true, force: true });
  cpSync(from.folder, to.folder, {
    recursive: true,
    filter: (path) => path === from.folder || /dump\.rdb$|appendonlydir/.test(path),
  });
}

test.each([
  ["ours", "theirs", "a snapshot", ['save ""'], PORT],
  ["theirs", "ours", "a snapshot", ['save ""'], PORT + 2],
  ["ours", "theirs", "an append-only file", AOF, PORT + 4],
  ["theirs", "ours", "an append-only file", AOF, PORT + 6],
  ["ours", "ours", "an append-only file", AOF, PORT + 8],
] as const)("%s to %s by %s", async (from, to, _, config, port) => {
  const writer = await start(port, from, config);
  const reader = await start(port + 1, to, config);
  await fill(writer);
  const wanted = await contents(writer);
  if (config !== AOF) await writer.call("SAVE");
  await writer.kill();
  await reader.kill();
  copyData(writer, reader);
  await reader.start();
  expect(await contents(reader)).toEqual(wanted);
});

test("a torn tail is cut, a rewrite keeps all, and what was acknowledged under always survives a kill", async () => {
  const node = await start(PORT + 12, "ours", AOF);
  await fill(node);
  await node.call("BGREWRITEAOF");
  const isRewritten = () => readdirSync(join(node.folder, "appendonlydir")).includes("appendonly.aof.2.base.rdb");
  await until("the rewrite to end", 10_000, () => isRewritten());
  for (let i = 0; i < 100; i++) await node.call("HINCRBY", "counters", "c", "1");
  const wanted = await contents(node);
  await node.kill();
  const increments = readdirSync(join(node.folder, "appendonlydir")).filter((name) => name.endsWith(".incr.aof"));
  expect(increments).toHaveLength(1);
  const last = join(node.folder, "appendonlydir", increments[0] ?? "");
  const whole = readFileSync(last).length;
  appendFileSync(last, "*3\r\n$3\r\nSET\r\n$7\r\ncoun");
  await node.start();
  expect(await contents(node)).toEqual(wanted);
  expect(String(await node.call("HGET", "counters", "c"))).toBe("100");
  expect(readFileSync(last).length).toBe(whole);
  await node.kill();
  truncateSync(last, whole - 1);
  await node.start();
  expect(String(await node.call("HGET", "counters", "c"))).toBe("99");
});
