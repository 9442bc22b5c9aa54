import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keySlot } from "@/lib/cluster/key-slot";
import type { ClusterId } from "@/lib/cluster/node";
import { hasSlot } from "@/lib/cluster/slots";
import type { Operation } from "@/lib/operation";
import { connectSchema } from "@/lib/wire/clusters";
import { fillCluster } from "@/server/backup/testing/fill";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import { until } from "@/server/testing/until";
import { ann, makeEngine, type TestEngine, told, untilState } from "./console.fixture";

const BASE = 9640;
const config = ["repl-diskless-sync-delay 0", "enable-debug-command yes"];
const LIBRARY = "#!lua name=arithmetic\nredis.register_function('twice', function(_, args) return 2 * args[1] end)";
let source: TestCluster;
let target: TestCluster;
let keys: readonly string[];
let engine: TestEngine;
let id: ClusterId;
let backup: { readonly clusterId: ClusterId; readonly id: string };
/** On disk: one shard's file. */
let file: string;

beforeAll(async () => {
  [source, target] = await Promise.all([
    startCluster({ basePort: BASE, primaries: 3, replicas: 0, config }),
    startCluster({ basePort: BASE + 10, primaries: 2, replicas: 1, config }),
  ]);
  keys = await fillCluster(source, 80);
  for (const node of source.primaries) await node.call("FUNCTION", "LOAD", LIBRARY);
  await source.primaries[2]?.call("FUNCTION", "LOAD", LIBRARY.replaceAll(/arithmetic|twice/g, "odd"));
  await source.primaries[0]?.call(
    "FUNCTION",
    "LOAD",
    LIBRARY.replaceAll(/arithmetic|twice/g, "odd").replace("2 *", "3 *"),
  );
  engine = makeEngine();
  const from = await engine.connect(BASE);
  const seeds = [{ host: "127.0.0.1", port: BASE + 10 }];
  id = engine.registry.add(connectSchema.parse({ name: "Other", environment: "sandbox", seeds })).id;
  engine.observer.watch(id);
  await engine.observer.waitFor(id, ({ state }) => state === "ok", { deadlineMs: 15_000, what: "the target to be ok" });
  const saved = await engine.run(await engine.plan(from, { verb: "backup" }));
  expect(saved.state, told(saved)).toBe("succeeded");
  const folder = engine.backups.ofOperation(saved);
  backup = { clusterId: from, id: folder.id };
  file = join(folder.path, "shard-2.rdb");
});
afterAll(async () => {
  await engine?.close();
  await Promise.all([source?.close(), target?.close()]);
});

const ownerIn = ({ primaries, ranges }: TestCluster, key: string) => {
  const owner = primaries.find((_, i) => hasSlot([ranges[i] ?? [1, 0]], keySlot(Buffer.from(key))));
  if (!owner) throw new Error(`nobody owns the slot of ${key}`);
  return owner;
};
const planOf = (existing: "empty" | "skip" | "replace") =>
  engine.plan(id, { verb: "restore", backup, existing, accepts: [] });
const countOf = async (cluster: TestCluster) =>
  (await Promise.all(cluster.primaries.map((node) => node.call("DBSIZE")))).map(Number);

test("of a damaged backup nothing is written", async () => {
  const whole = readFileSync(file);
  const flipped = Buffer.from(whole);
  flipped[whole.length >> 1] = (flipped[whole.length >> 1] ?? 0) ^ 1;
  writeFileSync(file, flipped);
  const operation = await engine.run(await planOf("empty"));
  writeFileSync(file, whole);
  expect(operation.state, told(operation)).toBe("failed");
  expect(operation.reason?.text).toContain(`${backup.id}/shard-2.rdb is not what was saved`);
  expect(await countOf(target)).toEqual([0, 0]);
  await engine.operations.act(ann, id, operation.id, "cancel");
  await untilState(engine, operation, ({ state }) => state === "cancelled");
});

test("an owner without room for what comes is refused, by what the keys took where they were saved", async () => {
  const [first] = target.primaries;
  const used = Number(/used_memory:(\d+)/.exec(String(await first?.call("INFO", "memory")))?.[1]);
  await first?.call("CONFIG", "SET", "maxmemory", used + 100_000);
  await engine.observer.sweep(id);
  const refused = (await planOf("empty")).preflight.filter(({ state, kind }) => state === "fail" && kind === "refuse");
  expect(refused.map(({ code }) => code)).toEqual(["memory-headroom"]);
  await first?.call("CONFIG", "SET", "maxmemory", "0");
  await engine.observer.sweep(id);
  const fits = await planOf("empty");
  expect(fits.preflight.find(({ code }) => code === "memory-headroom")?.state).toBe("pass");
  expect(fits.headroom?.map((one) => (one.afterBytes ?? 0) > (one.usedBytes ?? 0))).toEqual([true, true]);
});

