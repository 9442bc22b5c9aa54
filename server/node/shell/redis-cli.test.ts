import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startNode, type TestNode } from "@/server/testing/node";
import { until } from "@/server/testing/until";
import { embeddedServer } from "../testing/embedded";

/** What others use: redis-cli's own cluster verbs, on embedded nodes alone, in the order in which an operator would. */
const BASE = 7820;
const NODES = 6;
const KEYS = Array.from({ length: 300 }, (_, i) => i);
const folder = mkdtempSync(join(tmpdir(), "shardboard-node-"));
let nodes: TestNode[] = [];
/** The same cluster for an application's client. */
let client: Cluster | undefined;
const at = (i: number): TestNode => nodes[i] as TestNode;
const address = (i: number) => `127.0.0.1:${BASE + i}`;

beforeAll(async () => {
  const path = await embeddedServer(folder);
  nodes = await Promise.all(Array.from({ length: NODES + 1 }, (_, i) => startNode({ port: BASE + i, engine: path })));
});
afterAll(async () => {
  client?.disconnect();
  await Promise.all(nodes.map((node) => node.close()));
  rmSync(folder, { recursive: true, force: true });
});

/** Its output; a code that is not 0 is an error. */
function redisCli(...words: readonly (string | number)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("redis-cli", words.map(String), { timeout: 50_000 }, (error, stdout, stderr) =>
      error ? reject(new Error(`redis-cli ${words.join(" ")}: ${error.message}\n${stdout}${stderr}`)) : resolve(stdout),
    );
  });
}

const isSettled = (text: string) => /\[OK\] All nodes agree/.test(text) && /\[OK\] All 16384 slots covered/.test(text);
const check = (i = 0) =>
  until("check to be green", 30_000, async () =>
    isSettled(await redisCli("--cluster", "check", address(i)).catch((error: Error) => error.message)),
  );
const slotsOf = async (i: number) =>
  Number(
    /(\d+) slots/.exec(
      (await redisCli("--cluster", "info", address(i))).split("\n").find((line) => line.startsWith(`${address(i)} `)) ??
        "",
    )?.[1] ?? 0,
  );

test("create makes a cluster of three primaries with a replica each", async () => {
  const six = Array.from({ length: NODES }, (_, i) => address(i));
  const said = await redisCli("--cluster", "create", ...six, "--cluster-replicas", 1, "--cluster-yes");
  expect(isSettled(said)).toBe(true);
  await check();
  client = new Cluster([at(0).endpoint]);
  await Promise.all(KEYS.map((i) => client?.set(`key:${i}`, i)));
});

test("reshard and rebalance move slots with their keys", async () => {
  const [from, to] = [at(0).id, at(1).id];
  await redisCli(
    ...["--cluster", "reshard", address(0), "--cluster-from", from, "--cluster-to", to],
    ...["--cluster-slots", 100, "--cluster-yes"],
  );
  await check();
  expect(await slotsOf(1)).toBe(5462 + 100);
  await redisCli("--cluster", "rebalance", address(0), "--cluster-threshold", 1);
  await check();
  expect(Math.abs((await slotsOf(1)) - 16384 / 3)).toBeLessThan(60);
});

test("add-node, call and del-node", async () => {
  await redisCli("--cluster", "add-node", address(NODES), address(0));
  await until("every node to know the new one", 20_000, async () => {
    const views = await Promise.all(nodes.map((node) => node.call("CLUSTER", "NODES")));
    return views.every((view) => String(view).includes(at(NODES).id) && !/handshake/.test(String(view)));
  });
  const pongs = await redisCli("--cluster", "call", address(0), "PING");
  expect(pongs.match(/PONG/g)).toHaveLength(NODES + 1);
  await redisCli("--cluster", "del-node", address(0), at(NODES).id);
  await check();
  expect(await redisCli("--cluster", "call", address(0), "PING").then((text) => text.match(/PONG/g))).toHaveLength(
    NODES,
  );
});

test("fix closes a slot that was left open, on the side that has its keys", async () => {
  const slot = Number(await at(0).call("CLUSTER", "KEYSLOT", "key:7"));
  const counts = await Promise.all(nodes.slice(0, 3).map((node) => node.call("CLUSTER", "COUNTKEYSINSLOT", slot)));
  const owner = counts.findIndex((count) => Number(count) > 0);
  const other = (owner + 1) % 3;
  await at(other).call("CLUSTER", "SETSLOT", slot, "IMPORTING", at(owner).id);
  await at(owner).call("CLUSTER", "SETSLOT", slot, "MIGRATING", at(other).id);
  await expect(redisCli("--cluster", "check", address(0))).rejects.toThrow(/open/);
  await redisCli("--cluster", "fix", address(0), "--cluster-yes");
  await check();
  const values = await Promise.all(KEYS.map((i) => client?.get(`key:${i}`)));
  expect(values.map(Number)).toEqual(KEYS);
});
