import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterId } from "@/lib/cluster/node";
import { eachSlot, hasSlot, type Slot, type SlotRanges } from "@/lib/cluster/slots";
import type { Operation } from "@/lib/operation";
import type { Plan } from "@/lib/plans/plan";
import type { WishOf } from "@/lib/plans/wish";
import { compare, nothingLost, settledOwners } from "@/server/migrate/testing/checks";
import { fill, type Model, makeEntries, nameOf, pipe, tagOf } from "@/server/migrate/testing/data";
import { DeepChecks } from "@/server/observe/deep-check";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import type { TestNode } from "@/server/testing/node";
import { ann, makeEngine, type TestEngine, told, untilState } from "./console.fixture";
import { halfMove, hideKeys, openBoth, plant, stable } from "./fix.fixture";

const BASE = 8720;
/** e3b has a thousand: FIX_SLOTS=1000. */
const SLOTS = Number(process.env.FIX_SLOTS ?? 120);
let cluster: TestCluster;
let engine: TestEngine;
let checks: DeepChecks;
let id: ClusterId;
const model: Model = new Map();
const node = (i: number): TestNode => cluster.nodes[i] as TestNode;
const wish = (more: Partial<WishOf<"fix">> = {}): WishOf<"fix"> => ({
  verb: "fix",
  open: "safe",
  strays: "move",
  abandon: [],
  ...more,
});
const kinds = (plan: Plan) => plan.steps.map((step) => step.kind);
const slots = (first: number, count: number): readonly Slot[] => [...eachSlot([[first, first + count - 1]])];
const range = (first: number, count: number): SlotRanges => [[first, first + count - 1]];

let meddle: (() => Promise<void>) | undefined;

beforeAll(async () => {
  engine = makeEngine({
    hook: async (point) => {
      if (point !== "after-acknowledge") return;
      const once = meddle;
      meddle = undefined;
      await once?.();
    },
  });
  cluster = await startCluster({ basePort: BASE, primaries: 3, replicas: 3 });
  id = await engine.connect(BASE);
  checks = new DeepChecks({ ...engine, now: Date.now });
  const owners = cluster.primaries.map((one, i) => ({
    node: one,
    ranges: [cluster.ranges[i] ?? [0, 0]] as SlotRanges,
  }));
  await fill(owners, makeEntries({ slots: slots(0, SLOTS), keysPerSlot: 10, ttlEvery: 3 }), model);
  await fill(owners, makeEntries({ slots: slots(6000, 60), keysPerSlot: 100, ttlEvery: 7 }), model);
}, 120_000);
afterAll(async () => {
  await engine.close();
  await cluster.close();
});

/** Sick before, mended after: nothing lost, none open, all views agree, nothing more to mend. */
async function mend(more: Partial<WishOf<"fix">> = {}) {
  const sick = await checks.run(id);
  expect(sick.healthy).toBe(false);
  const plan = await engine.plan(id, wish(more));
  const ended = await engine.run(plan);
  expect(ended.state, `${told(ended)}\n${plan.preflight.map((line) => line.text).join("\n")}`).toBe("succeeded");
  const owners = await settledOwners(cluster.nodes);
  expect(await compare(owners, model)).toEqual(nothingLost);
  const well = await checks.run(id);
  expect(well.findings).toEqual([]);
  expect(well.troubles).toEqual([]);
  const ownerOf = (slot: Slot) => [...owners].find(([, ranges]) => hasSlot(ranges, slot))?.[0];
  return { sick, plan, ended, ownerOf };
}

