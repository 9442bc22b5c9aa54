import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterId, NodeId } from "@/lib/cluster/node";
import { countSlots, eachSlot, rangesOf, type SlotRanges } from "@/lib/cluster/slots";
import { applyEvent, type Operation } from "@/lib/operation";
import { Link } from "@/server/link";
import { compare, nothingLost, settledOwners } from "@/server/migrate/testing/checks";
import { fill, type Model, makeEntries } from "@/server/migrate/testing/data";
import { startWriter } from "@/server/migrate/testing/writer";
import { readEvents } from "@/server/store/operations";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import { until } from "@/server/testing/until";
import { ann, makeEngine, type TestEngine, told, untilState, vic } from "./console.fixture";
import { connectionName } from "./lease";

const BASE = 7720;
let cluster: TestCluster;
let engine: TestEngine;
let id: ClusterId;
const model: Model = new Map();
const idOf = (i: number) => cluster.nodes[i]?.id as NodeId;
const movedIn = (operation: Operation) => operation.steps.reduce((sum, step) => sum + step.slotsMoved, 0);

async function slotsOf(i: number): Promise<SlotRanges> {
  const topology = await engine.observer.sweep(id);
  return topology.nodes.find((node) => node.id === idOf(i))?.ranges ?? [];
}
const reshard = (from: number, to: number, slots: number) =>
  engine.plan(id, { verb: "reshard", target: idOf(to), sources: [idOf(from)], slots });
const now = (operation: Operation) => engine.operations.get(id, operation.id);

beforeAll(async () => {
  engine = makeEngine();
  cluster = await startCluster({ basePort: BASE, primaries: 3, replicas: 3 });
  id = await engine.connect(BASE);
  const entries = makeEntries({ slots: eachSlot([[0, 16383]]), keysPerSlot: 4 });
  const owners = cluster.primaries.map((node, i) => ({ node, ranges: [cluster.ranges[i] ?? [0, 0]] as SlotRanges }));
  await fill(owners, entries, model);
}, 120_000);
afterAll(async () => {
  await engine.close();
  await cluster.close();
});

test("a reshard under writes is proved: asked is moved, nothing is lost, every event folds to what is told", async () => {
  const before = countSlots(await slotsOf(2));
  const writer = await startWriter({ nodes: cluster.nodes, slots: [...eachSlot([[0, 1200]])] });
  const live: Operation[] = [];
  const stop = engine.hub.subscribe((event) => {
    if (event.type === "operation") live.push(applyEvent(live.at(-1), event.event));
  });
  const ended = await engine.run(await reshard(0, 2, 700));
  stop();
  await writer.stop(model);
  expect(ended.state, told(ended)).toBe("succeeded");
  expect(movedIn(ended)).toBe(700);
  expect(ended.steps[0]?.keysMoved).toBeGreaterThanOrEqual(2800);
  expect(ended.openSlots).toEqual([]);
  expect(ended.proof.filter((line) => line.state !== "pass")).toEqual([]);
  expect(ended.heardAtStart).toHaveLength(6);
  expect(writer.errors).toEqual([]);
  const owners = await settledOwners(cluster.nodes);
  expect(await compare(owners, model)).toEqual(nothingLost);
  expect(countSlots(await slotsOf(2))).toBe(before + 700);

  expect(live.at(-1)).toEqual(ended);
  const events = readEvents(engine.store, ended.id);
  expect(events.reduce<Operation | undefined>(applyEvent, undefined)).toEqual(now(ended));
  const progress = events.filter((event) => event.type === "progress");
  const seconds = ((ended.endedMs ?? 0) - (ended.startedMs ?? 0)) / 1000;
  expect(progress.length).toBeLessThanOrEqual(seconds * 5 + 3);
  await untilState(engine, ended, (operation) => operation.settled !== undefined);
  expect(now(ended).settled).toBe(true);
});

