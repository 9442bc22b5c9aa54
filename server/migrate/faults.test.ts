import { afterAll, beforeAll, expect, test } from "vitest";
import { eachSlot, subtractRanges } from "@/lib/cluster/slots";
import { paceLimits } from "@/lib/plans/pace";
import type { Pace } from "@/lib/plans/plan";
import type { TestNode } from "@/server/testing/node";
import { until } from "@/server/testing/until";
import { setslotMover } from "./setslot";
import { makeEntries, nameOf, pipe } from "./testing/data";
import { startProxy } from "./testing/proxy";
import { range, resume, type Stage, startStage } from "./testing/stage";
import { startWriter } from "./testing/writer";

/** What goes wrong while every node lives: lost replies, keys on both sides, no room. */
let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ basePort: 7420, primaries: 3, replicas: 0 });
});
afterAll(() => stage?.close());

const PROXY_PORT = 7440;

test.each<[Pace, number]>([
  ["careful", 100],
  ["swift", 700],
])("%s: a lost reply is never sent again: it is read back and the move goes on", async (pace, first) => {
  const [a, b] = [stage.node(0), stage.node(1)];
  const cases = [
    { to: b, text: "IMPORTING" },
    { to: a, text: "MIGRATING" },
    { to: a, text: "MIGRATE\r\n" },
    { to: b, text: "NODE\r\n$40" },
    { to: a, text: "NODE\r\n$40" },
  ];
  for (const [i, { to, text }] of cases.entries()) {
    const ranges = [range(first + 20 * i, first + 19 + 20 * i)];
    await stage.fill(makeEntries({ slots: eachSlot(ranges), keysPerSlot: 20, prefix: "lost" }));
    const proxy = await startProxy(to.endpoint, PROXY_PORT + i);
    try {
      const on = stage.console({ via: new Map([[to.id, proxy.endpoint]]) });
      const swallowed = proxy.swallowReplyTo(text);
      const limits = paceLimits[pace];
      const outcome = await setslotMover.move(on.job({ source: a.id, target: b.id, ranges, limits }));
      await swallowed;
      expect(outcome, text).toEqual({ kind: "done" });
      const uncertain = on.progress.reduce((sum, { keysUncertain }) => sum + keysUncertain, 0);
      // In careful portions the source hears NODE in the write that carries the first keys of the next one.
      const isWithKeys = text === "MIGRATE\r\n" || (pace === "careful" && to === a && text.startsWith("NODE"));
      expect(uncertain > 0, text).toBe(isWithKeys);
      const keys = on.progress.reduce((sum, { keysMoved }) => sum + keysMoved, 0);
      expect(keys, text).toBe(400);
    } finally {
      await proxy.close();
    }
  }
  await stage.allIsWell();
});

test("a key on both sides: the copy that clients reach stays, the other is kept and replaced", async () => {
  const [a, b] = [stage.node(0), stage.node(1)];
  const entries = makeEntries({ slots: [300], keysPerSlot: 20, prefix: "both" });
  await stage.fill(entries);
  const on = stage.console();
  const stale = entries.slice(3, 6).map(({ key }) => key);
  const outcome = await setslotMover.move(
    on.job({
      source: a.id,
      target: b.id,
      ranges: [range(300, 300)],
      hook: async (point) => {
        if (point !== "before-batch" || on.journal.kept.length > 0) return;
        await pipe(
          b,
          stale.flatMap((key) => [["ASKING"], ["SET", key, "an older value", "PX", 90_000]]),
        );
      },
    }),
  );
  expect(outcome).toEqual({ kind: "done" });
  expect(on.journal.kept.map(({ key }) => nameOf(key)).sort()).toEqual(stale.map(nameOf).sort());
  expect(on.journal.kept.every(({ nodeId, slot, ttlMs }) => nodeId === b.id && slot === 300 && ttlMs > 60_000)).toBe(
    true,
  );
  const replaced = on.sent.filter(({ command }) => command.includes("REPLACE"));
  expect(
    replaced.map(({ command }) =>
      command
        .slice(command.indexOf("KEYS") + 1)
        .map(String)
        .sort(),
    ),
  ).toEqual([stale.map(String).sort()]);
  await stage.allIsWell();
});