test("another tool at an open slot is noticed before that slot is touched", async () => {
  await halfMove(node(0), node(1), slots(0, SLOTS), 4);
  const last = SLOTS - 1;
  meddle = async () => void (await node(1).call("CLUSTER", "SETSLOT", last, "IMPORTING", node(2).id));
  const operation = await engine.start(await engine.plan(id, wish()));
  const rests = ({ state }: Operation) => ["succeeded", "failed", "paused"].includes(state);
  const paused = await untilState(engine, operation, rests);
  expect(paused.state, told(paused)).toBe("paused");
  expect(paused.reason).toMatchObject({ code: "foreign-change", nodeId: node(1).id, slot: last });
  expect(paused.reason?.text).toContain(`from 127.0.0.1:${BASE + 2}`);
  const [left] = await pipe(node(0), [["CLUSTER", "COUNTKEYSINSLOT", last]]);
  expect(left).toBe(6);
  await node(1).call("CLUSTER", "SETSLOT", last, "IMPORTING", node(0).id);
  await engine.operations.act(ann, id, operation.id, "resume");
  const resumed = await untilState(engine, operation, (now) => rests(now) && now.seq > paused.seq);
  expect(resumed.state, told(resumed)).toBe("succeeded");
  expect(await compare(await settledOwners(cluster.nodes), model)).toEqual(nothingLost);
});

test("half-moved slots go on to their target", async () => {
  await halfMove(node(1), node(0), slots(0, SLOTS), 4);
  const { plan, ended, ownerOf } = await mend();
  expect(kinds(plan)).toEqual(["move-slots", "prove"]);
  expect(ended.steps[0]).toMatchObject({ slotsMoved: SLOTS, keysMoved: 6 * SLOTS });
  expect(ownerOf(0)).toBe(node(0));
  await expect(engine.plan(id, wish())).rejects.toMatchObject({ sentence: "planNothingToFix" });
});

test("half-moved slots go back: to the target first, then home; those of which nothing has moved are just closed", async () => {
  await halfMove(node(1), node(2), slots(6000, 4), 40);
  await openBoth(node(1), node(2), slots(6004, 3));
  const { plan, ownerOf } = await mend({ open: "back" });
  expect(kinds(plan)).toEqual(["clear-flags", "move-slots", "move-slots", "prove"]);
  expect([6000, 6006].map(ownerOf)).toEqual([node(1), node(1)]);
});

test("each slot can go its own way", async () => {
  await halfMove(node(1), node(2), slots(6000, 3), 40);
  await engine.plan(id, wish({ leave: range(6000, 3) })).then(
    () => expect.unreachable(),
    (error) => expect(error).toMatchObject({ sentence: "planNothingChosen" }),
  );
  const part = await engine.plan(id, wish({ back: range(6001, 1), leave: range(6002, 1) }));
  const ended = await engine.run(part);
  expect(ended.state, told(ended)).toBe("succeeded");
  const { ownerOf } = await mend({ finish: range(6002, 1) });
  expect([6000, 6001, 6002].map(ownerOf)).toEqual([node(2), node(1), node(2)]);
});

test("the half states: a flag on one side, keys behind it or none, and an owner that was told first", async () => {
  const [source, target] = [node(1), node(2)];
  await openBoth(source, target, slots(6010, 2));
  await stable(source, [6010]);
  await stable(target, [6011]);
  await halfMove(source, target, slots(6012, 2), 40);
  await stable(source, [6012]);
  await stable(target, [6013]);
  await halfMove(source, target, [6014], 100);
  await source.call("CLUSTER", "SETSLOT", 6014, "NODE", target.id);
  const { sick, plan, ownerOf } = await mend();
  expect(new Set(sick.troubles.map(({ kind }) => kind))).toEqual(new Set(["flag-alone", "nobody"]));
  expect(sick.findings.map(({ code }) => code)).toEqual(expect.arrayContaining(["slot-open", "slots-uncovered"]));
  expect(kinds(plan)).toEqual(["assign-slots", "clear-flags", "clear-flags", "move-slots", "prove"]);
  expect(slots(6010, 5).map(ownerOf)).toEqual([source, source, target, target, target]);
});

test("keys behind a flag of the other side alone go back to their owner without a detour", async () => {
  await hideKeys(node(1), node(2), slots(6020, 2), 40);
  await node(2).call("CLUSTER", "SETSLOT", 6020, "IMPORTING", node(1).id);
  const { plan, ownerOf } = await mend({ open: "back" });
  expect(kinds(plan)).toEqual(["gather-keys", "prove"]);
  expect(ownerOf(6020)).toBe(node(1));
});

