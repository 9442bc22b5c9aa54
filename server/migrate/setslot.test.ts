import { afterAll, beforeAll, expect, test } from "vitest";
import { keySlot } from "@/lib/cluster/key-slot";
import { parseClusterNodes, parseInfo } from "@/lib/cluster/parse";
import { eachSlot, hasSlot, rangesOf, subtractRanges, unionRanges } from "@/lib/cluster/slots";
import { paceLimits } from "@/lib/plans/pace";
import type { Pace } from "@/lib/plans/plan";
import { keepsMarks } from "./hearing";
import { hookPoints, type MoveJob } from "./mover";
import { setslotMover } from "./setslot";
import { announceSeed, hostileKeys, makeEntries, pipe, seeded } from "./testing/data";
import { range, resume, type Stage, startStage } from "./testing/stage";
import { startWriter } from "./testing/writer";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ basePort: 7400, primaries: 3, replicas: 3, config: ["enable-debug-command yes"] });
});
afterAll(() => stage?.close());

test.each<[Pace, number]>([
  ["swift", 5100],
  ["careful", 100],
])("%s: 200 slots with keys move under a writer: exact, nothing lost, no client error", async (pace, first) => {
  const [a, b] = [stage.node(0), stage.node(1)];
  const ranges = [range(first, first + 199)];
  const before = await stage.owners();
  const slots = [...eachSlot(ranges)];
  await stage.fill(makeEntries({ slots, keysPerSlot: 12, ttlEvery: 5 }));
  const writer = await startWriter({ nodes: stage.cluster.nodes, slots });
  const on = stage.console();
  const outcome = await setslotMover.move(
    on.job({ source: a.id, target: b.id, ranges, guarded: true, limits: paceLimits[pace] }),
  );
  await writer.stop(stage.model);
  expect(outcome).toEqual({ kind: "done" });
  expect(writer.errors).toEqual([]);
  expect(writer.written).toBeGreaterThan(100);
  const owners = await stage.allIsWell();
  expect(owners.get(a)).toEqual(subtractRanges(before.get(a) ?? [], ranges));
  expect(owners.get(b)).toEqual(unionRanges(before.get(b) ?? [], ranges));
  const reported = on.progress.flatMap(({ moved }) => [...eachSlot(moved)]);
  expect(reported.sort((x, y) => x - y)).toEqual(slots);
  expect(on.progress.at(-1)?.openSlots).toEqual([]);
  expect(on.journal.unsettled()).toEqual([]);
});

test("key names of any bytes and every time to live arrive as they were", async () => {
  const random = seeded(announceSeed("hostile names"));
  const [a, b] = [stage.node(0), stage.node(1)];
  const owned = (await stage.owners()).get(a) ?? [];
  const entries = hostileKeys(1500, random).map((key, i) => ({
    key,
    value: Buffer.from([i & 255, 0, 13, 10, 255]),
    expiresMs: i % 3 === 0 ? Date.now() + 3_600_000 + i : undefined,
  }));
  await stage.fill([...new Map(entries.map((entry) => [entry.key.toString("hex"), entry])).values()]);
  const ranges = rangesOf(entries.map(({ key }) => keySlot(key)).filter((slot) => hasSlot(owned, slot)));
  const on = stage.console();
  const outcome = await setslotMover.move(on.job({ source: a.id, target: b.id, ranges, guarded: true }));
  expect(outcome).toEqual({ kind: "done" });
  await stage.allIsWell();
  expect(await setslotMover.move(on.job({ source: b.id, target: a.id, ranges }))).toEqual({ kind: "done" });
  expect((await stage.allIsWell()).get(a)).toEqual(owned);
});

test("two ranges change places and back, phase by phase, under a writer", async () => {
  const random = seeded(announceSeed("swap"));
  const [a, b] = [stage.node(0), stage.node(2)];
  const first = 1000 + Math.floor(random() * 1000);
  const there = [range(first, first + 39)];
  const back = [range(12_000, 12_039)];
  const slots = [...eachSlot([...there, ...back])];
  await stage.fill(makeEntries({ slots, keysPerSlot: 5, ttlEvery: 2, prefix: "swap" }));
  const before = await stage.owners();
  const writer = await startWriter({ nodes: stage.cluster.nodes, slots });
  const on = stage.console();
  for (let round = 0; round < 4; round++) {
    const [from, to] = round % 2 === 0 ? [a, b] : [b, a];
    const jobs = [
      on.job({ source: from.id, target: to.id, ranges: there, guarded: true }),
      on.job({ source: to.id, target: from.id, ranges: back, guarded: true }),
    ];
    for (const job of jobs) {
      expect(await setslotMover.move(job)).toEqual({ kind: "done" });
      await stage.owners();
    }
  }
  await writer.stop(stage.model);
  expect(writer.errors).toEqual([]);
  expect(await stage.allIsWell()).toEqual(before);
});