test("the transcript tells every change, with names and counts and without values", async () => {
  const [operation] = engine.operations.list(id);
  const entries = engine.operations.transcript(operation?.id ?? 0, { after: 0, limit: 100_000 });
  const changes = entries.filter((entry) => entry.mutates);
  const given = changes.flatMap(({ command, endpoint }) => {
    const [, first, last] = /^CLUSTER SETSLOT (\d+)(?:-(\d+))? NODE /.exec(command) ?? [];
    return first && endpoint.port === cluster.primaries[2]?.port
      ? [...eachSlot([[Number(first), Number(last ?? first)]])]
      : [];
  });
  expect(given.sort((a, b) => a - b)).toEqual([...eachSlot(rangesOf(given))]);
  expect(given).toHaveLength(700);
  expect(
    changes.some((entry) =>
      /^MIGRATE 127\.0\.0\.1 \d+ "" 0 \d+ KEYS <\d+ keys, \d+ bytes, first ".+">$/.test(entry.command),
    ),
  ).toBe(true);
  expect(entries.every((entry) => !/xxxx/.test(entry.command + entry.reply))).toBe(true);
  expect(entries.every((entry) => entry.nodeId !== undefined)).toBe(true);
});

test("twenty starts at once: one runs, the others are told which", async () => {
  const plans = [await reshard(2, 0, 400), await reshard(2, 0, 400)] as const;
  const starts = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) => engine.start(plans[i % 2 === 0 ? 0 : 1])),
  );
  const accepted = starts.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const refused = starts.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  expect(accepted).toHaveLength(1);
  expect(new Set(refused.map((error) => error.code))).toEqual(new Set(["busy"]));
  const [first] = accepted as [Operation];
  const other = plans.find((plan) => plan.id !== first.plan.id) ?? plans[0];
  await expect(engine.start(other)).rejects.toThrow(`operation ${first.id} (reshard, started by ann)`);

  engine.operations.act(ann, id, first.id, "pause").catch(() => {});
  const paused = await engine.operations.finished(first.id, { deadlineMs: 20_000 });
  expect(paused.state, told(paused)).toBe("paused");
  expect(paused.reason).toMatchObject({ code: "user", text: "Paused by ann." });
  expect(paused.openSlots).toEqual([]);
  expect(movedIn(paused)).toBeLessThan(400);
  await settledOwners(cluster.nodes);
  await expect(engine.start(other)).rejects.toThrow(/is paused/);

  await engine.operations.act(ann, id, first.id, "resume");
  const ended = await untilState(engine, first, ({ state }) => state === "succeeded");
  expect(movedIn(ended)).toBe(400);
  expect(await compare(await settledOwners(cluster.nodes), model)).toEqual(nothingLost);
});

test("a plan runs once, and not on another picture than it was made for", async () => {
  const [last] = engine.operations.list(id);
  if (!last) throw new Error("no operation");
  await expect(engine.start(last.plan)).rejects.toMatchObject({ code: "refused", sentence: "planUsed" });
  const stale = await reshard(0, 1, 3);
  const moved = await engine.run(await reshard(0, 1, 2));
  expect(moved.state, told(moved)).toBe("succeeded");
  await expect(engine.start(stale)).rejects.toMatchObject({ code: "refused", sentence: "planStale" });
  expect(engine.operations.list(id)[0]?.id).toBe(moved.id);
});

test("a cancel finishes the slots that are half-moved, and gives up the rest", async () => {
  const operation = await engine.start(await reshard(1, 2, 2000));
  await untilState(engine, operation, (one) => movedIn(one) > 0);
  await engine.operations.act(ann, id, operation.id, "cancel");
  const ended = await engine.operations.finished(operation.id, { deadlineMs: 20_000 });
  expect(ended.state, told(ended)).toBe("cancelled");
  expect(ended.reason?.text).toBe("Cancelled by ann.");
  expect(ended.steps.map((step) => step.state)).toEqual(["skipped", "skipped"]);
  expect(movedIn(ended)).toBeLessThan(2000);
  expect(ended.openSlots).toEqual([]);
  expect(await compare(await settledOwners(cluster.nodes), model)).toEqual(nothingLost);
  expect(engine.operations.current(id)).toBeUndefined();
  await expect(engine.operations.act(ann, id, operation.id, "resume")).rejects.toMatchObject({ code: "busy" });
});

