import { afterEach, describe, expect, test } from "vitest";
import { asNodeId } from "@/lib/cluster/node";
import { type AtomicWay, commandOf } from "@/lib/plans/way";
import { Link } from "@/server/link";
import { askOffer, moverOf } from "./choose";
import type { MoveJob } from "./mover";
import { AtomicPair } from "./testing/atomic-pair";
import { startConsole, type TestConsole } from "./testing/console";
import { startProxy } from "./testing/proxy";
import { range } from "./testing/stage";

/** The two dialects word by word, on played servers: what a real one does at its own time, or hardly ever. */
const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

let port = 9500;
const ranges = [range(5, 9), range(20, 20)];
const done: Readonly<Record<AtomicWay, string>> = { "valkey-asm": "success", "redis-asm": "completed" };
const working: Readonly<Record<AtomicWay, readonly string[]>> = {
  "valkey-asm": ["connecting", "waiting-to-snapshot", "snapshotting", "replicating", "failover-granted"],
  "redis-asm": ["connecting", "wait-bgsave-start", "streaming-buffer", "wait-stream-eof", "takeover"],
};

async function set(way: AtomicWay, isProxied = false) {
  port += 3;
  const pair = await AtomicPair.start(way, port);
  closers.push(() => pair.close());
  const { source, target } = pair;
  const proxy = isProxied ? await startProxy(pair.driver.endpoint, port + 2) : undefined;
  if (proxy) closers.push(proxy.close);
  const on = startConsole({
    nodes: [source, target],
    nodeTimeoutMs: 500,
    ...(proxy ? { via: new Map([[pair.driver.id, proxy.endpoint]]) } : {}),
  });
  closers.push(on.close);
  const job = on.job({ source: source.id, target: target.id, ranges });
  return { pair, on, job, proxy, mover: moverOf(way) };
}

const outcomes = (on: TestConsole) => [...on.journal.windows.keys()].map((id) => on.journal.settled.includes(id));
const foreign = (pair: AtomicPair, state: string) =>
  pair.tasks.push({
    id: "f".repeat(40),
    ranges: [[100, 199]],
    source: pair.source.id,
    target: asNodeId("c".repeat(40)),
    state,
    message: "",
    retries: 0,
    script: [],
  });

describe.each(["valkey-asm", "redis-asm"] as const)("%s", (way) => {
  test("it is offered when the server knows the command and lists its tasks", async () => {
    const { pair } = await set(way);
    foreign(pair, "connecting");
    const link = await Link.open({ endpoint: pair.source.endpoint });
    closers.push(() => link.close());
    expect(await askOffer(link)).toMatchObject({ ways: [way], tasks: [{ id: "f".repeat(40), ranges: [[100, 199]] }] });
  });

  test("every state on the way is waited through; one command is sent, its task is journalled", async () => {
    const { pair, on, job, mover } = await set(way);
    pair.scripts.push([...working[way], done[way]]);
    expect(await mover.move(job)).toEqual({ kind: "done" });
    expect(pair.taken).toEqual(ranges);
    expect(pair.count.start).toBe(1);
    expect([...on.journal.windows.values()].map(({ facts }) => facts.task)).toEqual([pair.tasks[0]?.id]);
    expect(outcomes(on)).toEqual([true]);
    expect(on.progress.flatMap(({ moved }) => moved)).toEqual(ranges);
    expect(on.progress.reduce((sum, { keysMoved }) => sum + keysMoved, 0)).toBe(18);
  });

  test("a reply that is lost: the task is found by its ranges, and not started again", async () => {
    const { pair, job, mover, proxy } = await set(way, true);
    pair.scripts.push([...working[way], done[way]]);
    const swallowed = proxy?.swallowReplyTo(commandOf[way].split(" ").at(-1) ?? "");
    expect(await mover.move(job)).toEqual({ kind: "done" });
    await swallowed;
    expect(pair.count.start).toBe(1);
  });

  test("out of memory at the target is said at once, with everything at the source", async () => {
    const { pair, on, job, mover } = await set(way);
    const error = "failed: Ran out of memory (OOM) during slot import";
    pair.scripts.push(["connecting", error, error, error, error, error]);
    const outcome = await mover.move(job);
    expect(outcome).toMatchObject({ kind: "stopped", reason: { code: "memory" }, openSlots: [], left: ranges });
    expect(outcomes(on)).toEqual([true]);
  });

  test("somebody cancels the task: that is somebody's will, not a failure to try again", async () => {
    const { pair, on, job, mover } = await set(way);
    pair.scripts.push(["connecting", way === "valkey-asm" ? "cancelled" : "canceled: Cancelled due to user request"]);
    const outcome = await mover.move(job);
    expect(outcome).toMatchObject({
      kind: "stopped",
      reason: { code: "foreign-change", details: { sentence: "taskCancelled" } },
    });
    expect(pair.count.start).toBe(1);
    expect(outcomes(on)).toEqual([true]);
  });

  test("a task of somebody else blocks before anything is written or sent", async () => {
    const { pair, on, job, mover } = await set(way);
    foreign(pair, "connecting");
    const reason = { code: "foreign-change", details: { sentence: "foreignTask", ranges: "100–199" } };
    expect(await mover.move(job)).toMatchObject({ kind: "stopped", reason, openSlots: [] });
    expect(on.journal.windows.size).toBe(0);
    expect(pair.count.start).toBe(0);
  });

  test("what somebody opened by SETSLOT in between is their change, named", async () => {
    const { pair, job, mover } = await set(way);
    pair.refusals.push(
      way === "valkey-asm"
        ? "ERR Slots are being manually migrated"
        : "ERR all slot states must be STABLE to start a slot migration task.",
    );
    const reason = { code: "foreign-change", details: { sentence: "taskRefused" } };
    expect(await mover.move(job)).toMatchObject({ kind: "stopped", reason, left: ranges });
  });

  test("asked to stop: a task that does not end is cancelled, and all of it is the source's", async () => {
    const { pair, on, job, mover } = await set(way);
    pair.scripts.push(["connecting"]);
    let isAsked = false;
    const hook: MoveJob["hook"] = (point) => {
      if (point === "after-importing") isAsked = true;
    };
    expect(await mover.move({ ...job, hook, shouldStop: () => isAsked })).toEqual({ kind: "parked", left: ranges });
    expect(pair.count.cancel).toBe(1);
    expect(outcomes(on)).toEqual([true]);
  });

  test("after a crash the running task is found and followed; a new one is not begun", async () => {
    const { pair, on, job, mover } = await set(way);
    pair.scripts.push([...working[way], done[way]]);
    const hook: MoveJob["hook"] = (point) => {
      if (point === "after-importing") throw new Error("killed here");
    };
    await expect(mover.move({ ...job, hook })).rejects.toThrow("killed here");
    expect(await mover.closeOpen(job, on.journal.unsettled())).toEqual({ kind: "done" });
    expect(pair.taken).toEqual(ranges);
    expect(pair.count.start).toBe(1);
    expect(on.journal.unsettled()).toEqual([]);
  });

  test("after a crash and a restart that forgot the task, the slots say that they never left", async () => {
    const { pair, on, job, mover } = await set(way);
    pair.scripts.push(["connecting"]);
    const hook: MoveJob["hook"] = (point) => {
      if (point === "after-importing") throw new Error("killed here");
    };
    await expect(mover.move({ ...job, hook })).rejects.toThrow("killed here");
    pair.tasks.splice(0);
    expect(await mover.closeOpen(job, on.journal.unsettled())).toEqual({ kind: "done" });
    expect(on.journal.unsettled()).toEqual([]);
    expect(on.progress.flatMap(({ moved }) => moved)).toEqual([]);
    expect(await mover.move(job)).toEqual({ kind: "done" });
    expect(pair.taken).toEqual(ranges);
  });
});