test("a key on both sides after the source changed: equal is replaced, different is left to a person", async () => {
  const [a, b] = [stage.node(0), stage.node(1)];
  const entries = makeEntries({ slots: [310], keysPerSlot: 10, prefix: "differ" });
  await stage.fill(entries);
  const [equal, different] = [entries[2], entries[5]];
  if (!equal || !different) throw new Error("no keys");
  const on = stage.console();
  const job = on.job({ source: a.id, target: b.id, ranges: [range(310, 310)] });
  const die = (point: string) => {
    if (point === "after-migrating") throw new Error("killed here");
  };
  await expect(setslotMover.move({ ...job, hook: die })).rejects.toThrow();
  await pipe(b, [["ASKING"], ["SET", equal.key, equal.value], ["ASKING"], ["SET", different.key, "another"]]);
  const windows = on.journal.unsettled().map((w) => ({ ...w, facts: { ...w.facts, sourceReplId: "0".repeat(40) } }));
  expect(await setslotMover.closeOpen(job, windows)).toMatchObject({
    kind: "stopped",
    reason: { code: "key-conflict", slot: 310, details: { key: different.key.toString() } },
    openSlots: [{ slot: 310 }],
  });
  expect(on.journal.kept).toEqual([]);
  expect(on.sent.some(({ command }) => command[3] === "NODE")).toBe(false);
  await pipe(b, [["ASKING"], ["DEL", different.key]]);
  expect(await setslotMover.closeOpen(job, windows)).toEqual({ kind: "done" });
  await stage.allIsWell();
});

test("a target without room: the slot is held, never handed over with keys left, and ends after there is room", async () => {
  const [a, b] = [stage.node(0), stage.node(1)];
  const ranges = [range(400, 499)];
  await stage.fill(makeEntries({ slots: eachSlot(ranges), keysPerSlot: 40, valueBytes: 2000, prefix: "room" }));
  const used = Number(/used_memory:(\d+)/.exec(String(await b.call("INFO", "memory")))?.[1]);
  await b.call("CONFIG", "SET", "maxmemory", used + 2_000_000);
  const on = stage.console();
  const job = on.job({ source: a.id, target: b.id, ranges });
  const outcome = await setslotMover.move(job);
  expect(outcome).toMatchObject({ kind: "stopped", reason: { code: "memory", nodeId: b.id } });
  if (outcome.kind !== "stopped") return;
  const open = outcome.openSlots.filter(({ keysLeft }) => keysLeft).map(({ slot }) => slot);
  expect(open.length).toBeGreaterThan(0);
  const given = on.sent
    .filter(({ command }) => command[1] === "SETSLOT" && command[3] === "NODE")
    .map((s) => s.command[2]);
  expect(given.filter((slot) => open.includes(Number(slot)))).toEqual([]);
  await b.call("CONFIG", "SET", "maxmemory", 0);
  expect(await resume(job, on)).toEqual({ kind: "done" });
  await stage.allIsWell();
});

/** There is room for the first windows only, whatever else it holds; where there is none at all, nothing is opened. */
test.each<[Pace, number, number]>([
  ["careful", 500, 6_000_000],
  ["swift", 900, 6_000_000],
  ["careful", 2500, 500_000],
])(
  "%s from slot %i, into a target that evicts at %i bytes more: it stops before the first eviction",
  async (pace, first, room) => {
    const [a, b] = [stage.node(0), stage.node(1)];
    const ranges = [range(first, first + 99)];
    const limits = paceLimits[pace];
    const evictedBefore = await evictedBy(b);
    await stage.fill(makeEntries({ slots: eachSlot(ranges), keysPerSlot: 40, valueBytes: 2000, prefix: "evict" }));
    const used = Number(/used_memory:(\d+)/.exec(String(await b.call("INFO", "memory")))?.[1]);
    await b.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    await b.call("CONFIG", "SET", "maxmemory", used + room);
    const on = stage.console();
    const outcome = await setslotMover.move(on.job({ source: a.id, target: b.id, ranges, limits }));
    await b.call("CONFIG", "SET", "maxmemory", 0);
    await b.call("CONFIG", "SET", "maxmemory-policy", "noeviction");
    expect(outcome).toMatchObject({ kind: "stopped", reason: { code: "evictions", nodeId: b.id } });
    expect((await evictedBy(b)) - evictedBefore).toBe(0);
    const sent = on.sent.filter(({ command }) => command[0] === "MIGRATE");
    expect(sent.length > 0).toBe(room > 4_000_000);
    expect(await resume(on.job({ source: a.id, target: b.id, ranges }), on)).toEqual({ kind: "done" });
    await stage.allIsWell();
  },
);

