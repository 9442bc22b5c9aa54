import { beforeEach, expect, test } from "vitest";
import { asClusterId, asNodeId } from "@/lib/cluster/node";
import { operationSchema } from "@/lib/operation";
import { holdsLease, readLease, releaseLease, takeLease } from "./leases";
import {
  appendEvent,
  foldOperation,
  insertOperation,
  keepFolded,
  listOperationRows,
  listUnendedRows,
  readEvents,
} from "./operations";
import { schema } from "./schema";
import { Store } from "./sqlite";
import { insertTranscript, pruneTranscript, readTranscript } from "./transcript";
import { intendWindow, keepValue, listSettled, listUnsettled, settleWindow } from "./windows";

const lab = asClusterId("lab");
const A = asNodeId("a".repeat(40));
const B = asNodeId("b".repeat(40));
let store: Store;

beforeEach(() => {
  store = new Store(":memory:");
  store.migrate(schema);
});

function create(): number {
  const row = { cluster_id: lab, created_ms: 5, state: "planned", plan_id: "p1" } as const;
  const id = insertOperation(store, row);
  const operation = operationSchema.parse({
    id,
    clusterId: lab,
    clusterName: "Lab",
    plan: {
      id: "p1",
      verb: "reshard",
      clusterId: lab,
      clusterName: "Lab",
      wish: {},
      madeAtMs: 1,
      expiresAtMs: 2,
      madeBy: "ann",
      basis: { signature: "x", currentEpoch: 1 },
      preflight: [],
      steps: [{ kind: "prove", id: 1, phase: 1 }],
      before: [],
      after: [],
      pace: "careful",
      totals: { slotsAsked: 0, slots: 0, rangesBefore: 0, rangesAfter: 0 },
      exposure: [],
      commands: { own: [], raw: [], redisCli: [] },
      confirm: { needsReason: false },
    },
    state: "planned",
    startedBy: "ann",
    goOnAfterRestart: true,
    createdMs: 5,
    steps: [{ stepId: 1, state: "waiting", moved: [], slotsMoved: 0, keysMoved: 0, bytesMoved: 0, keysUncertain: 0 }],
    openSlots: [],
    proof: [],
    seq: 0,
  });
  appendEvent(store, { type: "created", operationId: id, seq: 0, atMs: 5, operation });
  return id;
}

test("an operation is what its events add up to", () => {
  const id = create();
  appendEvent(store, { type: "state", operationId: id, seq: 1, atMs: 6, to: "running" });
  appendEvent(store, { type: "step", operationId: id, seq: 2, atMs: 7, stepId: 1, state: "running" });
  expect(foldOperation(store, id)).toMatchObject({ id, state: "running", startedMs: 6, seq: 2 });
  expect(readEvents(store, id, 1).map((event) => event.type)).toEqual(["step"]);
  expect(listUnendedRows(store).map((row) => row.id)).toEqual([id]);
  appendEvent(store, { type: "state", operationId: id, seq: 3, atMs: 8, to: "failed" });
  expect(listUnendedRows(store)).toEqual([]);
  expect(listOperationRows(store, lab, 10)[0]?.state).toBe("failed");
  const failed = foldOperation(store, id);
  if (!failed) throw new Error("no operation");
  keepFolded(store, failed);
  expect(foldOperation(store, id)).toEqual(failed);
  appendEvent(store, { type: "state", operationId: id, seq: 4, atMs: 9, to: "running" });
  expect(foldOperation(store, id)).toMatchObject({ state: "running", seq: 4 });
});

test("an event number is given once", () => {
  const id = create();
  appendEvent(store, { type: "state", operationId: id, seq: 1, atMs: 6, to: "running" });
  expect(() => appendEvent(store, { type: "state", operationId: id, seq: 1, atMs: 6, to: "paused" })).toThrow();
  expect(foldOperation(store, id)?.state).toBe("running");
  expect(listUnendedRows(store)[0]?.state).toBe("running");
});

