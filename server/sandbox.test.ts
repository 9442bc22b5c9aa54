import { mkdirSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asClusterId } from "@/lib/cluster/node";
import { makeEngine, type TestEngine } from "./operations/console.fixture";
import { readMyself } from "./runtime/nodes-file";
import { ensureSandbox, startSandbox, stopSandbox } from "./sandbox";
import { cleanSandbox, eachOwner, fillSandbox } from "./sandbox-data";
import { findServer } from "./testing/node";
import { until } from "./testing/until";

const home = mkdtempSync(join(tmpdir(), "shardboard-sandbox-"));
let engine: TestEngine;
let said: string[] = [];
const say = (line: string) => said.push(line);
const before = { ...process.env };

beforeAll(() => {
  process.env.SHARDBOARD_ENGINE ??= findServer(mkdtempSync(join(tmpdir(), "shardboard-engine-")));
  process.env.SHARDBOARD_NODE_PORT = "7160";
  process.env.SHARDBOARD_NODE_TIMEOUT_MS = "2000";
  engine = makeEngine({ folder: home });
});
afterAll(async () => {
  for (const node of await engine.runtime.list())
    if (node.process.state === "running") await engine.runtime.kill(node.id);
  await engine.close({ keepFolder: true });
  await rm(home, { recursive: true, force: true });
  for (const name of ["SHARDBOARD_ENGINE", "SHARDBOARD_NODE_PORT", "SHARDBOARD_NODE_TIMEOUT_MS", "SHARDBOARD_RESTART"])
    if (before[name] === undefined) delete process.env[name];
});

test("without a wish for it nothing is made", async () => {
  process.env.SHARDBOARD_SANDBOX = "0";
  await ensureSandbox({ ...engine, say });
  delete process.env.SHARDBOARD_SANDBOX;
  expect(await engine.runtime.list()).toEqual([]);
});

test("what a start that was killed had prepared makes way", async () => {
  await engine.runtime.prepare({ count: 2, fields: {}, start: false, sandbox: true });
  mkdirSync(join(home, "nodes", "7162"));
});

test("where no cluster is known six nodes become one, 3 primaries and 3 replicas", async () => {
  await ensureSandbox({ ...engine, say });
  expect(engine.registry.list()).toMatchObject([{ id: "sandbox", name: "sandbox", environment: "sandbox" }]);
  const topology = await engine.observer.sweep(asClusterId("sandbox"));
  expect(topology).toMatchObject({ state: "ok", agreement: { agree: 6, answering: 6, known: 6 }, uncovered: [] });
  expect(topology.shards.map((shard) => shard.replicaIds.length)).toEqual([1, 1, 1]);
  expect(said.join("\n")).toMatch(/six nodes run on 127\.0\.0\.1:7160, 7161, 7163, 7164, 7165, 7166/);
  expect(await engine.runtime.list()).toHaveLength(6);
  said = [];
  await ensureSandbox({ ...engine, say });
  expect(said, "there is one now").toEqual([]);
});

test("filled, every type is there and every node holds some; filled again, the same; cleaned, nothing is left", async () => {
  const topology = await engine.observer.sweep(asClusterId("sandbox"));
  const keys = await fillSandbox(topology, 1000);
  expect([...keys.values()].every((count) => count > 200)).toBe(true);
  expect([...keys.values()].reduce((sum, count) => sum + count, 0)).toBe(1000);
  expect(await fillSandbox(topology, 1000)).toEqual(keys);
  const kinds = new Set<string>();
  const seen = { expiring: 0, big: 0 };
  await eachOwner(topology, async (link) => {
    const names = (await link.call(["KEYS", "*"])) as readonly string[];
    for (const name of names) {
      kinds.add(String(await link.call(["TYPE", name])));
      if (Number(await link.call(["PTTL", name])) > 0) seen.expiring++;
      if (Number(await link.call(["MEMORY", "USAGE", name])) > 200_000) seen.big++;
    }
  });
  expect([...kinds].sort()).toEqual(["hash", "list", "set", "stream", "string", "zset"]);
  expect(seen).toEqual({ expiring: 332, big: 4 });
  expect([...(await cleanSandbox(topology)).values()]).toEqual([0, 0, 0]);
});

test("a node that joined the sandbox stops with it, another one goes on", async () => {
  const [joined, other] = await engine.runtime.prepare({ count: 2, port: 7180, fields: {}, start: true });
  if (!joined || !other) throw new Error("not prepared");
  for (const node of await engine.runtime.list())
    if (node.id !== other.id) engine.runtime.bind(node.id, { clusterId: asClusterId("sandbox") });
  await stopSandbox({ ...engine, say });
  expect(said.join("\n")).toContain("so they go on running: node-7181");
  const states = (await engine.runtime.list()).map((node) => node.process.state);
  expect(states).toEqual([...Array(7).fill("stopped"), "running"]);
  await engine.runtime.kill(other.id);
  engine.runtime.bind(joined.id, {});
  for (const { id } of [joined, other]) await engine.runtime.remove(id);
  await startSandbox({ ...engine, say });
});

test("it stops replicas first, even a frozen one, and the next start brings the same one back", async () => {
  const nodes = await engine.runtime.list();
  const ids = nodes.map((node) => node.nodeId);
  const roles = new Map(
    await Promise.all(nodes.map(async (node) => [node.id, (await readMyself(node.folder))?.role] as const)),
  );
  const order: (string | undefined)[] = [];
  const seen = new Set<string>();
  const unsubscribe = engine.hub.subscribe((event) => {
    if (event.type !== "runtime") return;
    for (const node of event.nodes)
      if (node.process.state === "stopped" && !seen.has(node.id)) {
        seen.add(node.id);
        order.push(roles.get(node.id));
      }
  });
  const frozen = nodes.find((node) => roles.get(node.id) === "replica");
  if (frozen?.process.state === "running") process.kill(frozen.process.pid, "SIGSTOP");
  await stopSandbox({ ...engine, say });
  expect(said.join("\n")).toContain(`${frozen?.name} did not stop within 6 s and was killed`);
  await until("all stops to be published", 3000, () => order.length === 6);
  unsubscribe();
  expect(order).toEqual(["replica", "replica", "replica", "primary", "primary", "primary"]);

  await engine.close({ keepFolder: true });
  engine = makeEngine({ folder: home });
  await engine.runtime.adopt();
  process.env.SHARDBOARD_RESTART = "1";
  await startSandbox({ ...engine, say });
  expect((await engine.runtime.list()).every((node) => node.process.state === "stopped")).toBe(true);
  delete process.env.SHARDBOARD_RESTART;
  await startSandbox({ ...engine, say });
  await ensureSandbox({ ...engine, say });
  const again = await engine.runtime.list();
  expect(again.map((node) => node.nodeId)).toEqual(ids);
  expect(again.every((node) => node.process.state === "running")).toBe(true);
  expect(engine.registry.list()).toHaveLength(1);
  await engine.observer.waitFor(
    asClusterId("sandbox"),
    ({ state, agreement }) => state === "ok" && agreement.agree === 6,
    { deadlineMs: 20_000, what: "the sandbox to serve again" },
  );
});
