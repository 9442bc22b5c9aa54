import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ClusterId, NodeId } from "@/lib/cluster/node";
import { isRefused, type Plan } from "@/lib/plans/plan";
import type { Wish } from "@/lib/plans/wish";
import { connectSchema } from "@/lib/wire/clusters";
import { Backups } from "@/server/backup/backups";
import { AddressPolicy } from "@/server/clusters/addresses";
import { ClusterRegistry } from "@/server/clusters/registry";
import { EventHub } from "@/server/events";
import { Observer } from "@/server/observe/observer";
import { Runtime } from "@/server/runtime/runtime";
import { schema } from "@/server/store/schema";
import { Store } from "@/server/store/sqlite";
import { Vault } from "@/server/store/vault";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import { startNode, type TestNode } from "@/server/testing/node";
import { until } from "@/server/testing/until";
import { Planner } from "./planner";

const BASE = 7800;
const actor = { name: "mk" };
const folder = mkdtempSync(join(tmpdir(), "shardboard-planner-"));
const store = new Store(join(folder, "test.db"));
store.migrate(schema);
const vault = new Vault({ keyPath: join(folder, "test.key") });
const hub = new EventHub({ bootId: "test", now: Date.now });
const registry = new ClusterRegistry({ store, vault, addresses: new AddressPolicy({}), now: Date.now });
const observer = new Observer({ registry, hub, store, now: Date.now });
const runtime = new Runtime({ store, vault, hub, dataFolder: folder, now: Date.now });
let nowMs = Date.now();
const planner = new Planner({ registry, observer, runtime, store, backups: new Backups(folder), now: () => nowMs });

let cluster: TestCluster;
let spare: TestNode;
let full: TestNode;
let alone: TestNode;
let locked: TestNode;
let id: ClusterId;
const idOf = (i: number) => cluster.nodes[i]?.id as NodeId;
const line = (plan: Plan, code: string) => plan.preflight.find((one) => one.code === code);
const bad = (plan: Plan) =>
  plan.preflight.filter((one) => one.state !== "pass").map((one) => `${one.kind} ${one.code}`);

beforeAll(async () => {
  [cluster, spare, full, alone, locked] = await Promise.all([
    startCluster({ basePort: BASE, primaries: 3, replicas: 3 }),
    startNode({ port: BASE + 10 }),
    startNode({ port: BASE + 11 }),
    startNode({ port: BASE + 12, cluster: false }),
    startNode({ port: BASE + 13, password: "other" }),
  ]);
  await full.call("CLUSTER", "ADDSLOTSRANGE", 0, 16383);
  const isKept = () =>
    full.call("SET", "mine", "1").then(
      () => true,
      () => false,
    );
  await until("the full node to take a key", 10_000, isKept);
  // 60 keys of one tag: they all live in slot 12182 (foo), with the third primary.
  for (let i = 0; i < 60; i++) await cluster.primaries[2]?.call("SET", `{foo}${i}`, "x".repeat(1000));
  id = registry.add(
    connectSchema.parse({ name: "Shop", environment: "sandbox", seeds: [{ host: "127.0.0.1", port: BASE }] }),
  ).id;
  observer.watch(id);
});
afterAll(async () => {
  await observer.close();
  await runtime.close();
  store.close();
  await Promise.all([cluster.close(), spare.close(), full.close(), alone.close(), locked.close()]);
  await rm(folder, { recursive: true, force: true });
});

describe("reshard", () => {
  test("keys and bytes are counted on the servers, and everything is looked at", async () => {
    const plan = await planner.plan(actor, id, { verb: "reshard", target: idOf(0), ranges: [[12182, 12190]] });
    expect(plan.totals).toMatchObject({ slotsAsked: 9, slots: 9, keys: 60 });
    expect(plan.totals.bytes).toBeGreaterThan(60_000);
    expect(plan.totals.bytes).toBeLessThan(90_000);
    expect(bad(plan)).toEqual([]);
    expect(line(plan, "rights")?.text).toMatch(/asked on 2 nodes/);
    expect(plan.exposure).toEqual([{ target: idOf(0), guarded: true, keysAtMost: 100, bytesAtMost: 1_048_576 }]);
    expect(plan.commands.raw).toContain(
      `127.0.0.1:${BASE + 2}> MIGRATE 127.0.0.1 ${BASE} "" 0 <ms, at most 1000> KEYS <keys of slot 12182, about 60>`,
    );
    expect(planner.read(plan.id)).toEqual(plan);
    await planner.checkCurrent(plan);
  });

  test("a plan grows old", async () => {
    const plan = await planner.plan(actor, id, { verb: "reshard", target: idOf(0), slots: 3 });
    nowMs += 16 * 60_000;
    await expect(planner.checkCurrent(plan)).rejects.toMatchObject({ code: "refused", sentence: "planExpired" });
    nowMs = Date.now();
  });

  test("a user who may not move slots is told before anything runs", async () => {
    const { port } = cluster.nodes[0] as TestNode;
    for (const node of cluster.nodes)
      await node.call("ACL", "SETUSER", "looker", "on", ">pw", "~*", "+@all", "-migrate", "-client|list");
    const other = registry.add(
      connectSchema.parse({ name: "Looker", seeds: [{ host: "127.0.0.1", port }], user: "looker", password: "pw" }),
    ).id;
    observer.watch(other);
    const plan = await planner.plan(actor, other, { verb: "reshard", target: idOf(0), slots: 3 });
    expect(line(plan, "rights")).toMatchObject({ kind: "refuse", state: "fail", details: { commands: ["MIGRATE"] } });
    expect(line(plan, "second-writer-seen")).toMatchObject({ kind: "note", state: "fail" });
    expect(plan.commands.raw.join("\n")).toMatch(/AUTH2 <user> <password>/);
    observer.unwatch(other);
    registry.remove(other);
  });
});

