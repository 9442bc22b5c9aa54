import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterId, NodeId } from "@/lib/cluster/node";
import { eachSlot, type SlotRanges } from "@/lib/cluster/slots";
import type { Operation } from "@/lib/operation";
import { compare, nothingLost, settledOwners } from "@/server/migrate/testing/checks";
import { fill, type Model, makeEntries } from "@/server/migrate/testing/data";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import { ann, makeEngine, type TestEngine, told, untilState } from "./console.fixture";
import { overrules, type Stop } from "./stop";

const BASE = 9480;
const HOUR_MS = 3_600_000;
const night = { from: "22:00", to: "04:00" };
let cluster: TestCluster;
let engine: TestEngine;
let id: ClusterId;
/** The console's clock, which is told what time it is; it goes on from there. */
let ahead = 0;
const now = () => Date.now() + ahead;
const setClock = (text: string, days = 0) => {
  const midnight = Math.floor(now() / (24 * HOUR_MS)) * 24 * HOUR_MS;
  ahead = midnight + days * 24 * HOUR_MS + Date.parse(`1970-01-01T${text}:00Z`) - Date.now();
};
const model: Model = new Map();
const idOf = (i: number) => cluster.nodes[i]?.id as NodeId;
const movedIn = (operation: Operation) => operation.steps.reduce((sum, step) => sum + step.slotsMoved, 0);
const reshard = (slots: number) =>
  engine.plan(id, { verb: "reshard", target: idOf(2), sources: [idOf(0)], slots, pace: "careful" });

beforeAll(async () => {
  setClock("12:00");
  engine = makeEngine({ now });
  cluster = await startCluster({ basePort: BASE, primaries: 3, replicas: 0 });
  id = await engine.connect(BASE);
  const entries = makeEntries({ slots: eachSlot([[0, 16383]]), keysPerSlot: 4 });
  const owners = cluster.primaries.map((node, i) => ({ node, ranges: [cluster.ranges[i] ?? [0, 0]] as SlotRanges }));
  await fill(owners, entries, model);
}, 120_000);
afterAll(async () => {
  await engine.close();
  await cluster.close();
});

test("a reshard waits for its window, parks at its end with nothing open, and goes on in the next", async () => {
  const waiting = await engine.start(await reshard(2500), { schedule: { window: night } });
  expect(waiting.state).toBe("scheduled");
  expect(engine.operations.current(id)).toBeUndefined();
  // Whoever comes meanwhile is not kept waiting, and what is planned anew knows of it.
  const other = await engine.run(await reshard(5));
  expect(other.state, told(other)).toBe("succeeded");
  expect(engine.operations.get(id, waiting.id).state).toBe("scheduled");

  setClock("22:30");
  await untilState(engine, waiting, (one) => movedIn(one) > 0);
  setClock("04:30", 1);
  const parked = await untilState(engine, waiting, ({ state }) => state === "paused");
  expect(parked.reason?.code).toBe("window-over");
  expect(parked.openSlots).toEqual([]);
  expect(movedIn(parked)).toBeGreaterThan(0);
  expect(movedIn(parked)).toBeLessThan(2500);
  expect(parked.plan.id).not.toBe(waiting.plan.id);
  await settledOwners(cluster.nodes);

  setClock("22:05");
  const ended = await untilState(engine, waiting, ({ state }) => state === "succeeded", 60_000);
  expect(movedIn(ended)).toBe(2500);
  expect(await compare(await settledOwners(cluster.nodes), model)).toEqual(nothingLost);
}, 90_000);

test("what does not fit what was confirmed is not begun, and says what changed; a scheduled one can be cancelled", async () => {
  setClock("12:00", 1);
  const schedule = { atMs: now() + HOUR_MS };
  const waiting = await engine.start(await reshard(5), { schedule });
  const given = await engine.start(await reshard(5), { schedule });
  await engine.operations.act(ann, id, given.id, "cancel");
  expect(engine.operations.get(id, given.id).state).toBe("cancelled");
  await cluster.primaries[0]?.kill();
  const isSilent = ({ nodes }: { nodes: readonly { id: string; answer: { kind: string } }[] }) =>
    nodes.some((node) => node.id === idOf(0) && node.answer.kind === "silent");
  await engine.observer.waitFor(id, isSilent, { deadlineMs: 10_000, what: "the source to be silent" });
  setClock("13:30");
  const ended = await untilState(engine, waiting, ({ state }) => state === "cancelled");
  expect(ended.reason?.text).toBeTruthy();
  expect(ended.reason?.code).toBe("foreign-change");
  await cluster.primaries[0]?.start();
}, 60_000);

test.each([
  ["window", "pause", true],
  ["window", "cancel", true],
  ["pause", "window", false],
  ["pause", "cancel", true],
  ["cancel", "pause", false],
  ["close", "pause", false],
] as const)("asked to stop by %s, then by %s: the later one counts, %s", (first, next, expected) => {
  const stopOf = (what: Stop["what"]): Stop => (what === "pause" || what === "cancel" ? { what, by: "ann" } : { what });
  expect(overrules(stopOf(next), stopOf(first))).toBe(expected);
});
