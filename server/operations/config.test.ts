import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ClusterId, NodeId } from "@/lib/cluster/node";
import { parseInfo } from "@/lib/cluster/parse";
import type { Operation } from "@/lib/operation";
import { callRules, callVerdict } from "@/lib/plans/call-table";
import { reverseDraft } from "@/lib/plans/reverse";
import type { Called, Wish } from "@/lib/plans/wish";
import { wishOf } from "@/lib/wire/wizard-link";
import { Calls } from "@/server/admin/calls";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import type { TestNode } from "@/server/testing/node";
import { until } from "@/server/testing/until";
import { ann, makeEngine, type TestEngine, told, untilState, vic } from "./console.fixture";

const BASE = 9040;
let cluster: TestCluster;
let engine: TestEngine;
let calls: Calls;
let id: ClusterId;
const idOf = (i: number) => cluster.nodes[i]?.id as NodeId;

beforeAll(async () => {
  cluster = await startCluster({ basePort: BASE, primaries: 3, replicas: 3 });
  engine = makeEngine();
  calls = new Calls(engine);
  id = await engine.connect(BASE);
});
afterAll(async () => {
  await engine.close();
  await cluster.close();
});

async function run(wish: Wish): Promise<Operation> {
  const operation = await engine.run(await engine.plan(id, wish));
  expect(operation.state, told(operation)).toBe("succeeded");
  return operation;
}

const valueOn = async (node: TestNode, name: string) => ((await node.call("CONFIG", "GET", name)) as string[])[1];
const valuesNow = (name: string) => Promise.all(cluster.nodes.map((node) => valueOn(node, name)));
const ofSix = <T>(value: T): readonly T[] => new Array<T>(6).fill(value);

async function inFile(node: TestNode, setting: string): Promise<boolean> {
  const { config_file = "" } = parseInfo(String(await node.call("INFO", "server")));
  return readFileSync(config_file, "utf8").split("\n").includes(setting);
}

test("a setting is applied on six nodes, kept in their files, read back, and taken back to what each had", async () => {
  await cluster.nodes[5]?.call("CONFIG", "SET", "maxmemory-policy", "volatile-ttl");
  const operation = await run({
    verb: "config",
    settings: [
      { name: "maxmemory", value: "1gb" },
      { name: "maxmemory-policy", value: "allkeys-lru" },
    ],
  });
  expect(await valuesNow("maxmemory")).toEqual(ofSix("1073741824"));
  expect(await valuesNow("maxmemory-policy")).toEqual(ofSix("allkeys-lru"));
  for (const node of cluster.nodes) expect(await inFile(node, "maxmemory-policy allkeys-lru")).toBe(true);
  expect(operation.proof.map((line) => `${line.state} ${line.code}`)).toEqual([
    "pass heard",
    "pass settings-read-back",
  ]);
  const sent = engine.operations.transcript(operation.id, { limit: 1000 }).filter((line) => line.mutates);
  expect(sent.map((line) => `127.0.0.1:${line.endpoint.port}> ${line.command}`).sort()).toEqual(
    [...operation.plan.commands.raw].sort(),
  );

  const draft = reverseDraft(operation);
  const back = draft && wishOf(draft);
  if (!back) throw new Error("nothing takes it back");
  await run(back);
  expect(await valuesNow("maxmemory")).toEqual(ofSix("0"));
  expect(await valuesNow("maxmemory-policy")).toEqual([...ofSix("noeviction").slice(1), "volatile-ttl"]);
});

test("what somebody else set since the plan was made is left as it is, and said", async () => {
  const plan = await engine.plan(id, { verb: "config", settings: [{ name: "hz", value: "50" }] });
  await cluster.nodes[2]?.call("CONFIG", "SET", "hz", "20");
  const operation = await engine.run(plan);
  expect(operation.state).toBe("failed");
  expect(operation.reason?.text).toMatch(/hz is 20 on 127\.0\.0\.1:9042 now and was 10/);
  expect(await valuesNow("hz")).toEqual(["50", "50", "20", "50", "50", "50"]);

  // It goes on from what is true: five have it and get no second command.
  await cluster.nodes[2]?.call("CONFIG", "SET", "hz", "10");
  const after = engine.operations.transcript(operation.id, { limit: 1000 }).at(-1)?.id ?? 0;
  await engine.operations.act(ann, id, operation.id, "resume");
  const ended = await untilState(engine, operation, (now) => now.state === "succeeded");
  expect(told(ended)).toMatch(/6 values were read back from 6 nodes/);
  expect(await valuesNow("hz")).toEqual(ofSix("50"));
  const again = engine.operations.transcript(operation.id, { after, limit: 1000 });
  expect(again.filter((line) => line.command.startsWith("CONFIG SET"))).toHaveLength(1);
});

