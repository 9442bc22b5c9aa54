import { afterEach, expect, test } from "vitest";
import { eachSlot } from "@/lib/cluster/slots";
import { paceLimits } from "@/lib/plans/pace";
import type { Pace } from "@/lib/plans/plan";
import { until } from "@/server/testing/until";
import type { MoveJob } from "./mover";
import { setslotMover } from "./setslot";
import { makeEntries, tagOf } from "./testing/data";
import { range, resume, type Stage, startStage } from "./testing/stage";
import { startWriter } from "./testing/writer";

/** Nodes that die or freeze in the middle of a slot. One slot of 1000 keys: ten batches. */
let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

const SLOT = 50;
const ranges = [range(SLOT, SLOT + 4)];

type When = "after-acknowledge" | "after-batch";

/** Does something once, after the n-th batch. */
function afterBatch(n: number, act: () => Promise<void> | void, when: When = "after-acknowledge") {
  let batches = 0;
  const hook: NonNullable<MoveJob["hook"]> = async (point) => {
    if (point === when && ++batches === n) await act();
  };
  return hook;
}

async function prepare(basePort: number, replicas: number): Promise<Stage> {
  const made = await startStage({ basePort, primaries: 3, replicas });
  await made.fill(makeEntries({ slots: eachSlot(ranges), keysPerSlot: 1000, ttlEvery: 9 }));
  return made;
}

test.each<[Pace, When]>([
  ["careful", "after-acknowledge"],
  ["swift", "after-batch"],
])(
  "%s: the source is killed in the middle of a slot: its replica takes over and the slot ends forward",
  async (...row) => {
    const [pace, when] = row;
    stage = await prepare(7450, 3);
    const [a, b] = [stage.node(0), stage.node(1)];
    const nodes = stage.cluster.nodes;
    const writer = await startWriter({ nodes, slots: [9000, 14_000] });
    const on = stage.console();
    let killedMs = 0;
    let reopenedMs = 0;
    const die = async () => {
      killedMs = Date.now();
      await a.kill();
    };
    const hook = afterBatch(4, die, when);
    const outcome = await setslotMover.move(
      on.job({
        source: a.id,
        target: b.id,
        ranges,
        guarded: true,
        limits: paceLimits[pace],
        hook: async (point, slot) => {
          if (killedMs > 0 && reopenedMs === 0 && point === "after-migrating") reopenedMs = Date.now();
          await hook(point, slot);
        },
      }),
    );
    expect(outcome).toEqual({ kind: "done" });
    process.stdout.write(`source killed: flags renewed after ${reopenedMs - killedMs} ms\n`);
    expect(reopenedMs - killedMs).toBeLessThan(15_000);
    await a.start();
    await writer.stop(stage.model);
    const owners = await stage.allIsWell();
    expect(owners.get(b)?.[0]).toEqual(ranges[0]);
  },
);

test("the target is killed in the middle of a slot: its replica has every acknowledged key", async () => {
  stage = await prepare(7460, 6);
  const [a, b] = [stage.node(0), stage.node(1)];
  const on = stage.console();
  const job = on.job({ source: a.id, target: b.id, ranges, guarded: true });
  const outcome = await setslotMover.move({ ...job, hook: afterBatch(4, () => b.kill()) });
  expect(outcome).toEqual({ kind: "done" });
  await b.start();
  const owners = await stage.allIsWell();
  expect(owners.get(b)).toEqual([]);
});

test("the target dies and its only replica takes over: clients are served, it waits for a replica, then ends", async () => {
  stage = await prepare(7470, 3);
  const [a, b, promoted] = [stage.node(0), stage.node(1), stage.node(4)];
  const on = stage.console();
  const job = on.job({ source: a.id, target: b.id, ranges, guarded: true });
  const outcome = await setslotMover.move({ ...job, hook: afterBatch(4, () => b.kill()) });
  expect(outcome).toMatchObject({ kind: "stopped", reason: { code: "replica-lost" }, openSlots: [{ slot: SLOT }] });
  expect(String(await promoted.call("CLUSTER", "NODES"))).toContain(`[${SLOT}-<-${a.id}]`);
  const replies = await Promise.all(
    [0, 500, 999].map((i) => a.call("GET", `{${tagOf(SLOT)}}:k:${i}`).catch((error: Error) => error.message)),
  );
  for (const reply of replies) expect(reply).toMatch(new RegExp(`^k:${SLOT}|^ASK ${SLOT} .*:${promoted.port}$`));
  await b.start();
  await until("the old target to follow", 15_000, async () =>
    /master_link_status:up/.test(String(await b.call("INFO", "replication"))),
  );
  expect(await resume(job, on)).toEqual({ kind: "done" });
  await stage.allIsWell();
});