describe("newcomers", () => {
  const add = (port: number, more: Partial<Wish> = {}) =>
    planner.plan(actor, id, {
      verb: "add-node",
      node: { endpoint: { host: "127.0.0.1", port } },
      role: "replica",
      ...more,
    } as Wish);

  test("an empty node may join, and follows the neediest", async () => {
    const plan = await add(BASE + 10);
    expect(bad(plan).filter((one) => one !== "note host-spread" && one !== "note resync")).toEqual([]);
    expect(plan.steps.map((step) => step.kind)).toEqual(["meet", "await-joined", "replicate", "prove"]);
    expect(plan.steps[0]).toMatchObject({ candidate: { id: spare.id } });
    await planner.checkCurrent(plan);
  });

  test.each([
    ["a closed port", BASE + 99, "candidate-answers"],
    ["a standalone server", BASE + 12, "candidate-cluster-mode"],
    ["a member", BASE + 1, "candidate-rejoin"],
    ["another password", BASE + 13, "candidate-login"],
  ])("%s is refused", async (_, port, code) => {
    const plan = await add(port);
    expect(isRefused(plan)).toBe(true);
    expect(line(plan, code)).toMatchObject({ kind: "refuse", state: "fail" });
  });

  test("a node with keys is refused", async () => {
    const plan = await add(BASE + 11);
    expect(line(plan, "candidate-empty")?.text).toMatch(/holds 1 key \(db0: 1\)/);
    expect(line(plan, "candidate-no-slots")?.state).toBe("fail");
  });

  test("three primaries from three empty nodes need three nodes", async () => {
    const endpoint = { host: "127.0.0.1", port: BASE + 10 };
    const plan = await planner.plan(actor, undefined, {
      verb: "create",
      name: "New one",
      nodes: [{ endpoint }],
      replicasPerPrimary: 0,
    });
    expect(plan.clusterId).toBe("new-one");
    expect(line(plan, "enough-primaries")?.state).toBe("fail");
    expect(plan.basis.signature).toMatch(/^[0-9a-f]{12}$/);
  });

  test("an unknown managed node is an error with a sentence", async () => {
    await expect(
      planner.plan(actor, id, { verb: "add-node", node: { managedId: "nix" }, role: "primary" }),
    ).rejects.toThrow(/No node process called nix/);
  });
});

test("a replica that took over makes the plan void, and the sentence says who", async () => {
  const plan = await planner.plan(actor, id, { verb: "failover", replicaId: idOf(4), mode: "default" });
  expect(bad(plan).filter((one) => one !== "note replica-lag")).toEqual([]);
  await cluster.nodes[4]?.call("CLUSTER", "FAILOVER");
  await observer.waitFor(id, (t) => t.nodes.find((n) => n.id === idOf(4))?.role === "primary", {
    deadlineMs: 15_000,
    what: "the failover",
  });
  await expect(planner.checkCurrent(plan)).rejects.toMatchObject({
    code: "refused",
    sentence: "planStale",
    message: expect.stringMatching(new RegExp(`127.0.0.1:${BASE + 4} is a primary now`)),
  });
});

test("removing a primary drains it over the other two, and names the shard that is left with two", async () => {
  const plan = await planner.plan(actor, id, { verb: "remove-node", nodeId: idOf(2), afterwards: "reset" });
  expect(plan.totals.slots).toBe(5461);
  expect(plan.after.map((shard) => shard.slots).sort((a, b) => a - b)).toEqual([0, 8192, 8192]);
  expect(bad(plan)).toContain("hold three-primaries");
  expect(plan.confirm).toMatchObject({ typed: "Shop", needsReason: true });
});