test("valkey-asm: what failed is started again three times, then its last reason is said", async () => {
  const { pair, job, mover } = await set("valkey-asm");
  const failing = ["connecting", "failed: Data was flushed"];
  pair.scripts.push(failing, failing, failing);
  expect(await mover.move(job)).toMatchObject({
    kind: "stopped",
    reason: { code: "step-failed", details: { sentence: "taskFailed", tries: 3, reason: "Data was flushed" } },
    left: ranges,
  });
  pair.scripts.push(failing, ["connecting", "success"]);
  expect(await mover.move(job)).toEqual({ kind: "done" });
});

test("valkey-asm: a cancel that would end somebody else's task too is not sent", async () => {
  const { pair, job, mover } = await set("valkey-asm");
  pair.scripts.push(["connecting", ...Array.from({ length: 45 }, () => "snapshotting"), "success"]);
  const hook: MoveJob["hook"] = (point) => {
    if (point === "after-importing") foreign(pair, "snapshotting");
  };
  const outcome = await mover.move({ ...job, hook });
  expect(outcome).toMatchObject({ kind: "stopped", reason: { code: "foreign-change" } });
  expect(pair.count.cancel).toBe(0);
  expect(pair.taken).toEqual(ranges);
});

test("redis-asm: the server's own attempts are counted, then the task is cancelled and the reason said", async () => {
  const { pair, job, mover } = await set("redis-asm");
  pair.scripts.push(["connecting", ...Array.from({ length: 9 }, () => "failed: RDB channel - Connection is closed")]);
  expect(await mover.move(job)).toMatchObject({
    kind: "stopped",
    reason: { code: "step-failed", details: { sentence: "taskFailed", tries: 3 } },
    left: ranges,
  });
  expect(pair.count.cancel).toBe(1);
});

test("redis-asm: while another pair keeps the source busy, the server's attempts do not count", async () => {
  const { pair, job, mover } = await set("redis-asm");
  const busy = "failed: Error reply to SYNCSLOTS from the source: -ERR Another ASM task is already in progress";
  pair.scripts.push(["connecting", ...Array.from({ length: 7 }, () => busy), "connecting", "completed"]);
  expect(await mover.move(job)).toEqual({ kind: "done" });
  expect(pair.count).toEqual({ start: 1, cancel: 0 });
});

test("redis-asm: another pair of the operation keeps the node busy, and is waited for", async () => {
  const { pair, job, mover } = await set("redis-asm");
  pair.tasks.push({
    id: "9".repeat(40),
    ranges: [[300, 309]],
    source: pair.source.id,
    target: pair.target.id,
    state: "connecting",
    message: "",
    retries: 0,
    script: ["connecting", "connecting", "completed"],
  });
  pair.refusals.push("ERR another ASM task is already in progress");
  const operationRanges = [...ranges, range(300, 309)];
  expect(await mover.move({ ...job, operationRanges })).toEqual({ kind: "done" });
  expect(pair.count.start).toBe(2);
});
