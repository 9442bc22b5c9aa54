import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keySlot } from "@/lib/cluster/key-slot";
import type { ClusterId } from "@/lib/cluster/node";
import { eachSlot, hasSlot, type Slot, type SlotRanges } from "@/lib/cluster/slots";
import type { WishOf } from "@/lib/plans/wish";
import { compare, nothingLost, settledOwners } from "@/server/migrate/testing/checks";
import { announceSeed, fill, type Model, makeEntries, nameOf, pipe, seeded } from "@/server/migrate/testing/data";
import { DeepChecks } from "@/server/observe/deep-check";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import type { TestNode } from "@/server/testing/node";
import { ann, makeEngine, type TestEngine, told } from "./console.fixture";
import { halfMove, hideKeys, openBoth, stable } from "./fix.fixture";

const BASE = 8740;
/** Points at which a repair is killed; all there are: FIX_KILLS=all. */
const KILLS = process.env.FIX_KILLS === "all" ? Number.POSITIVE_INFINITY : Number(process.env.FIX_KILLS ?? 3);
let cluster: TestCluster;
let engine: TestEngine;
let checks: DeepChecks;
let id: ClusterId;
let killAfter = Number.POSITIVE_INFINITY;
const model: Model = new Map();
const node = (i: number): TestNode => cluster.nodes[i] as TestNode;
const wish = (more: Partial<WishOf<"fix">> = {}): WishOf<"fix"> => ({
  verb: "fix",
  open: "safe",
  strays: "move",
  abandon: [],
  ...more,
});
const slots = (first: number, count: number): readonly Slot[] => [...eachSlot([[first, first + count - 1]])];

beforeAll(async () => {
  const hook = () => {
    if (killAfter-- === 0) throw new Error("killed here");
  };
  engine = makeEngine({ hook });
  cluster = await startCluster({ basePort: BASE, primaries: 3, replicas: 0 });
  id = await engine.connect(BASE);
  checks = new DeepChecks({ ...engine, now: Date.now });
  const owners = cluster.primaries.map((one, i) => ({
    node: one,
    ranges: [cluster.ranges[i] ?? [0, 0]] as SlotRanges,
  }));
  await fill(owners, makeEntries({ slots: slots(5461, 10), keysPerSlot: 10 }), model);
  await fill(owners, makeEntries({ slots: slots(6000, 500), keysPerSlot: 20 }), model);
}, 120_000);
afterAll(async () => {
  await engine.close();
  await cluster.close();
});

async function allIsWell() {
  expect(await compare(await settledOwners(cluster.nodes), model)).toEqual(nothingLost);
  expect((await checks.run(id)).troubles).toEqual([]);
}

/** Unprotected here: no node has a replica, so that Confirm asks. */
async function mend(more: Partial<WishOf<"fix">> = {}) {
  const plan = await engine.plan(id, wish(more));
  const ended = await engine.run(plan);
  expect(ended.state, `${told(ended)}\n${plan.preflight.map((line) => line.text).join("\n")}`).toBe("succeeded");
  return { plan, ended };
}

/** A nodes.conf that was put back from another time: it claims what has gone to another, and listens to no gossip. */
async function claim(taker: TestNode, owner: TestNode, taken: readonly Slot[]): Promise<void> {
  await taker.kill("SIGTERM");
  const path = join(taker.folder, "nodes.conf");
  const [first = 0, last = 0] = [taken[0], taken.at(-1)];
  const flags = taken.map((slot) => `[${slot}-<-${owner.id}]`).join(" ");
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .map((line) => {
      if (line.includes("myself")) return `${line.replace(/ connected 0-\d+/, ` connected 0-${last}`)} ${flags}`;
      return line.replace(` connected ${first}-`, ` connected ${last + 1}-`);
    });
  writeFileSync(path, lines.join("\n"));
  await taker.start();
}