test("settings that lead into the machine are turned down before a node hears of them", async () => {
  for (const name of ["dir", "requirepass", "bind"])
    await expect(engine.plan(id, { verb: "config", settings: [{ name, value: "x" }] })).rejects.toMatchObject({
      code: "invalid",
      sentence: "planSettingDenied",
    });
  const plan = await engine.plan(id, { verb: "config", settings: [{ name: "no-such-thing", value: "1" }] });
  expect(plan.preflight.filter((line) => line.code === "settings-known" && line.state === "fail")).toHaveLength(6);
});

describe("call", () => {
  const call = (command: readonly string[], more: Partial<Called> = {}, actor = vic) =>
    calls.call(actor, id, { command, on: "all", ...more });

  test("each node answers for itself; passwords of a pattern are not told", async () => {
    const reply = await call(["CONFIG", "GET", "*"]);
    expect(reply.ok).toBe(true);
    expect(reply.results).toHaveLength(6);
    expect(reply.results[0]?.text).toMatch(/requirepass\n.*•••/);
    const roles = await call(["ROLE"], { on: "replicas" });
    expect(roles.results.map((one) => one.role)).toEqual(["replica", "replica", "replica"]);
    expect((await call(["CONFIG", "GET"])).results.every((one) => one.outcome === "refused")).toBe(true);
  });

  test("what is not in the table is denied to all, what changes wants a plan, and both leave a row", async () => {
    const operatorsWord = { ...ann, role: "admin" } as const;
    await expect(call(["FLUSHALL"], {}, operatorsWord)).rejects.toMatchObject({ code: "forbidden" });
    await expect(call(["CLUSTER", "MEET", "h", "1"], {}, operatorsWord)).rejects.toThrow(/meet does it/);
    await expect(call(["SLOWLOG", "GET"])).rejects.toMatchObject({ code: "forbidden", sentence: "roleTooLow" });
    await expect(call(["SLOWLOG", "RESET"], {}, ann)).rejects.toMatchObject({ sentence: "callNeedsPlan" });
    const rows = engine.store.all("SELECT * FROM audit WHERE act = 'call' AND result = 'forbidden'");
    expect(rows.map((row) => JSON.parse(String(row.details)).command)).toEqual([
      "FLUSHALL",
      "CLUSTER MEET h 1",
      "SLOWLOG GET",
    ]);
  });

  test("a change runs as an operation whose steps say what each node answered", async () => {
    await cluster.nodes[1]?.call("CONFIG", "SET", "slowlog-log-slower-than", "0");
    const operation = await run({ verb: "call", command: ["SLOWLOG", "RESET"], on: "all" });
    expect(operation.steps.filter((step) => step.note === "OK")).toHaveLength(6);
    const sent = engine.operations.transcript(operation.id, { limit: 1000 }).filter((line) => line.mutates);
    expect(sent.map((line) => line.command)).toEqual(ofSix("SLOWLOG RESET"));
    await cluster.nodes[1]?.call("CONFIG", "SET", "slowlog-log-slower-than", "10000");
  });

  /** SECURITY 36: the table against what the server itself says of every command that it knows. */
  test("no command of this server that writes, blocks or is dangerous is a read, and most are not called at all", async () => {
    const all = (await cluster.nodes[0]?.call("COMMAND")) as readonly (readonly unknown[])[];
    const commands = all.flatMap((entry) => [entry, ...((entry[9] as (readonly unknown[])[] | undefined) ?? [])]);
    expect(commands.length).toBeGreaterThan(350);
    let reads = 0;
    for (const [name, , flags] of commands) {
      const words = String(name).split("|");
      const { rule } = callVerdict(words);
      if (rule?.effect !== "read") continue;
      reads++;
      for (const flag of ["write", "blocking", "pubsub"].filter((one) => words[0] !== "pubsub" || one !== "pubsub"))
        expect(flags as readonly string[], String(name)).not.toContain(flag);
    }
    expect(reads).toBeGreaterThan(40);
    expect(reads).toBeLessThan(callRules.size);
  });
});

test("the node timeout changes on those that answer; a node that is down is named, in the plan, the proof and the call", async () => {
  await cluster.nodes[5]?.kill();
  await until("the silence to be seen", 15_000, async () => {
    const { nodes } = await engine.observer.sweep(id);
    return nodes.find((node) => node.id === idOf(5))?.answer.kind === "silent";
  });
  const operation = await run({ verb: "set-timeout", timeoutMs: 3000 });
  const five = cluster.nodes.slice(0, 5);
  for (const node of five) {
    expect(await valueOn(node, "cluster-node-timeout")).toBe("3000");
    expect(await inFile(node, "cluster-node-timeout 3000")).toBe(true);
  }
  expect(operation.proof.find((line) => line.code === "absent")?.text).toMatch(/Not reached: 127\.0\.0\.1:9045/);
  const reply = await calls.call(vic, id, { command: ["PING"], on: "all" });
  expect(reply.ok).toBe(false);
  expect(reply.results.map((one) => `${one.outcome} ${one.node}`).sort()).toEqual([
    ...five.map((node) => `answered 127.0.0.1:${node.port}`),
    "silent 127.0.0.1:9045",
  ]);
});
