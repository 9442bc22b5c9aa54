import { existsSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NodeId } from "@/lib/cluster/node";
import type { DrillMark, Operation } from "@/lib/operation";
import type { WishOf } from "@/lib/plans/wish";
import { pause } from "@/server/admin/steps/wait";
import { ann, told, untilState } from "./console.fixture";
import { type ManagedLab, startManaged } from "./managed.fixture";

const BASE = 9440;
let lab: ManagedLab;

beforeAll(async () => {
  lab = await startManaged(BASE, {}, { nodeTimeoutMs: 1000 });
}, 120_000);
afterAll(() => lab.close());

const planOf = (nodeId: NodeId, how: WishOf<"drill">["how"]) => lab.engine.plan(lab.id, { verb: "drill", nodeId, how });
const headOf = async () => {
  const { shards } = await lab.engine.observer.sweep(lab.id);
  const [shard] = shards;
  if (!shard) throw new Error("no shard");
  return shard;
};
const marksOf = ({ steps }: Operation) => new Map(steps[0]?.marks?.map((mark) => [mark.what, mark]));
const at = (marks: ReadonlyMap<string, DrillMark>, what: string): number => marks.get(what)?.ms ?? Number.NaN;

test("a killed primary: who said what when, from what was seen, and it comes back as a replica", async () => {
  const { primaryId, replicaIds } = await headOf();
  const ended = await lab.engine.run(await planOf(primaryId, "kill"), 60_000);
  expect(ended.state, told(ended)).toBe("succeeded");
  const marks = marksOf(ended);
  expect([...marks.keys()].sort()).toEqual(["back", "fail", "healed", "pfail", "promoted"]);
  // A node is given its timeout before anybody calls it PFAIL; the rest follows in this order.
  const order = ["pfail", "fail", "promoted", "healed", "back"].map((what) => at(marks, what));
  expect([...order].sort((a, b) => a - b)).toEqual(order);
  expect(order[0]).toBeGreaterThan(500);
  expect(marks.get("promoted")?.nodeId).toBe(replicaIds[0]);
  expect(ended.proof.find((line) => line.code === "drilled")?.text).toMatch(/PFAIL after \d+ ms.*primary after \d+ ms/);
  expect((await headOf()).primaryId).toBe(replicaIds[0]);
}, 60_000);

test("a frozen node is watched, thawed, and back in sync", async () => {
  const { replicaIds } = await headOf();
  const frozen = replicaIds[0] as NodeId;
  const managed = lab.nodes.find((node) => node.nodeId === frozen)?.id ?? "";
  const operation = await lab.engine.start(await planOf(frozen, "freeze"));
  await untilState(lab.engine, operation, ({ steps }) => steps[0]?.state === "running");
  while (!(await lab.engine.runtime.isFrozen(managed))) await pause(20, AbortSignal.timeout(10_000));
  const ended = await lab.engine.operations.finished(operation.id, { deadlineMs: 30_000 });
  expect(ended.state, told(ended)).toBe("succeeded");
  expect(await lab.engine.runtime.isFrozen(managed)).toBe(false);
  expect(at(marksOf(ended), "fail")).toBeGreaterThan(500);
}, 60_000);

test("a node that takes no DEBUG is not asked to crash; elsewhere than on a sandbox a name is typed", async () => {
  const { primaryId } = await headOf();
  const crash = await planOf(primaryId, "segfault");
  expect(crash.preflight.find((line) => line.code === "debug-allowed")).toMatchObject({
    kind: "refuse",
    state: "fail",
  });
  lab.engine.registry.update(lab.id, { environment: "production" });
  const plan = await planOf(primaryId, "kill");
  expect(plan.confirm.typed).toBe(plan.clusterName);
  await expect(
    lab.engine.operations.start(ann, lab.id, { planId: plan.id, goOnAfterRestart: true }),
  ).rejects.toMatchObject({ sentence: "confirmTyped" });
});

test("a decommissioned cluster is gone: processes, folders, and the way to it", async () => {
  const plan = await lab.engine.plan(lab.id, { verb: "decommission", deleteFolders: true });
  expect(plan.confirm.typed).toBe(plan.clusterName);
  const input = { planId: plan.id, goOnAfterRestart: true, typed: plan.clusterName, reason: "a test" };
  await expect(lab.engine.operations.start(ann, lab.id, input)).rejects.toMatchObject({ code: "forbidden" });
  const { id } = await lab.engine.operations.start({ ...ann, role: "admin" }, lab.id, input);
  const ended = await lab.engine.operations.finished(id, { deadlineMs: 60_000 });
  expect(ended.state, told(ended)).toBe("succeeded");
  expect(ended.proof.map((line) => `${line.state} ${line.code}`)).toEqual(["pass processes-gone"]);
  expect(await lab.engine.runtime.list()).toEqual([]);
  expect(lab.nodes.filter((node) => existsSync(node.folder))).toEqual([]);
  expect(lab.engine.registry.find(lab.id)).toBeUndefined();
  expect(lab.engine.operations.get(lab.id, ended.id).state).toBe("succeeded");
}, 60_000);