test("keys that a cancelled move has hidden are found by counting, and brought to the owner", async () => {
  await hideKeys(node(1), node(2), slots(6030, 3), 40);
  const { sick, plan, ended, ownerOf } = await mend();
  const found = sick.findings.find(({ code }) => code === "keys-unowned");
  expect(found).toMatchObject({ severity: "bad", verb: "fix", ranges: range(6030, 3) });
  expect(found?.details).toMatchObject({ keys: 120, slots: 3 });
  expect(kinds(plan)).toEqual(["gather-keys", "prove"]);
  expect(ended.steps[0]?.keysMoved).toBe(120);
  expect(ownerOf(6030)).toBe(node(1));
});

test("two values of one key are both kept; the rest comes home; then they can be exported and deleted", async () => {
  const [owner, holder] = [node(1), node(2)];
  const [slot] = slots(6040, 1) as [Slot];
  const planted = await plant(holder, owner.id, [slot], 5);
  const [twice, equal] = planted;
  if (!twice || !equal) throw new Error("nothing was planted");
  await owner.call("SET", twice.key, "the newer word");
  await owner.call("SET", equal.key, equal.value);
  for (const entry of planted.slice(1)) model.set(nameOf(entry.key), entry);
  model.set(nameOf(twice.key), { ...twice, value: Buffer.from("the newer word") });

  const stopped = await engine.run(await engine.plan(id, wish()));
  expect(stopped.state, told(stopped)).toBe("paused");
  expect(stopped.reason).toMatchObject({ code: "key-conflict", slot });
  expect(await pipe(holder, [["CLUSTER", "COUNTKEYSINSLOT", slot]])).toEqual([1]);
  await engine.operations.act(ann, id, stopped.id, "cancel");
  await engine.operations.finished(stopped.id, { deadlineMs: 20_000 });

  const exported = await engine.run(await engine.plan(id, wish({ strays: "export" })));
  expect(exported.state, told(exported)).toBe("succeeded");
  expect(await pipe(holder, [["CLUSTER", "COUNTKEYSINSLOT", slot]])).toEqual([1]);
  const { plan, ended } = await mend({ strays: "delete" });
  expect(plan.confirm.typed).toBe("Lab");
  const path = /written to (.*)\.$/.exec(ended.steps[0]?.note ?? "")?.[1] ?? "";
  const [line] = readFileSync(path, "utf8").trim().split("\n");
  const kept = JSON.parse(line ?? "{}");
  expect(Buffer.from(kept.key, "base64").equals(twice.key)).toBe(true);
  await owner.call("RESTORE", `{${tagOf(slot)}}:again`, 0, Buffer.from(kept.dump, "base64"));
  const [again] = await pipe(owner, [["GETDEL", `{${tagOf(slot)}}:again`]]);
  expect((again as Buffer).equals(twice.value)).toBe(true);
});

test("a slot with two values of a key stays open; the others go on", async () => {
  const [source, target] = [node(1), node(2)];
  await halfMove(source, target, slots(6050, 3), 40);
  await stable(source, [6051]);
  const [name] = (await pipe(target, [["CLUSTER", "GETKEYSINSLOT", 6051, 1]]))[0] as [Buffer];
  await source.call("SET", name, "written after the flag was lost");
  const stopped = await engine.run(await engine.plan(id, wish()));
  expect(stopped.state, told(stopped)).toBe("paused");
  expect(stopped.reason).toMatchObject({ code: "key-conflict", slot: 6051 });
  const topology = await engine.observer.sweep(id);
  expect(topology.openSlots.map((open) => open.slot)).toEqual([6051]);
  await pipe(target, [["ASKING"], ["DEL", name]]);
  const known = model.get(nameOf(name));
  if (known)
    model.set(nameOf(name), { ...known, value: Buffer.from("written after the flag was lost"), expiresMs: undefined });
  await engine.operations.act(ann, id, stopped.id, "resume");
  const ended = await engine.operations.finished(stopped.id, { deadlineMs: 20_000 });
  expect(ended.state, told(ended)).toBe("succeeded");
  expect(await compare(await settledOwners(cluster.nodes), model)).toEqual(nothingLost);
});
