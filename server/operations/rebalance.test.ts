import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterId, NodeId } from "@/lib/cluster/node";
import type { Operation } from "@/lib/operation";
import type { WishOf } from "@/lib/plans/wish";
import { Link } from "@/server/link";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import { startNode, type TestNode } from "@/server/testing/node";
import { makeEngine, type TestEngine, told } from "./console.fixture";

/** Three primaries that own everything, and a fourth that joins and owns nothing. */
const BASE = 9000;
const KEYS = 600;
let cluster: TestCluster;
let fourth: TestNode;
let engine: TestEngine;
let id: ClusterId;
const idOf = (i: number) => cluster.nodes[i]?.id as NodeId;

beforeAll(async () => {
  [cluster, fourth] = await Promise.all([
    startCluster({ basePort: BASE, primaries: 3, replicas: 0 }),
    startNode({ port: BASE + 3 }),
  ]);
  // One tag a slot: {foo} is slot 12182, {bar} 5061, of the third and the first.
  for (let i = 0; i < KEYS; i++) {
    const [tag, owner] = i % 3 === 0 ? ["foo", 2] : ["bar", 0];
    await cluster.primaries[owner]?.call("SET", `{${tag}}${i}`, "x".repeat(50));
  }
  engine = makeEngine({ readingGapMs: 300 });
  id = await engine.connect(BASE);
  const joined = await engine.run(
    await engine.plan(id, { verb: "add-node", node: { endpoint: fourth.endpoint }, role: "primary" }),
  );
  expect(joined.state, told(joined)).toBe("succeeded");
});
afterAll(async () => {
  await engine.close();
  await Promise.all([cluster.close(), fourth.close()]);
});

async function rebalance(changes: Partial<WishOf<"rebalance">>): Promise<Operation> {
  const plan = await engine.plan(id, { verb: "rebalance", by: "slots", threshold: 2, useEmpty: false, ...changes });
  const operation = await engine.run(plan);
  expect(operation.state, told(operation)).toBe("succeeded");
  expect(operation.proof.find((line) => line.code === "moved")?.state).toBe("pass");
  return operation;
}

/** What each node says that it owns itself. */
async function slotsNow(): Promise<readonly number[]> {
  return Promise.all(
    [...cluster.nodes, fourth].map(async (node) => {
      const own =
        String(await node.call("CLUSTER", "NODES"))
          .split("\n")
          .find((line) => line.includes("myself")) ?? "";
      const ranges = own.trim().split(" ").slice(8);
      return ranges.reduce((sum, range) => {
        const [first = 0, last = first] = range.split("-").map(Number);
        return sum + last - first + 1;
      }, 0);
    }),
  );
}

const keysNow = async () => {
  const sizes = await Promise.all([...cluster.nodes, fourth].map((node) => node.call("DBSIZE")));
  return sizes.map(Number);
};

test("three and an empty one become four quarters, exactly, and every key is there", async () => {
  const operation = await rebalance({ useEmpty: true });
  expect(await slotsNow()).toEqual([4096, 4096, 4096, 4096]);
  expect(operation.plan.totals).toMatchObject({ slotsAsked: 4096, slots: 4096 });
  expect((await keysNow()).reduce((a, b) => a + b, 0)).toBe(KEYS);
});

test("by weights, and back at threshold 0", async () => {
  await rebalance({ weights: [{ nodeId: idOf(1), weight: 2 }], threshold: 0 });
  expect(await slotsNow()).toEqual([3277, 6553, 3277, 3277]);
  await rebalance({ threshold: 0 });
  expect(await slotsNow()).toEqual([4096, 4096, 4096, 4096]);
  await expect(rebalance({ threshold: 0 })).rejects.toMatchObject({ code: "invalid", sentence: "planBalanced" });
});

test("by keys the two slots that hold them all come to different primaries where they were on one", async () => {
  await engine
    .plan(id, {
      verb: "reshard",
      target: idOf(0),
      ranges: [
        [12182, 12182],
        [5061, 5061],
      ],
    })
    .then((plan) => engine.run(plan));
  expect((await keysNow())[0]).toBe(KEYS);
  const operation = await rebalance({ by: "keys" });
  expect(operation.plan.totals.slots).toBe(1);
  expect([...(await keysNow())].sort((a, b) => b - a)).toEqual([400, 200, 0, 0]);
});

test("by traffic two readings stand in the plan, and a plan that was to be looked at only cannot be started", async () => {
  // One without keys: its work is spread over its slots then, and some of them can move.
  const keys = await keysNow();
  const node = [...cluster.nodes, fourth][keys.indexOf(0)] ?? fourth;
  const busy = await Link.open({ endpoint: node.endpoint });
  let over = false;
  const pings = (async () => {
    while (!over) await busy.call(["PING", "x".repeat(20_000)]);
  })();
  const plan = await engine.plan(id, {
    verb: "rebalance",
    by: "traffic",
    threshold: 2,
    useEmpty: false,
    simulate: true,
  });
  over = true;
  await pings;
  busy.close();
  expect(plan.balance).toMatchObject({ by: "traffic", overMs: 300, estimated: true });
  const [most] = [...(plan.balance?.nodes ?? [])].sort((a, b) => b.before - a.before);
  expect(most?.nodeId).toBe(node.id);
  expect(most?.after).toBeLessThan(most?.before ?? 0);
  await expect(engine.start(plan)).rejects.toMatchObject({ code: "refused", sentence: "planSimulated" });
});
