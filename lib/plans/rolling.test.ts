import { expect, test } from "vitest";
import { samplePrimaryId, sampleReplicaId, sampleTopology } from "@/lib/cluster/sample";
import { sampleFacts, sampleProcess } from "./facts.fixture";
import { planMaintenance } from "./maintenance";
import { isRefused } from "./plan";
import { reverseDraft } from "./reverse";
import { planRollingConfig } from "./rolling-config";
import { planRollingRestart } from "./rolling-restart";
import { planRollingUpgrade } from "./rolling-upgrade";
import { modelOf, simulate } from "./simulate";
import { planStartCluster } from "./start-cluster";
import type { Step } from "./step";
import { planStopCluster } from "./stop-cluster";

const wish = { verb: "rolling-restart", handBack: false } as const;
const short = (step: Step): string => {
  if (step.kind === "failover") return `${step.replicaId.slice(0, 4)} for ${step.primaryId.slice(0, 4)}`;
  return step.kind === "restart-node" ? `${step.nodeId.slice(0, 4)}${step.down ? " down" : ""}` : step.kind;
};
const bad = (plan: ReturnType<typeof planRollingRestart>) =>
  plan.preflight.filter((line) => line.state !== "pass").map((line) => `${line.kind} ${line.code}`);

test("shard after shard: replicas, then the primary hands over and follows; one step a phase", () => {
  const topology = sampleTopology({ primaries: 3, replicas: 2 });
  const plan = planRollingRestart(sampleFacts(topology), wish);
  expect(plan.steps.slice(0, 5).map(short)).toEqual(["bb01", "bb04", "bb01 for aa01", "aa01", "bb02"]);
  expect(plan.steps.map((step) => step.phase)).toEqual(plan.steps.map((_, i) => i));
  simulate(modelOf(topology), plan.steps);
  expect(plan.after.map((shard) => shard.primaryId.slice(0, 4))).toEqual(["bb01", "bb02", "bb03"]);
  expect(plan.commands.raw).toEqual([0, 1, 2].map((k) => `10.20.1.${14 + k}:${7003 + k}> CLUSTER FAILOVER`));
  const back = planRollingRestart(sampleFacts(topology), { ...wish, handBack: true });
  expect(back.steps.slice(2, 5).map(short)).toEqual(["bb01 for aa01", "aa01", "aa01 for bb01"]);
  expect(back.after).toEqual(back.before);
});

test("a primary without a stand-in is asked about; without a copy on disk it is refused", () => {
  const topology = sampleTopology({ primaries: 3, replicas: 0 });
  const facts = sampleFacts(topology);
  const plan = planRollingRestart(facts, { ...wish, nodeIds: [samplePrimaryId(1)] });
  expect(plan.steps.map(short)).toEqual(["aa02 down", "prove"]);
  expect(bad(plan)).toContain("hold stays-served");
  expect(plan.preflight.find((line) => line.code === "keeps-data")?.state).toBe("unknown");
  const nodes = Object.fromEntries(
    Object.entries(facts.nodes).map(([id, one]) => [id, one && { ...one, keepsData: false }]),
  );
  expect(isRefused(planRollingRestart({ ...facts, nodes }, wish))).toBe(true);
});

test("nobody is touched while a node of its shards is away", () => {
  const topology = sampleTopology({ primaries: 3, replicas: 1, dead: [4] });
  const all = planRollingRestart(sampleFacts(topology), wish);
  expect(isRefused(all)).toBe(true);
  const other = planRollingRestart(sampleFacts(topology), {
    ...wish,
    nodeIds: [samplePrimaryId(0), sampleReplicaId(0)],
  });
  expect(isRefused(other)).toBe(false);
  expect(bad(other)).toContain("hold others-answer");
});

test("processes that are not managed here are named, and waited for", () => {
  const topology = sampleTopology({ primaries: 3, replicas: 1 });
  const managed = Object.fromEntries(topology.nodes.slice(1).map((node) => [node.id, sampleProcess(node)]));
  const plan = planRollingRestart(sampleFacts(topology, { managed }), wish);
  const byHand = plan.steps.filter((step) => step.kind === "restart-node" && step.managedId === undefined);
  expect(byHand.map(short)).toEqual(["aa01"]);
  expect(plan.preflight.find((line) => line.code === "by-hand")?.text).toContain("10.20.1.11:7000 is not managed");
});