test("nothing counts as restored before a replica of its owner has it", async () => {
  const [replica] = target.replicas;
  const plan = await planOf("empty");
  expect(plan.preflight.filter(({ code }) => code === "target-guarded").map(({ state }) => state)).toEqual([
    "pass",
    "fail",
  ]);
  for (const node of target.primaries) await node.call("CLIENT", "PAUSE", "600000", "WRITE");
  const operation = await engine.start(plan);
  replica?.freeze();
  for (const node of target.primaries) await node.call("CLIENT", "UNPAUSE");
  await until("keys to arrive", 20_000, async () => ((await countOf(target))[0] ?? 0) > 0);
  await engine.operations.act(ann, id, operation.id, "pause");
  const shards = plan.steps.filter((step) => step.kind === "restore-shard").map((step) => step.id);
  const moved = (one: Operation) =>
    one.steps.reduce((sum, step) => sum + (shards.includes(step.stepId) ? step.keysMoved : 0), 0);
  expect(moved(engine.operations.get(id, operation.id))).toBe(0);
  replica?.thaw();
  await untilState(engine, operation, ({ state }) => state === "paused");
  await engine.operations.act(ann, id, operation.id, "cancel");
  await untilState(engine, operation, ({ state }) => state === "cancelled");
  for (const node of target.primaries) await node.call("FLUSHALL");
  await engine.observer.sweep(id);
});

test("three shards are restored into two, in spite of a restart and of a key that is in the way", async () => {
  const [, held] = target.primaries;
  await held?.call("CLIENT", "PAUSE", "600000", "WRITE");
  const operation = await engine.start(await planOf("empty"));
  await untilState(engine, operation, ({ steps }) => steps.some((step) => step.stepId > 2 && step.state === "running"));
  await engine.operations.act(ann, id, operation.id, "pause");
  await held?.call("CLIENT", "UNPAUSE");
  const paused = await untilState(engine, operation, ({ state }) => state === "paused");
  const done = paused.steps.reduce((sum, step) => sum + step.keysMoved, 0);
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(keys.length);
  await engine.close({ keepFolder: true });

  // As if answers had come that were never written down: keys are there already, equal, and one is not.
  const missing: string[] = [];
  for (const key of keys) if ((await ownerIn(target, key).call("EXISTS", key)) === 0) missing.push(key);
  const [stranger, ...others] = missing.filter((key) => key.startsWith("number:"));
  if (stranger === undefined) throw new Error("nothing is missing");
  for (const key of others) {
    const value = String(await ownerIn(source, key).call("GET", key));
    const expiry = Number(await ownerIn(source, key).call("PEXPIRETIME", key));
    await ownerIn(target, key).call("SET", key, value, ...(expiry < 0 ? [] : ["PXAT", expiry]));
  }
  await ownerIn(target, stranger).call("SET", stranger, "another");

  engine = makeEngine({ folder: engine.folder });
  await engine.operations.recover();
  await engine.operations.act(ann, id, operation.id, "resume");
  const stopped = await untilState(engine, operation, ({ state }) => state === "failed");
  expect(stopped.reason?.text).toContain(`holds ${stranger} already`);
  await ownerIn(target, stranger).call("DEL", stranger);
  await engine.operations.act(ann, id, operation.id, "resume");
  const ended = await untilState(engine, operation, ({ state }) => state === "succeeded" || state === "failed");
  expect(ended.state, told(ended)).toBe("succeeded");
  const lines = ended.proof.filter((line) => line.code.startsWith("restore"));
  expect(lines.map((line) => line.state)).toEqual(["pass", "unknown", "pass", "pass", "pass"]);
  expect(lines[1]?.text).toContain("odd");
  expect(ended.steps.some(({ note }) => note?.includes(`Unprotected: 127.0.0.1:${BASE + 11}`))).toBe(true);
  for (const node of [...target.primaries, ...target.replicas])
    expect(String(await node.call("FUNCTION", "LIST"))).toMatch(/arithmetic/);
  expect(await target.primaries[0]?.call("FCALL", "twice", 0, 21)).toBe(42);
});

test("every key has the value and the expiry that it had", async () => {
  const counts = await countOf(target);
  expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(keys.length);
  for (const key of keys) {
    const [from, to] = [ownerIn(source, key), ownerIn(target, key)];
    const ask = async (node: typeof from) => [
      await node.call("DEBUG", "DIGEST-VALUE", key),
      await node.call("PEXPIRETIME", key),
    ];
    expect(await ask(to), key).toEqual(await ask(from));
  }
});

test("a cluster that holds keys is refused, unless it is said what becomes of them", async () => {
  const [changed = "", ...rest] = keys.filter((key) => key.startsWith("string:"));
  await ownerIn(target, changed).call("SET", changed, "newer");
  await ownerIn(target, rest[0] ?? "").call("DEL", rest[0] ?? "");
  await engine.observer.sweep(id);
  const refused = await planOf("empty");
  expect(refused.preflight.find((line) => line.code === "restore-empty")?.state).toBe("fail");
  const kept = await engine.run(await planOf("skip"));
  expect(kept.state, told(kept)).toBe("succeeded");
  expect(await ownerIn(target, changed).call("GET", changed)).toBe("newer");
  const replacing = await planOf("replace");
  expect(replacing.confirm.typed).toBe("Other");
  const replaced = await engine.run(replacing);
  expect(replaced.state, told(replaced)).toBe("succeeded");
  expect(await ownerIn(target, changed).call("GET", changed)).toBe(await ownerIn(source, changed).call("GET", changed));
});
