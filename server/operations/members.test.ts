import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterId, NodeId } from "@/lib/cluster/node";
import { parseClusterInfo } from "@/lib/cluster/parse";
import { countSlots } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { findMember } from "@/lib/plans/members";
import type { Plan } from "@/lib/plans/plan";
import { insertPlan, readPlan } from "@/server/store/plans";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import { startNode, type TestNode } from "@/server/testing/node";
import { until } from "@/server/testing/until";
import { makeEngine, type TestEngine, told, untilState } from "./console.fixture";

const BASE = 7640;
let cluster: TestCluster;
let seventh: TestNode;
let eighth: TestNode;
let engine: TestEngine;
let id: ClusterId;
const idOf = (i: number) => cluster.nodes[i]?.id as NodeId;

beforeAll(async () => {
  engine = makeEngine();
  [cluster, seventh, eighth] = await Promise.all([
    startCluster({ basePort: BASE, primaries: 3, replicas: 3 }),
    startNode({ port: BASE + 6 }),
    startNode({ port: BASE + 7 }),
  ]);
  id = await engine.connect(BASE);
}, 60_000);
afterAll(async () => {
  await engine.close();
  await Promise.all([cluster.close(), seventh.close(), eighth.close()]);
});

/** The same plan with a shorter last look: one story of the whole suite waits out the 60 s ban. */
function hurried(plan: Plan, forMs: number): Plan {
  const kept = readPlan(engine.store, plan.id);
  if (!kept) throw new Error("no plan");
  const steps = plan.steps.map((step) => (step.kind === "watch-gone" ? { ...step, forMs } : step));
  const quick = { ...plan, id: `${plan.id}q`, steps };
  insertPlan(engine.store, { plan: quick, picture: kept.picture });
  return quick;
}

test("a seventh node joins as primary, gets slots, is drained and removed, and is alone again", async () => {
  const added = await engine.run(
    await engine.plan(id, { verb: "add-node", node: { endpoint: seventh.endpoint }, role: "primary" }),
  );
  expect(added.state, told(added)).toBe("succeeded");
  const filled = await engine.run(await engine.plan(id, { verb: "reshard", target: seventh.id, slots: 300 }));
  expect(filled.state, told(filled)).toBe("succeeded");
  const own = (await engine.observer.sweep(id)).nodes.find((node) => node.id === seventh.id);
  expect(countSlots(own?.ranges ?? [])).toBe(300);

  const plan = await engine.plan(id, { verb: "remove-node", nodeId: seventh.id, afterwards: "reset" });
  const removed = await engine.run(hurried(plan, 3000), 90_000);
  expect(removed.state, told(removed)).toBe("succeeded");
  expect(removed.proof.find((line) => line.code === "gone")?.state).toBe("pass");
  expect(parseClusterInfo(String(await seventh.call("CLUSTER", "INFO"))).knownNodes).toBe(1);
  expect((await engine.observer.sweep(id)).nodes.map((node) => node.id)).not.toContain(seventh.id);
}, 120_000);

test("a node joins as replica, follows another primary, and leaves", async () => {
  const added = await engine.run(
    await engine.plan(id, {
      verb: "add-node",
      node: { endpoint: eighth.endpoint },
      role: "replica",
      primaryId: idOf(1),
    }),
  );
  expect(added.state, told(added)).toBe("succeeded");
  expect(added.proof.find((line) => line.code === "following")?.state).toBe("pass");
  const moved = await engine.run(await engine.plan(id, { verb: "replicate", nodeId: eighth.id, primaryId: idOf(2) }));
  expect(moved.state, told(moved)).toBe("succeeded");
  expect(String(await eighth.call("CLUSTER", "NODES"))).toMatch(new RegExp(`myself,slave ${idOf(2)} `));
  const plan = await engine.plan(id, { verb: "remove-node", nodeId: eighth.id, afterwards: "reset" });
  const removed = await engine.run(hurried(plan, 500));
  expect(removed.state, told(removed)).toBe("succeeded");
}, 90_000);

test("a member that was down while a node was removed is told when it is back", async () => {
  const ghost = await startNode({ port: BASE + 9 });
  const sleeper = cluster.nodes[5] as TestNode;
  try {
    const wish = { verb: "add-node", node: { endpoint: ghost.endpoint }, role: "replica", primaryId: idOf(0) } as const;
    const added = await engine.run(await engine.plan(id, wish));
    expect(added.state, told(added)).toBe("succeeded");
    await sleeper.kill();
    const isSilent = (one: Topology) => findMember(one, sleeper.id)?.answer.kind === "silent";
    await engine.observer.waitFor(id, isSilent, { deadlineMs: 10_000, what: "the member to be silent" });
    const plan = await engine.plan(id, { verb: "remove-node", nodeId: ghost.id, afterwards: "reset" });
    const removed = await engine.run(hurried(plan, 500));
    expect(removed.state, told(removed)).toBe("succeeded");
    expect(removed.steps[0]?.note).toMatch(/told when they are back: 127\.0\.0\.1:7645/);
    // The others forget their ban with their process: what the sleeper still knows, all of them hear from it.
    for (const node of cluster.nodes) if (node !== sleeper) await node.kill();
    await Promise.all(cluster.nodes.map((node) => node.start()));
    await until("the ghost to be back", 20_000, async () => {
      const views = await Promise.all(cluster.primaries.map((node) => node.call("CLUSTER", "NODES")));
      return views.some((view) => String(view).includes(ghost.id));
    });
    await until("the ghost to be gone everywhere", 20_000, async () => {
      const views = await Promise.all(cluster.nodes.map((node) => node.call("CLUSTER", "NODES")));
      return views.every((view) => !String(view).includes(ghost.id));
    });
    const now = await untilState(engine, removed, ({ steps }) => steps[0]?.note?.includes("have been told") === true);
    expect(now.state).toBe("succeeded");
  } finally {
    await ghost.close();
  }
}, 60_000);

test("a node that took a key between plan and start is not met", async () => {
  const lone = await startNode({ port: BASE + 8 });
  try {
    const plan = await engine.plan(id, { verb: "add-node", node: { endpoint: lone.endpoint }, role: "primary" });
    await lone.call("CLUSTER", "ADDSLOTS", 12182);
    const before = (await engine.observer.sweep(id)).nodes.length;
    await expect(engine.start(plan)).rejects.toMatchObject({ code: "refused" });
    expect((await engine.observer.sweep(id)).nodes).toHaveLength(before);
    expect(parseClusterInfo(String(await lone.call("CLUSTER", "INFO"))).knownNodes).toBe(1);
  } finally {
    await lone.close();
  }
});

test("a replica that cannot win a vote is not asked to, and the sentence says why", async () => {
  const replicaId = idOf(3);
  const plan = await engine.plan(id, { verb: "failover", replicaId, mode: "default" });
  const replica = cluster.nodes[3];
  await replica?.call("CONFIG", "SET", "masterauth", "wrong");
  await cluster.primaries[0]?.call("CONFIG", "SET", "requirepass", "right");
  await cluster.primaries[0]?.call("CLIENT", "KILL", "TYPE", "replica");
  try {
    const operation = await engine.run(plan, 40_000);
    expect(operation).toMatchObject({ state: "failed", reason: { code: "step-failed" } });
    expect(operation.reason?.text).toMatch(/was not tried.*link to 127\.0\.0\.1:7640 is down/);
  } finally {
    await cluster.primaries[0]?.call("CONFIG", "SET", "requirepass", "");
    await replica?.call("CONFIG", "SET", "masterauth", "");
  }
}, 60_000);
