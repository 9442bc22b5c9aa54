import { beforeEach, expect, test } from "vitest";
import type { Operation } from "@/lib/operation";
import type { LiveEvent } from "@/lib/wire/live";
import { EventHub } from "@/server/events";
import { readEvents } from "@/server/store/operations";
import { schema } from "@/server/store/schema";
import { Store } from "@/server/store/sqlite";
import { ann } from "./console.fixture";
import { Journal } from "./journal";
import { checkLease, parseConnectionName, takeCluster } from "./lease";
import { samplePlan } from "./plan.fixture";
import { ProgressBuffer } from "./progress";
import { newOperation } from "./start";
import { batchesOf } from "./step-loop";

let store: Store;
let journal: Journal;
let told: LiveEvent[];
let nowMs = 1000;

beforeEach(() => {
  store = new Store(":memory:");
  store.migrate(schema);
  const hub = new EventHub({ bootId: "test", now: () => nowMs });
  told = [];
  hub.subscribe((event) => told.push(event));
  journal = new Journal({ store, hub, now: () => nowMs });
});

const plan = samplePlan();
const input = { planId: plan.id, goOnAfterRestart: true };
function create(also: (id: number) => void = () => {}): Operation {
  return journal.create(newOperation({ plan, input, actor: ann, heard: [], nowMs }), also);
}

test("an operation and what goes with it are kept or lost together", () => {
  expect(() =>
    create(() => {
      throw new Error("no lease");
    }),
  ).toThrow("no lease");
  expect(journal.list(plan.clusterId)).toEqual([]);
  expect(told).toEqual([]);
  expect(create().state).toBe("planned");
});

test("a change that the table does not allow is not made", () => {
  const { id } = create();
  expect(() => journal.append(id, { type: "state", to: "succeeded" })).toThrow(/planned to succeeded/);
  expect(() => journal.append(id, { type: "state", to: "running" }, { type: "state", to: "cancelled" })).toThrow();
  expect(readEvents(store, id)).toHaveLength(1);
  expect(journal.get(id).state).toBe("planned");
});

test("bad news that cannot be written is told, and written before anything else when it can be", () => {
  const { id } = create();
  journal.append(id, { type: "state", to: "running" });
  store.run("PRAGMA query_only = 1");
  expect(() => journal.append(id, { type: "step", stepId: 1, state: "running" })).toThrow(/database/);
  journal.appendOrKeep(id, { type: "state", to: "paused" });
  expect(journal.get(id)).toMatchObject({ state: "paused", seq: 2 });
  expect(told.at(-1)).toMatchObject({ type: "operation", event: { seq: 2, to: "paused" } });
  store.run("PRAGMA query_only = 0");
  expect(readEvents(store, id)).toHaveLength(2);
  journal.append(id, { type: "state", to: "running" });
  expect(readEvents(store, id).map((event) => event.seq)).toEqual([0, 1, 2, 3]);
  const next = new Journal({ store, hub: new EventHub({ bootId: "next", now: () => nowMs }), now: () => nowMs });
  expect(next.get(id)).toEqual(journal.get(id));
});

test("progress of all steps is one record at most every 200 ms, and nothing of it is dropped", async () => {
  const written: unknown[][] = [];
  const buffer = new ProgressBuffer((bodies) => written.push([...bodies]));
  const one = { moved: [[1, 1]] as const, keysMoved: 2, bytesMoved: 3, keysUncertain: 0, openSlots: [] };
  for (let i = 0; i < 10; i++) {
    buffer.report(1, one);
    buffer.report(2, { ...one, moved: [[10 + i, 10 + i]] });
  }
  buffer.flush();
  buffer.flush();
  expect(written).toEqual([
    [
      { type: "progress", stepId: 1, moved: [[1, 1]], keysMoved: 20, bytesMoved: 30, keysUncertain: 0, openSlots: [] },
      {
        type: "progress",
        stepId: 2,
        moved: [[10, 19]],
        keysMoved: 20,
        bytesMoved: 30,
        keysUncertain: 0,
        openSlots: [],
      },
    ],
  ]);
});

test("whoever holds a lower fence can write no record any more", () => {
  const taking = { clusterId: plan.clusterId, operationId: 1, consoleId: "one", owner: "life", atMs: nowMs++ };
  const first = takeCluster(store, taking);
  expect(parseConnectionName(first.name)).toEqual({ console: "one", operation: 1, fence: first.fence });
  expect(parseConnectionName("shardboard:one:1")).toBeUndefined();
  checkLease(store, first);
  const second = takeCluster(store, taking);
  expect(() => checkLease(store, first)).toThrow(/another one took over/);
  checkLease(store, second);
});

test("steps run by phase, and side by side only where their kind allows it", () => {
  const kinds = batchesOf(plan.steps).map((batch) => batch.map((step) => `${step.kind} ${step.id}`));
  expect(kinds).toEqual([["move-slots 0", "move-slots 1"], ["move-slots 2"], ["forget 3"], ["forget 4"], ["prove 5"]]);
});