test("a whole cluster stops replicas first and starts primaries first; only what is managed", () => {
  const topology = sampleTopology({ primaries: 3, replicas: 1 });
  const managed = (running: boolean) =>
    Object.fromEntries(
      topology.nodes.slice(1).map((node) => [node.id, sampleProcess(node, { running, role: node.role })]),
    );
  const stop = planStopCluster(sampleFacts(topology, { managed: managed(true) }), {
    verb: "stop-cluster",
    how: "configured",
  });
  const ports = (of: readonly Step[], kind: string) =>
    of.flatMap((step) => (step.kind === kind && "managedId" in step ? [`${step.phase} ${step.managedId}`] : []));
  expect(ports(stop.steps, "stop-node")).toEqual([
    "0 node-7003",
    "0 node-7004",
    "0 node-7005",
    "1 node-7001",
    "1 node-7002",
  ]);
  expect(bad(stop)).toEqual(["hold keeps-all", "hold keeps-all", "note serves-nobody", "note managed-nodes"]);
  expect(stop.confirm.typed).toBeUndefined();
  const start = planStartCluster(sampleFacts(topology, { managed: managed(false) }), { verb: "start-cluster" });
  expect(ports(start.steps, "start-node")).toEqual([
    "0 node-7001",
    "0 node-7002",
    "1 node-7003",
    "1 node-7004",
    "1 node-7005",
  ]);
});

const managedAll = (topology: ReturnType<typeof sampleTopology>) =>
  Object.fromEntries(topology.nodes.map((node) => [node.id, sampleProcess(node)]));

test("a line of redis.conf goes in by the table alone, and back to what each node had", () => {
  const topology = sampleTopology({ primaries: 3, replicas: 1 });
  const values = (threads: string) => ({ "io-threads": threads });
  const settings = Object.fromEntries(
    topology.nodes.map(({ id }, i) => [id, { values: values(i === 0 ? "4" : "1"), hasFile: true }]),
  );
  const facts = sampleFacts(topology, { managed: managedAll(topology), settings });
  const wanted = (name: string, value: string) =>
    planRollingConfig(facts, { verb: "rolling-config", settings: [{ name, value }], handBack: false });
  const plan = wanted("io-threads", "4");
  const restarts = plan.steps.filter((step) => step.kind === "restart-node");
  expect(restarts).toHaveLength(5);
  expect(restarts[0]).toMatchObject({ settings: [{ name: "io-threads", value: "4", before: "1" }] });
  const steps = plan.steps.map((step) => ({ stepId: step.id, state: "done" }));
  const back = reverseDraft({ plan, steps } as never);
  expect(back).toMatchObject({ verb: "rolling-config" });
  expect(back?.each).toContainEqual(expect.objectContaining({ settings: [{ name: "io-threads", value: "1" }] }));
  for (const [name, value] of [
    ["io-threads", "4\nloadmodule x"],
    ["io-threads", "0"],
    ["dir", "/"],
    ["appendonly", "yes"],
    ["requirepass", "x"],
    ["__proto__", "x"],
  ] as const)
    expect(() => wanted(name, value), name).toThrow();
});

test("an engine that is older, or of the other family after they parted, is refused; elsewhere it is told what mixes", () => {
  const topology = sampleTopology({ primaries: 3, replicas: 1 });
  const to = (kind: "redis" | "valkey", version: string, rdb: number, from = {}) => {
    const engine = { kind, path: "/opt/engine", version, rdb };
    const managed = Object.fromEntries(topology.nodes.map((node) => [node.id, sampleProcess(node, from)]));
    const wish = { verb: "rolling-upgrade", engine: engine.path, handBack: false } as const;
    return planRollingUpgrade(sampleFacts(topology, { managed, engine }), wish);
  };
  const redis8 = { engine: { kind: "redis", path: "/usr/bin/redis-server", version: "8.0.1", rdb: 12 } } as const;
  expect(isRefused(to("redis", "7.2.5", 11))).toBe(false);
  expect(isRefused(to("valkey", "8.0.1", 11))).toBe(false);
  expect(isRefused(to("redis", "6.2.0", 9))).toBe(true);
  expect(isRefused(to("redis", "7.2.5", 11, redis8))).toBe(true);
  expect(isRefused(to("valkey", "9.0.0", 80, redis8))).toBe(true);
  expect(to("redis", "7.2.5", 11).preflight.at(-1)?.text).toContain("no rolling back");
});

test("a host hands over to others, and gets back what it had", () => {
  const topology = sampleTopology({ primaries: 3, replicas: 1, hosts: 3 });
  const facts = sampleFacts(topology, { managed: managedAll(topology) });
  const begin = { verb: "maintenance", host: "host-1", end: false, stop: false } as const;
  // Node 3 is the replica of node 0, and stands on the same host.
  const stuck = planMaintenance(facts, begin);
  expect(isRefused(stuck)).toBe(true);
  const spread = sampleTopology({ primaries: 3, replicas: 1, hosts: 2 });
  const there = sampleFacts(spread, { managed: managedAll(spread) });
  const plan = planMaintenance(there, { ...begin, stop: true });
  expect(plan.steps.map(short)).toEqual([
    "bb01 for aa01",
    "bb03 for aa03",
    "stop-node",
    "stop-node",
    "stop-node",
    "prove",
  ]);
  expect(plan.preflight.find((line) => line.code === "vote-left")?.state).toBe("pass");
  simulate(modelOf(spread), plan.steps);
  expect(() => planMaintenance(there, { ...begin, end: true })).toThrow(/has not emptied/);
  expect(() => planMaintenance(there, { ...begin, host: "host-9" })).toThrow(/host-1, host-2/);
});