async function evictedBy(node: TestNode): Promise<number> {
  return Number(/evicted_keys:(\d+)/.exec(String(await node.call("INFO", "stats")))?.[1]);
}

test("a key that grew too big in an open slot holds the slot until somebody has looked at it", async () => {
  const [a, b] = [stage.node(0), stage.node(1)];
  const entries = makeEntries({ slots: [610], keysPerSlot: 10, prefix: "grown" });
  const heavy = makeEntries({ slots: [611], keysPerSlot: 1, prefix: "heavy", valueBytes: 8 * 1024 * 1024 });
  await stage.fill([...entries, ...heavy]);
  const [grown] = entries;
  if (!grown) throw new Error("no key");
  const on = stage.console();
  const job = on.job({ source: a.id, target: b.id, ranges: [range(610, 611)] });
  const die = (point: string) => {
    if (point === "after-migrating") throw new Error("killed here");
  };
  await expect(setslotMover.move({ ...job, hook: die })).rejects.toThrow("killed here");
  await a.call("SETRANGE", grown.key, 30 * 1024 * 1024, "x");
  expect(await setslotMover.closeOpen(job, on.journal.unsettled())).toMatchObject({
    kind: "stopped",
    reason: { code: "big-key", slot: 610, details: { key: grown.key.toString() } },
    openSlots: [{ slot: 610 }],
  });
  await a.call("SET", grown.key, grown.value);
  expect(await resume(job, on)).toEqual({ kind: "done" });
  await stage.allIsWell();
});

test("a primary that gives its last slot may turn into a replica of the target: that is success", async () => {
  const [a, c] = [stage.node(0), stage.node(2)];
  const owned = (await stage.owners()).get(a) ?? [];
  const slots = [...eachSlot(owned)].filter((_, i) => i % 50 === 0);
  await stage.fill(makeEntries({ slots, keysPerSlot: 3, prefix: "last" }));
  const writer = await startWriter({ nodes: stage.cluster.nodes, slots });
  const on = stage.console();
  const outcome = await setslotMover.move(on.job({ source: a.id, target: c.id, ranges: owned }));
  await writer.stop(stage.model);
  expect(outcome).toEqual({ kind: "done" });
  expect(writer.errors).toEqual([]);
  const owners = await stage.owners();
  expect(owners.get(a)).toEqual([]);
  await stage.allIsWell();
  expect(String(await a.call("ROLE"))).toMatch(/^slave/);
});

test("a source that was emptied, and follows its target when the move is gone on with", async () => {
  const [b, c] = [stage.node(1), stage.node(2)];
  const owned = (await stage.owners()).get(b) ?? [];
  const last = owned.at(-1)?.[1] ?? 0;
  await stage.fill(makeEntries({ slots: [last], keysPerSlot: 5, prefix: "emptied" }));
  const on = stage.console();
  const most = on.job({ source: b.id, target: c.id, ranges: subtractRanges(owned, [range(last, last)]) });
  expect(await setslotMover.move(most)).toEqual({ kind: "done" });
  const job = on.job({ source: b.id, target: c.id, ranges: [range(last, last)] });
  const die = (point: string) => {
    if (point === "after-node-target") throw new Error("killed here");
  };
  await expect(setslotMover.move({ ...job, hook: die })).rejects.toThrow();
  await until("the source to follow its target", 20_000, async () =>
    String(await b.call("CLUSTER", "NODES")).includes(`myself,slave ${c.id}`),
  );
  await until("the console to see it", 20_000, async () =>
    (await on.topology()).shards.some(({ primaryId, replicaIds }) => primaryId === c.id && replicaIds.includes(b.id)),
  );
  expect(await resume(job, on)).toEqual({ kind: "done" });
  await stage.allIsWell();
}, 60_000);