test.each<[Pace, number]>([
  ["careful", 3000],
  ["swift", 4700],
])("%s, killed at any point of any portion, it is closed forward: nothing lost, nothing open", async (pace, start) => {
  const random = seeded(announceSeed("hooks"));
  const [a, b] = [stage.node(0), stage.node(1)];
  const on = stage.console();
  let first = start;
  for (const point of hookPoints)
    for (let passes = Math.floor(random() * 3), i = 0; i < 2; i++, passes += 2) {
      const ranges = [range(first, first + 11)];
      const slots = [...eachSlot(ranges)];
      first += 12;
      await stage.fill(makeEntries({ slots: slots.slice(2), keysPerSlot: 60, ttlEvery: 7, prefix: "hook" }));
      let left = passes;
      const job: MoveJob = on.job({ source: a.id, target: b.id, ranges, guarded: true, limits: paceLimits[pace] });
      const hook: MoveJob["hook"] = (at) => {
        if (at === point && left-- === 0) throw new Error("killed here");
      };
      const killed = await setslotMover.move({ ...job, hook }).catch((error: Error) => error.message);
      if (killed !== "killed here") expect(killed, point).toEqual({ kind: "done" });
      const closed = await setslotMover.closeOpen(job, on.journal.unsettled());
      expect(closed, point).toEqual({ kind: "done" });
      expect(on.journal.unsettled()).toEqual([]);
      await stage.owners();
      expect(await setslotMover.move(job), point).toEqual({ kind: "done" });
    }
  const owners = await stage.allIsWell();
  expect(hasSlot(owners.get(b) ?? [], start) && hasSlot(owners.get(b) ?? [], first - 1)).toBe(true);
});

test("the closing itself may be killed at any point and done again", async () => {
  const [a, b] = [stage.node(0), stage.node(1)];
  const on = stage.console();
  let first = 3400;
  for (const point of hookPoints.filter((p) => !/intend|settle/.test(p))) {
    const ranges = [range(first, first + 3)];
    first += 4;
    await stage.fill(makeEntries({ slots: eachSlot(ranges), keysPerSlot: 80, prefix: "twice" }));
    const job = on.job({ source: a.id, target: b.id, ranges });
    const killAt = (wanted: string) => (at: string) => {
      if (at === wanted) throw new Error("killed here");
    };
    await expect(setslotMover.move({ ...job, hook: killAt("after-batch") })).rejects.toThrow("killed here");
    await setslotMover.closeOpen({ ...job, hook: killAt(point) }, on.journal.unsettled()).catch(() => {});
    expect(await resume(job, on), point).toEqual({ kind: "done" });
  }
  await stage.allIsWell();
});

test("the source is told of its loss when it has heard the target claim it, where servers keep marks", async (context) => {
  const [a, b] = [stage.node(0), stage.node(1)];
  const version = parseInfo(String(await a.call("INFO", "server"))).redis_version ?? "";
  if (!keepsMarks(version)) return context.skip(`Redis ${version} clears its marks`);
  const [first, last] = [3300, 3305];
  const on = stage.console();
  // The word that goes to everybody at once is lost, so that only the next ping tells.
  const deaf = (packet: number) => a.call("DEBUG", "DROP-CLUSTER-PACKET-FILTER", packet);
  const job = on.job({
    ...{ source: a.id, target: b.id, ranges: [range(first, last)] },
    hook: async (point) => void (point === "before-node-target" && (await deaf(1))),
  });
  const outcome = await setslotMover.move(job).finally(() => deaf(-1));
  expect(outcome).toEqual({ kind: "done" });
  const told = on.sent.findIndex(({ command: [, , slot, word], endpoint }) => {
    return endpoint.port === a.port && slot === last && word === "NODE";
  });
  const before = on.sent.slice(0, told).filter(({ command: [, what], endpoint }) => {
    return endpoint.port === a.port && what === "NODES";
  });
  const view = parseClusterNodes(String(before.at(-1)?.reply));
  expect(view.find(({ id }) => id === b.id)?.ranges.some(([from, to]) => from <= first && to >= last)).toBe(true);
  await stage.allIsWell();
});

test("an uninvolved primary that is frozen for a while does not hold the move up", async () => {
  const [a, b, c] = [stage.node(0), stage.node(1), stage.node(2)];
  const ranges = [range(3800, 3839)];
  await stage.fill(makeEntries({ slots: eachSlot(ranges), keysPerSlot: 10, prefix: "frozen" }));
  const on = stage.console();
  c.freeze();
  const thaw = setTimeout(() => c.thaw(), 1200);
  const outcome = await setslotMover.move(on.job({ source: a.id, target: b.id, ranges, guarded: true }));
  clearTimeout(thaw);
  c.thaw();
  expect(outcome).toEqual({ kind: "done" });
  await stage.allIsWell();
});

