import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asClusterId } from "@/lib/cluster/node";
import { eachSlot, type SlotRanges } from "@/lib/cluster/slots";
import { compare, nothingLost, settledOwners } from "@/server/migrate/testing/checks";
import { announceSeed, fill, type Model, makeEntries, seeded } from "@/server/migrate/testing/data";
import { startWriter } from "@/server/migrate/testing/writer";
import { readEvents } from "@/server/store/operations";
import { listUnsettled } from "@/server/store/windows";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import { until } from "@/server/testing/until";
import { ann, makeEngine, told, untilState } from "./console.fixture";
import { type Life, startLife } from "./life.fixture";

const BASE = 7660;
const lab = asClusterId("lab");
const folder = mkdtempSync(join(tmpdir(), "shardboard-recover-"));
const model: Model = new Map();
const lives: Life[] = [];
let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startCluster({ basePort: BASE, primaries: 3, replicas: 3 });
  const entries = makeEntries({ slots: eachSlot([[0, 16383]]), keysPerSlot: 3 });
  const owners = cluster.primaries.map((node, i) => ({ node, ranges: [cluster.ranges[i] ?? [0, 0]] as SlotRanges }));
  await fill(owners, entries, model);
  const engine = makeEngine({ folder });
  await engine.connect(BASE);
  await engine.close({ keepFolder: true });
}, 120_000);
afterAll(async () => {
  await Promise.all(lives.map((life) => life.kill()));
  await cluster.close();
  rmSync(folder, { recursive: true, force: true });
});

type ChildPlan = {
  readonly source: number;
  readonly target: number;
  readonly slots: number;
  readonly freezeAfter?: number;
};

function startChild({ source, target, slots, freezeAfter }: ChildPlan) {
  const ids = [cluster.primaries[source]?.id, cluster.primaries[target]?.id].map(String);
  const life = startLife("firstLife", [folder, ...ids, slots, ...(freezeAfter === undefined ? [] : [freezeAfter])]);
  lives.push(life);
  return {
    ...life,
    moved: () => Number([...life.output().matchAll(/^moved (\d+)$/gm)].at(-1)?.[1] ?? 0),
    isFrozen: () => /^frozen$/m.test(life.output()),
  };
}

test("a console killed in the middle goes on in its next life: nothing lost, no slot open, asked is moved", async () => {
  const random = seeded(announceSeed("killed in the middle"));
  const writer = await startWriter({ nodes: cluster.nodes, slots: [...eachSlot([[0, 3000]])], hands: 4 });
  let open = 0;
  for (const [source, target] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const child = startChild({ source, target, slots: 1500 });
    const killAt = 1 + Math.floor(random() * 900);
    await until(`${killAt} slots to have moved`, 60_000, () => {
      if (/ended|Error/.test(child.output())) throw new Error(child.output());
      return child.moved() >= killAt;
    });
    await child.kill();

    const engine = makeEngine({ folder });
    const [left] = engine.operations.list(lab);
    if (!left) throw new Error("no operation");
    expect(left.state).toBe("running");
    open += listUnsettled(engine.store, left.id).length;
    const startedAt = performance.now();
    await engine.operations.recover();
    expect(listUnsettled(engine.store, left.id).every((row) => row.intended_ms > left.createdMs)).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    const ended = await untilState(engine, left, ({ state }) => state === "succeeded" || state === "paused", 60_000);
    expect(ended.state, told(ended)).toBe("succeeded");
    expect(ended.steps[0]?.slotsMoved).toBe(1500);
    expect(ended.openSlots).toEqual([]);
    await engine.close({ keepFolder: true });
  }
  expect(open).toBeGreaterThan(0);
  await writer.stop(model);
  expect(writer.errors).toEqual([]);
  expect(await compare(await settledOwners(cluster.nodes), model)).toEqual(nothingLost);
}, 150_000);

test("a frozen console whose operation was taken over sends nothing more when it wakes up", async () => {
  const child = startChild({ source: 0, target: 2, slots: 1500, freezeAfter: 50 });
  await until("the console to be frozen in the middle", 60_000, () => child.isFrozen());
  const engine = makeEngine({ folder });
  const [left] = engine.operations.list(lab);
  if (!left) throw new Error("no operation");
  await engine.operations.recover();
  const ended = await untilState(engine, left, ({ state }) => state === "succeeded" || state === "paused", 60_000);
  expect(ended.state, told(ended)).toBe("succeeded");
  const migrations = async () =>
    Promise.all(cluster.nodes.map((node) => node.call("INFO", "commandstats"))).then((texts) =>
      texts.map((text) => /cmdstat_(?:migrate|cluster\|setslot):calls=(\d+)/g.exec(String(text))?.[0]),
    );
  const before = await migrations();
  const events = () => readEvents(engine.store, left.id).filter((event) => event.type !== "settled");
  const written = events();
  child.thaw();
  await until("the woken console to notice", 20_000, () => /lost|ended|took over/.test(child.output()));
  expect(await migrations()).toEqual(before);
  expect(events()).toEqual(written);
  expect(await compare(await settledOwners(cluster.nodes), model)).toEqual(nothingLost);
  await child.kill();
  await engine.close({ keepFolder: true });
}, 120_000);

test("a console that is closed parks within 8 s with no slot open, and waits in its next life if it was told so", async () => {
  const first = makeEngine({ folder });
  const [from, , to] = cluster.primaries;
  if (!from || !to) throw new Error("no primaries");
  await first.observer.waitFor(lab, ({ state }) => state === "ok", { deadlineMs: 10_000, what: "the cluster" });
  const wish = { verb: "reshard", target: from.id, sources: [to.id], slots: 1500 } as const;
  const operation = await first.start(await first.plan(lab, wish), { goOnAfterRestart: false });
  await untilState(first, operation, (one) => (one.steps[0]?.slotsMoved ?? 0) > 0);
  const startedAt = performance.now();
  await first.close({ keepFolder: true });
  expect(performance.now() - startedAt).toBeLessThan(8000);
  await settledOwners(cluster.nodes);

  const second = makeEngine({ folder });
  await second.operations.recover();
  const waiting = second.operations.get(lab, operation.id);
  expect(waiting.state).toBe("interrupted");
  expect(second.operations.current(lab)?.id).toBe(operation.id);
  await second.operations.act(ann, lab, operation.id, "resume");
  const ended = await untilState(second, operation, ({ state }) => state === "succeeded" || state === "paused");
  expect(ended.state, told(ended)).toBe("succeeded");
  expect(ended.steps[0]?.slotsMoved).toBe(1500);
  expect(await compare(await settledOwners(cluster.nodes), model)).toEqual(nothingLost);
  await second.close({ keepFolder: true });
}, 90_000);

test("a console whose only seed is dead finds its cluster by the members that it knew", async () => {
  await cluster.nodes[0]?.kill();
  const engine = makeEngine({ folder });
  const { nodes } = await engine.observer.waitFor(lab, (one) => one.nodes.some((node) => node.health === "fail"), {
    deadlineMs: 15_000,
    what: "the cluster without its seed",
  });
  expect(nodes.map((node) => [node.id, node.answer.kind]).sort()).toEqual(
    cluster.nodes.map((node, i) => [node.id, i === 0 ? "silent" : "answered"]).sort(),
  );
  await engine.close({ keepFolder: true });
}, 30_000);