test("a viewer starts nothing and stops nothing, and the audit says that it was tried", async () => {
  const plan = await reshard(1, 2, 5);
  const denied = { code: "forbidden" };
  await expect(engine.operations.start(vic, id, { planId: plan.id, goOnAfterRestart: true })).rejects.toMatchObject(
    denied,
  );
  const [last] = engine.operations.list(id);
  await expect(engine.operations.act(vic, id, last?.id ?? 0, "resume")).rejects.toMatchObject(denied);
  const rows = engine.store.all("SELECT actor, act, result FROM audit ORDER BY id DESC LIMIT 2");
  expect(rows.map((row) => [row.actor, row.act, String(row.result).split(":")[0]])).toEqual([
    ["vic", "operation.resume", "forbidden"],
    ["vic", "operation.start", "forbidden"],
  ]);
  expect(engine.audit.verify().ok).toBe(true);
});

test("another console makes it busy, and the same plan starts when it is gone; an old connection of ours is cut", async () => {
  const endpoint = { host: "127.0.0.1", port: BASE + 4 };
  const other = await Link.open({ endpoint, name: connectionName({ console: "elsewhere", operation: 7, fence: 1 }) });
  const plan = await reshard(1, 2, 5);
  const refused = engine.start(plan);
  await expect(refused).rejects.toMatchObject({ code: "busy", sentence: "operationElsewhere" });
  await expect(refused).rejects.toThrow(/operation 7 of another console \(elsewhere, connected to 127\.0\.0\.1:7724/);
  expect(engine.operations.current(id)).toBeUndefined();
  const [left] = engine.operations.list(id);
  expect(left).toMatchObject({ plan: { id: plan.id }, state: "cancelled" });
  expect(left?.reason?.text).toMatch(/operation 7 of another console/);
  other.close();

  const old = await Link.open({ endpoint, name: connectionName({ console: "test", operation: 1, fence: 1 }) });
  const ended = await engine.run(plan);
  expect(ended.state, told(ended)).toBe("succeeded");
  await expect(engine.start(plan)).rejects.toMatchObject({ code: "refused", sentence: "planUsed" });
  await until("the old connection to be cut", 2000, () => !old.isOpen);
});

test("what cannot be written is not sent; when it can be again, the operation goes on", async () => {
  const other = await reshard(1, 2, 5);
  const operation = await engine.start(await reshard(1, 2, 1500));
  await untilState(engine, operation, (one) => movedIn(one) > 0);
  engine.store.run("PRAGMA query_only = 1");
  const stopped = await engine.operations.finished(operation.id, { deadlineMs: 20_000 });
  expect(stopped.state, told(stopped)).toBe("paused");
  expect(stopped.reason?.code).toBe("journal");
  const counts = async () =>
    (await Promise.all(cluster.nodes.map((node) => node.call("INFO", "commandstats")))).map(
      (text) => /cmdstat_migrate:calls=(\d+)/.exec(String(text))?.[1],
    );
  const quiet = await counts();
  await expect(engine.start(other)).rejects.toThrow();
  await expect(engine.operations.act(ann, id, operation.id, "resume")).rejects.toThrow(/database/);
  expect(await counts()).toEqual(quiet);
  engine.store.run("PRAGMA query_only = 0");
  await engine.operations.act(ann, id, operation.id, "resume");
  const ended = await untilState(engine, operation, ({ state }) => state === "succeeded");
  expect(movedIn(ended)).toBe(1500);
  expect(readEvents(engine.store, operation.id).reduce<Operation | undefined>(applyEvent, undefined)).toEqual(ended);
  expect(await compare(await settledOwners(cluster.nodes), model)).toEqual(nothingLost);
});

test("a source that dies in mid-move is replaced, and the proof is finished when it is back", async () => {
  const [source] = [cluster.primaries[1]];
  if (!source) throw new Error("no source");
  const operation = await engine.start(await reshard(1, 0, 1000));
  await untilState(engine, operation, (one) => movedIn(one) > 0);
  await source.kill();
  const failed = await engine.operations.finished(operation.id, { deadlineMs: 60_000 });
  expect(failed.state, told(failed)).toBe("failed");
  expect(failed.reason?.code).toBe("not-proved");
  expect(failed.reason?.text).toMatch(/127\.0\.0\.1:7721 answered at the start/);
  expect(movedIn(failed)).toBe(1000);
  await source.start();
  const ended = await untilState(engine, operation, ({ state }) => state === "succeeded");
  expect(ended.proof.find((line) => line.code === "heard")?.text).toBe("6 of 6 nodes were heard again.");
  expect(await compare(await settledOwners(cluster.nodes), model)).toEqual(nothingLost);
}, 120_000);
