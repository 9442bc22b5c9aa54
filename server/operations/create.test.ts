import { createServer } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asClusterId, type NodeId } from "@/lib/cluster/node";
import { parseClusterInfo } from "@/lib/cluster/parse";
import { countSlots } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { startNode, type TestNode } from "@/server/testing/node";
import { until } from "@/server/testing/until";
import { ann, makeEngine, type TestEngine, told, untilState } from "./console.fixture";

const BASE = 7600;
const fresh = asClusterId("fresh");
let nodes: readonly TestNode[];
let engine: TestEngine;

beforeAll(async () => {
  engine = makeEngine();
  nodes = await Promise.all(Array.from({ length: 6 }, (_, i) => startNode({ port: BASE + i })));
});
afterAll(async () => {
  await engine.close();
  await Promise.all(nodes.map((node) => node.close()));
});

const planOf = (some: readonly TestNode[], replicasPerPrimary: number) =>
  engine.plan(undefined, {
    verb: "create",
    name: "Fresh",
    nodes: some.map(({ endpoint }) => ({ endpoint })),
    replicasPerPrimary,
  });

async function untouched(some: readonly TestNode[]): Promise<void> {
  for (const node of some) {
    const info = parseClusterInfo(String(await node.call("CLUSTER", "INFO")));
    expect([node.port, info.knownNodes, info.slotsAssigned, info.myEpoch]).toEqual([node.port, 1, 0, 0]);
  }
}

test("a create whose nodes cannot hear each other says who, and its cancel leaves them as they were", async () => {
  // Something takes connections on the announced bus port, so that only the nodes themselves can find out.
  const silence = createServer(() => {}).listen(BASE + 7, "127.0.0.1");
  const deaf = await startNode({ port: BASE + 6, config: [`cluster-announce-bus-port ${BASE + 7}`] });
  try {
    const some = [...nodes.slice(0, 2), deaf];
    const operation = await engine.start(await planOf(some, 0));
    const failed = await engine.operations.finished(operation.id, { deadlineMs: 40_000 });
    expect(failed.state, told(failed)).toBe("failed");
    expect(failed.reason?.text).toMatch(/127\.0\.0\.1:7606.*(bus port|cannot reach)/);
    await engine.operations.act(ann, fresh, operation.id, "cancel");
    const ended = await untilState(engine, operation, ({ state }) => state === "cancelled");
    expect(ended.reason?.text).toBe("Cancelled by ann.");
    await untouched(some);
    expect(engine.registry.find(fresh)).toBeUndefined();
  } finally {
    await deaf.close();
    silence.close();
  }
}, 60_000);

test("six empty nodes become a cluster of 3+3 in spite of a restart, and a failover right after it happens", async () => {
  const operation = await engine.start(await planOf(nodes, 1));
  await untilState(engine, operation, ({ steps }) => steps.filter((step) => step.state === "done").length > 9);
  await engine.close({ keepFolder: true });
  engine = makeEngine({ folder: engine.folder });
  await engine.operations.recover();
  const created = await engine.operations.finished(operation.id, { deadlineMs: 40_000 });
  expect(created.state, told(created)).toBe("succeeded");
  const { topology } = engine.observer.snapshot(fresh);
  expect(topology?.shards.map((shard) => [countSlots(shard.ranges), shard.replicaIds.length])).toEqual([
    [5461, 1],
    [5462, 1],
    [5461, 1],
  ]);
  expect(created.proof.map((line) => [line.code, line.state])).toEqual([
    ["heard", "pass"],
    ["agreement", "pass"],
    ["no-open-slots", "pass"],
    ["covered", "pass"],
    ["joined", "pass"],
    ["serving", "pass"],
    ["following", "pass"],
  ]);

  const replicaId = topology?.shards[0]?.replicaIds[0];
  if (!replicaId) throw new Error("no replica");
  const turn = await engine.run(await engine.plan(fresh, { verb: "failover", replicaId, mode: "default" }));
  expect(turn.state, told(turn)).toBe("succeeded");
  expect(turn.proof.find((line) => line.code === "promoted")?.state).toBe("pass");
}, 60_000);

test("a dead primary's replica takes over by force, proved without the dead one, which comes back as a replica", async () => {
  const topology = await engine.observer.sweep(fresh);
  const shard = topology.shards[1];
  // By their ports: the nodes of the create that was undone have other ids than they started with.
  const nodeOf = (id: NodeId | undefined) =>
    nodes.find((node) => node.port === topology.nodes.find((one) => one.id === id)?.endpoint.port);
  const [primaryId, replicaId] = [shard?.primaryId, shard?.replicaIds[0]];
  const [dead, replica] = [nodeOf(primaryId), nodeOf(replicaId)];
  if (!dead || !replica || !replicaId) throw new Error("no shard");
  await replica.call("CONFIG", "SET", "cluster-replica-no-failover", "yes");
  await dead.kill();
  const isFailed = (one: Topology) => one.nodes.find((node) => node.id === primaryId)?.health === "fail";
  await engine.observer.waitFor(fresh, isFailed, { deadlineMs: 15_000, what: "the dead primary to be called failed" });
  const turn = await engine.run(await engine.plan(fresh, { verb: "failover", replicaId, mode: "force" }));
  expect(turn.state, told(turn)).toBe("succeeded");
  expect(turn.proof.map((line) => line.code)).toContain("silent-before");
  await dead.start();
  await until("the old primary to follow", 15_000, async () =>
    new RegExp(`myself,slave ${replicaId}`).test(String(await dead.call("CLUSTER", "NODES"))),
  );
}, 60_000);
