import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterId, NodeId } from "@/lib/cluster/node";
import type { Operation } from "@/lib/operation";
import { isRefused, type Plan } from "@/lib/plans/plan";
import { reverseDraft } from "@/lib/plans/reverse";
import type { Wish } from "@/lib/plans/wish";
import { wishOf } from "@/lib/wire/wizard-link";
import { insertPlan, readPlan } from "@/server/store/plans";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import { startNode, type TestNode } from "@/server/testing/node";
import { until } from "@/server/testing/until";
import { makeEngine, type TestEngine, told } from "./console.fixture";

/** Slot 12182 is the one of {foo}: the third primary's. */
const BASE = 9080;
const SLOT = 12182;
let cluster: TestCluster;
let spare: TestNode;
let other: TestNode;
let engine: TestEngine;
let id: ClusterId;
const idOf = (i: number) => cluster.nodes[i]?.id as NodeId;
const node = (i: number) => cluster.nodes[i] as TestNode;

beforeAll(async () => {
  [cluster, spare, other] = await Promise.all([
    startCluster({ basePort: BASE, primaries: 3, replicas: 0 }),
    startNode({ port: BASE + 3 }),
    startNode({ port: BASE + 4 }),
  ]);
  await other.call("CLUSTER", "ADDSLOTSRANGE", 0, 16383);
  for (let i = 0; i < 40; i++) await node(2).call("SET", `{foo}${i}`, "x");
  engine = makeEngine();
  id = await engine.connect(BASE);
});
afterAll(async () => {
  await engine.close();
  await Promise.all([cluster.close(), spare.close(), other.close()]);
});

async function run(plan: Plan): Promise<Operation> {
  const operation = await engine.run(plan);
  expect(operation.state, told(operation)).toBe("succeeded");
  return operation;
}
const plan = (wish: Wish) => engine.plan(id, wish);
const failing = (made: Plan) =>
  made.preflight
    .filter((line) => line.state === "fail" && line.kind !== "note")
    .map((line) => `${line.kind} ${line.code}`);
const proved = (operation: Operation, code: string) => operation.proof.find((line) => line.code === code)?.state;
const keysOf = async (i: number) => Number(await node(i).call("CLUSTER", "COUNTKEYSINSLOT", SLOT));

/** The same plan with a shorter last look: members.test.ts waits out the ban of 60 s. */
function hurried(made: Plan): Plan {
  const kept = readPlan(engine.store, made.id);
  if (!kept) throw new Error("no plan");
  const steps = made.steps.map((step) => (step.kind === "watch-gone" ? { ...step, forMs: 1500 } : step));
  const quick = { ...made, id: `${made.id}q`, steps };
  insertPlan(engine.store, { plan: quick, picture: kept.picture });
  return quick;
}

test("meet takes an empty node that is alone, and refuses one that lives", async () => {
  const refused = await plan({ verb: "meet", node: { endpoint: other.endpoint } });
  expect(isRefused(refused)).toBe(true);
  expect(failing(refused)).toContain("refuse candidate-no-slots");
  await expect(engine.start(refused)).rejects.toMatchObject({ code: "refused", sentence: "planRefused" });
  const operation = await run(await plan({ verb: "meet", node: { endpoint: spare.endpoint } }));
  expect(proved(operation, "joined")).toBe("pass");
});

test("forget is told to every member, and says that a node which answers may come back", async () => {
  const owner = await plan({ verb: "forget", nodeId: idOf(0) });
  expect(failing(owner)).toContain("refuse owns-nothing");
  const made = await plan({ verb: "forget", nodeId: spare.id });
  expect(failing(made)).toEqual(["hold comes-back"]);
  const operation = await run(hurried(made));
  expect(proved(operation, "gone")).toBe("pass");
  for (const member of cluster.nodes) expect(String(await member.call("CLUSTER", "NODES"))).not.toContain(spare.id);
});

test("slots are deleted in every view, typed with the number of their keys, and added again by the way back", async () => {
  const made = await plan({ verb: "del-slots", ranges: [[SLOT, SLOT + 1]] });
  expect(failing(made)).toEqual([]);
  expect(made.confirm.typed).toBe("Lab");
  expect(made.confirm.why).toMatch(/2 slots belong to nobody afterwards, and at least 40 keys/);
  await expect(engine.start(made, { typed: "" })).rejects.toMatchObject({ sentence: "confirmTyped" });
  const deleted = await run(made);
  expect(proved(deleted, "unassigned")).toBe("pass");
  for (const member of cluster.nodes) expect(String(await member.call("CLUSTER", "SHARDS"))).not.toContain("12182");

  const elsewhere = await plan({ verb: "add-slots", nodeId: idOf(0), ranges: [[SLOT, SLOT]] });
  expect(failing(elsewhere)).toEqual(["hold keys-elsewhere"]);
  await expect(plan({ verb: "add-slots", nodeId: idOf(0), ranges: [[6000, 6001]] })).rejects.toMatchObject({
    sentence: "planSlotsOwned",
  });
  const back = wishOf(reverseDraft(deleted) ?? { verb: "add-slots" });
  if (!back) throw new Error("nothing takes it back");
  const added = await run(await plan(back));
  expect(proved(added, "assigned")).toBe("pass");
  await until("the keys to be served again", 10_000, async () => (await node(2).call("GET", "{foo}1")) === "x");
});

test("a mark is cleared where no key would be hidden, and kept where one would", async () => {
  await node(0).call("CLUSTER", "SETSLOT", SLOT, "IMPORTING", idOf(2));
  await node(2).call("CLUSTER", "SETSLOT", SLOT, "MIGRATING", idOf(0));
  await node(2).call("MIGRATE", "127.0.0.1", BASE, "", 0, 5000, "KEYS", "{foo}0", "{foo}1", "{foo}2");
  const half = await plan({ verb: "set-slot-stable", ranges: [[SLOT, SLOT]] });
  expect(failing(half)).toContain("refuse keys-stranded");
  expect(half.preflight.find((line) => line.code === "keys-stranded")?.text).toMatch(/3 keys .* 127\.0\.0\.1:9080/);

  // Empty, of the first primary: its marks go, and the half-moved one beside it stays as it is.
  await node(1).call("CLUSTER", "SETSLOT", 100, "IMPORTING", idOf(0));
  await node(0).call("CLUSTER", "SETSLOT", 100, "MIGRATING", idOf(1));
  const made = await plan({ verb: "set-slot-stable", ranges: [[0, 200]] });
  expect(failing(made)).toEqual([]);
  expect(made.commands.raw.map((line) => line.slice(-26)).sort()).toEqual(
    [...new Array(2)].map(() => "CLUSTER SETSLOT 100 STABLE"),
  );
  const operation = await run(made);
  expect(proved(operation, "no-open-slots")).toBe("pass");
  expect(await Promise.all([keysOf(0), keysOf(2)])).toEqual([3, 37]);
  await expect(plan({ verb: "set-slot-stable", ranges: [[0, 200]] })).rejects.toMatchObject({
    sentence: "planSlotsClosed",
  });
});