test("asked to stop, it ends what is half-moved and opens nothing new", async () => {
  const [a, b] = [stage.node(0), stage.node(1)];
  const ranges = [range(4000, 4199)];
  const slots = [...eachSlot(ranges)];
  await stage.fill(makeEntries({ slots, keysPerSlot: 30, prefix: "park" }));
  const writer = await startWriter({ nodes: stage.cluster.nodes, slots });
  const on = stage.console();
  let batches = 0;
  const job = on.job({
    source: a.id,
    target: b.id,
    ranges,
    guarded: true,
    hook: (point) => void (point === "after-batch" && batches++),
    shouldStop: () => batches >= 10,
  });
  const outcome = await setslotMover.move(job);
  expect(outcome).toMatchObject({ kind: "parked" });
  expect(batches).toBeLessThanOrEqual(12);
  expect(on.journal.unsettled()).toEqual([]);
  const owners = await stage.owners();
  expect(outcome.kind === "parked" && outcome.left).toEqual([
    range((owners.get(b) ?? []).flatMap(([f, l]) => (f === 4000 ? [l + 1] : []))[0] ?? -1, 4199),
  ]);
  expect(await setslotMover.move({ ...job, shouldStop: () => false })).toEqual({ kind: "done" });
  await writer.stop(stage.model);
  expect(writer.errors).toEqual([]);
  await stage.allIsWell();
});

test("while the nodes answer others slowly, it rests between portions, and nothing is open then", async () => {
  const [a, b] = [stage.node(0), stage.node(1)];
  const ranges = [range(4210, 4299)];
  await stage.fill(makeEntries({ slots: eachSlot(ranges), keysPerSlot: 40, prefix: "brake" }));
  const on = stage.console();
  let asked = 0;
  let alone = 0;
  let open = 0;
  const hook: MoveJob["hook"] = (point) => {
    if (point === "after-migrating") open++;
    if (point === "after-node-source" && --open === 0) alone++;
  };
  // A node that serves others worse than before is played by the clock alone: the move itself is real.
  const ping = async () => (asked++ < 10 ? 1 : 80);
  const job = on.job({ source: a.id, target: b.id, ranges, guarded: true, ping, hook });
  expect(await setslotMover.move(job)).toEqual({ kind: "done" });
  expect(alone).toBeGreaterThan(5);
  await stage.allIsWell();
});

test("a key too big for half of the node timeout: its slot is never opened, the rest goes on", async () => {
  const [a, b] = [stage.node(0), stage.node(1)];
  const ranges = [range(4300, 4319)];
  await stage.fill(makeEntries({ slots: eachSlot(ranges), keysPerSlot: 3, prefix: "big" }));
  const [big] = makeEntries({ slots: [4310], keysPerSlot: 1, prefix: "huge", valueBytes: 25 * 1024 * 1024 });
  if (!big) throw new Error("no key");
  await stage.fill([big]);
  const on = stage.console();
  const outcome = await setslotMover.move(on.job({ source: a.id, target: b.id, ranges }));
  expect(outcome).toMatchObject({
    kind: "stopped",
    reason: { code: "big-key", slot: 4310, details: { key: big.key.toString() } },
    openSlots: [],
    left: [range(4310, 4310)],
  });
  expect(on.sent.filter(({ command }) => command[1] === "SETSLOT" && Number(command[2]) === 4310)).toEqual([]);
  await stage.allIsWell();
});

test("a slot that somebody else has opened blocks the move before anything is sent", async () => {
  const [a, b, c] = [stage.node(0), stage.node(1), stage.node(2)];
  await c.call("CLUSTER", "SETSLOT", 4405, "IMPORTING", a.id);
  await a.call("CLUSTER", "SETSLOT", 4405, "MIGRATING", c.id);
  const on = stage.console();
  const job = on.job({ source: a.id, target: b.id, ranges: [range(4400, 4409)] });
  expect(await setslotMover.move(job)).toMatchObject({
    kind: "stopped",
    reason: { code: "foreign-change", slot: 4405 },
    openSlots: [],
  });
  expect(on.journal.windows.size).toBe(0);
  await a.call("CLUSTER", "SETSLOT", 4405, "STABLE");
  await c.call("CLUSTER", "SETSLOT", 4405, "STABLE");
  await pipe(b, [["CLUSTER", "SETSLOT", 4405, "STABLE"]]);
  expect(await setslotMover.move(job)).toEqual({ kind: "done" });
});