test.each<[Pace, When, number]>([
  ["careful", "after-acknowledge", 700],
  ["swift", "after-batch", 0],
])(
  "%s: the target's replica freezes: the move holds the slot, and ends when it is back",
  async (pace, when, keysLeft) => {
    stage = await prepare(7480, 3);
    const [a, b, replica] = [stage.node(0), stage.node(1), stage.node(4)];
    const on = stage.console();
    const job = on.job({ source: a.id, target: b.id, ranges, guarded: true, limits: paceLimits[pace] });
    const outcome = await setslotMover.move({ ...job, hook: afterBatch(3, () => replica.freeze(), when) });
    expect(outcome).toMatchObject({
      kind: "stopped",
      reason: { code: "replica-lost", nodeId: b.id },
    });
    expect(outcome.kind === "stopped" && outcome.openSlots[0]).toMatchObject({ slot: SLOT, keysLeft });
    expect(on.sent.some(({ command }) => command[3] === "NODE")).toBe(false);
    replica.thaw();
    expect(await resume(job, on)).toEqual({ kind: "done" });
    await stage.allIsWell();
  },
);

test("source and console die together: the next console closes the slot with the promoted replica", async () => {
  stage = await prepare(7490, 3);
  const [a, b] = [stage.node(0), stage.node(1)];
  const on = stage.console();
  const job = on.job({ source: a.id, target: b.id, ranges, guarded: true });
  await on.topology();
  const die = afterBatch(5, async () => {
    await a.kill();
    throw new Error("killed here");
  });
  await expect(setslotMover.move({ ...job, hook: die })).rejects.toThrow("killed here");
  expect(await resume(job, on)).toEqual({ kind: "done" });
  await a.start();
  await stage.allIsWell();
});

test("both primaries hand over to their replicas in the middle of slots: the move follows them", async () => {
  stage = await prepare(7400, 3);
  const [a, b, a2, b2] = [stage.node(0), stage.node(1), stage.node(3), stage.node(4)];
  const on = stage.console();
  const handOver = (replica: typeof a2) => async () => {
    await replica.call("CLUSTER", "FAILOVER");
    await until("the replica to be primary", 10_000, async () => /^master/.test(String(await replica.call("ROLE"))));
  };
  const first = afterBatch(3, handOver(a2));
  const second = afterBatch(16, handOver(b2));
  const job = on.job({ source: a.id, target: b.id, ranges, guarded: true });
  const outcome = await setslotMover.move({
    ...job,
    hook: async (point, slot) => {
      await first(point, slot);
      await second(point, slot);
    },
  });
  expect(outcome).toEqual({ kind: "done" });
  const owners = await stage.allIsWell();
  expect(owners.get(b2)?.[0]).toEqual(ranges[0]);
});

test("the source restarts in the middle of a slot: its flags have survived, the move goes on", async () => {
  stage = await prepare(7410, 0);
  const [a, b] = [stage.node(0), stage.node(1)];
  const on = stage.console();
  const job = on.job({ source: a.id, target: b.id, ranges });
  const restart = afterBatch(3, async () => {
    await a.call("SAVE");
    await a.kill();
    await a.start();
  });
  // Without replicas nobody acknowledges: the hook after a batch is another one.
  const hook: MoveJob["hook"] = async (point, slot) => {
    if (point === "after-batch") await restart("after-acknowledge", slot);
  };
  expect(await setslotMover.move({ ...job, hook })).toEqual({ kind: "done" });
  await stage.allIsWell();
});

test("a hard stop ends after the call under way; the slot it leaves open is closed at the next start", async () => {
  stage = await prepare(7416, 0);
  const [a, b] = [stage.node(0), stage.node(1)];
  const on = stage.console();
  const hard = new AbortController();
  const job = on.job({ source: a.id, target: b.id, ranges });
  let batches = 0;
  const outcome = await setslotMover.move({
    ...job,
    signal: hard.signal,
    hook: (point) => {
      if (point === "after-batch" && ++batches === 4) hard.abort();
    },
  });
  expect(outcome).toMatchObject({ kind: "stopped", reason: { code: "user" }, openSlots: [{ slot: SLOT }] });
  expect(batches).toBe(4);
  expect(await setslotMover.closeOpen({ ...job, signal: hard.signal }, on.journal.unsettled())).toMatchObject({
    kind: "stopped",
    openSlots: expect.arrayContaining([expect.objectContaining({ slot: SLOT })]),
  });
  expect(await resume(job, on)).toEqual({ kind: "done" });
  await stage.allIsWell();
});