test("a slot that two nodes claim: the loser gives up first, with its keys, and hands them over", async () => {
  await claim(node(0), node(1), slots(5461, 3));
  await engine.observer.waitFor(id, (t) => t.nodes.every((one) => one.view?.state === "ok"), {
    deadlineMs: 20_000,
    what: "all nodes to be back",
  });
  const here = makeEntries({ slots: slots(5461, 3), keysPerSlot: 7, prefix: "other" });
  const said = await pipe(
    node(0),
    here.map(({ key, value }) => ["SET", key, value]),
  );
  expect(new Set(said.map(String))).toEqual(new Set(["OK"]));
  for (const entry of here) model.set(nameOf(entry.key), entry);
  const sick = await checks.run(id);
  expect(sick.findings.find(({ code }) => code === "several-owners")).toMatchObject({ verb: "fix", severity: "bad" });
  const { plan } = await mend();
  expect(plan.steps.map(({ kind }) => kind)).toEqual(["assign-slots", "gather-keys", "prove"]);
  expect(plan.steps[0]).toMatchObject({ nodeId: node(1).id, yields: [node(0).id] });
  await allIsWell();
}, 120_000);

test("a repair that is killed between any two calls goes on from there", async () => {
  const random = seeded(announceSeed("repair killed"));
  const [owner, other] = [node(1), node(2)];
  const stage = async (first: Slot) => {
    await halfMove(owner, other, slots(first, 2), 8);
    await hideKeys(owner, other, [first + 2], 8);
    await openBoth(owner, other, [first + 3]);
    await stable(owner, [first + 3]);
    await halfMove(owner, other, [first + 4], 20);
    await owner.call("CLUSTER", "SETSLOT", first + 4, "NODE", other.id);
  };
  const run = async (first: Slot, after: number) => {
    await stage(first);
    const operation = await engine.start(await engine.plan(id, wish({ open: "back" })));
    killAfter = after;
    const ended = await engine.operations.finished(operation.id, { deadlineMs: 60_000 });
    const calls = after - killAfter;
    killAfter = Number.POSITIVE_INFINITY;
    if (ended.state === "succeeded") return calls;
    expect(ended.reason?.text).toContain("killed here");
    await engine.operations.act(ann, id, operation.id, "resume");
    const resumed = await engine.operations.finished(operation.id, { deadlineMs: 60_000 });
    expect(resumed.state, `killed after ${after}: ${told(resumed)}`).toBe("succeeded");
    return calls;
  };
  const points = await run(6000, 1_000_000);
  await allIsWell();
  const all = [...Array(points).keys()];
  const chosen = KILLS >= points ? all : Array.from({ length: KILLS }, () => Math.floor(random() * points));
  for (const [i, after] of chosen.entries()) await run(6005 + 5 * i, after);
  await allIsWell();
  process.stdout.write(`a repair has ${points} points to be killed at, ${chosen.length} were tried\n`);
}, 600_000);

test("slots of a dead owner are left to it, and given away only by name and with a reason", async () => {
  await node(2).kill();
  const dead = node(2).id;
  const lost = (topology: { unserved: SlotRanges; state: string }) => topology.state === "down";
  await engine.observer.waitFor(id, lost, { deadlineMs: 20_000, what: "the others to call it failed" });
  const sick = await checks.run(id);
  expect(sick.findings.find(({ code }) => code === "slots-without-primary")).toMatchObject({ verb: "fix" });
  await expect(engine.plan(id, wish())).rejects.toMatchObject({ sentence: "planNothingChosen" });
  const plan = await engine.plan(id, wish({ abandon: [dead] }));
  expect(plan.confirm.typed).toBe("Lab");
  expect(plan.confirm.why).toMatch(/keys? when it was last seen/);
  const ended = await engine.run(plan);
  expect(ended.state, told(ended)).toBe("succeeded");
  const alive = cluster.nodes.slice(0, 2);
  const owners = await settledOwners(alive);
  const sizes = [...owners.values()].map((ranges) => [...eachSlot(ranges)].length);
  expect(sizes.reduce((a, b) => a + b, 0)).toBe(16384);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  for (const [name, { key }] of model)
    if (hasSlot(plan.before.find((s) => s.primaryId === dead)?.ranges ?? [], keySlot(key))) model.delete(name);
  expect(await compare(owners, model)).toEqual(nothingLost);
}, 120_000);