test("windows stay unsettled until their outcome is known, and settle once", () => {
  const common = { operationId: 1, source: A, target: B, atMs: 1 };
  const first = intendWindow(store, { ...common, stepId: 1, slots: [1, 2], facts: { sourceReplId: "r", keys: 4 } });
  const second = intendWindow(store, { ...common, stepId: 2, slots: [9], facts: {} });
  expect(listUnsettled(store, 1)).toMatchObject([
    { id: first, step_id: 1, slots: [1, 2], facts: { sourceReplId: "r", keys: 4 } },
    { id: second, slots: [9] },
  ]);
  settleWindow(store, first, "moved", 7);
  settleWindow(store, first, "withdrawn", 8);
  expect(listUnsettled(store, 1).map((row) => row.id)).toEqual([second]);
  expect(listSettled(store, 1, "moved")).toMatchObject([{ id: first, settled_ms: 7 }]);
});

test("kept values come back byte by byte", () => {
  const key = Buffer.from([0, 13, 10, 255]);
  keepValue(store, { operationId: 1, slot: 3, nodeId: A, key, ttlMs: -1, dump: Buffer.from([1, 0]), atMs: 1 });
  expect(store.get("SELECT key, dump FROM kept_values")).toEqual({ key, dump: Buffer.from([1, 0]) });
});

test("a lease taken over leaves its holder with a fence that no longer counts", () => {
  const first = takeLease(store, { clusterId: lab, owner: "one", operationId: 1, atMs: 1 });
  expect(holdsLease(store, { clusterId: lab, fence: first })).toBe(true);
  const second = takeLease(store, { clusterId: lab, owner: "two", operationId: 1, atMs: 2 });
  expect(second).toBe(first + 1);
  expect(holdsLease(store, { clusterId: lab, fence: first })).toBe(false);
  releaseLease(store, { clusterId: lab, fence: first });
  expect(holdsLease(store, { clusterId: lab, fence: second })).toBe(true);
  releaseLease(store, { clusterId: lab, fence: second });
  expect(holdsLease(store, { clusterId: lab, fence: second })).toBe(false);
  expect(readLease(store, lab)).toMatchObject({ fence: second, operation_id: null });
  expect(takeLease(store, { clusterId: lab, owner: "two", operationId: 2, atMs: 3 })).toBe(second + 1);
});

test("the transcript is read in pages and loses its oldest rows first", () => {
  const entry = (n: number) => ({
    operationId: 1,
    atMs: n,
    ...(n % 2 ? { nodeId: A } : {}),
    endpoint: { host: "127.0.0.1", port: 7000 },
    command: `CLUSTER SETSLOT ${n} NODE ${A}`,
    reply: "OK",
    ok: true,
    mutates: true,
    tookMs: 0.25,
  });
  insertTranscript(
    store,
    Array.from({ length: 100 }, (_, n) => entry(n)),
  );
  expect(readTranscript(store, 1, { after: 10, limit: 2 })).toEqual([
    { id: 11, ...entry(10) },
    { id: 12, ...entry(11) },
  ]);
  expect(pruneTranscript(store, { olderThanMs: 40, bytes: 1e9 })).toBe(40);
  expect(readTranscript(store, 1, { after: 0, limit: 1 })[0]?.atMs).toBe(40);
  pruneTranscript(store, { olderThanMs: 0, bytes: 1600 });
  const left = readTranscript(store, 1, { after: 0, limit: 1000 });
  expect(left.length).toBeGreaterThan(5);
  expect(left.length).toBeLessThan(15);
  expect(left.at(-1)?.atMs).toBe(99);
  expect(pruneTranscript(store, { olderThanMs: 1000, bytes: 1e9 })).toBe(left.length);
  expect(pruneTranscript(store, { olderThanMs: 1000, bytes: 1e9 })).toBe(0);
});
