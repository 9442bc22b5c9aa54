import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asNodeId } from "@/lib/cluster/node";
import { countSlots, type SlotRange } from "@/lib/cluster/slots";
import {
  applyEvent,
  canBecome,
  canCancel,
  canPause,
  canResume,
  isActive,
  isEnded,
  type Operation,
  type OperationEvent,
  type OperationState,
  operationEventSchema,
  operationSchema,
  operationStates,
} from "./operation";

const id = (digit: string) => asNodeId(digit.repeat(40));
const A = id("a");
const B = id("b");
const C = id("c");

const allowed: readonly (readonly [OperationState, string])[] = [
  ["planned", "scheduled running cancelled"],
  ["scheduled", "running cancelled"],
  ["running", "pausing paused cancelling interrupted proving failed"],
  ["pausing", "paused cancelling interrupted failed proving"],
  ["paused", "running cancelling cancelled interrupted failed"],
  ["cancelling", "cancelled interrupted failed paused"],
  ["interrupted", "running cancelling cancelled paused failed"],
  ["proving", "succeeded failed interrupted paused"],
  ["succeeded", ""],
  ["failed", "running cancelling cancelled"],
  ["cancelled", ""],
];

describe("transitions", () => {
  test.each(allowed)("%s goes on as: %s", (from, to) => {
    for (const state of operationStates)
      expect([state, canBecome(from, state)]).toEqual([state, to.split(" ").includes(state)]);
  });

  test("what can be asked of each state", () => {
    const asks = (state: OperationState) =>
      [
        isActive(state) && "active",
        isEnded(state) && "ended",
        canPause(state) && "pause",
        canResume(state) && "resume",
        canCancel(state) && "cancel",
      ]
        .filter(Boolean)
        .join(" ");
    expect(Object.fromEntries(operationStates.map((state) => [state, asks(state)]))).toEqual({
      planned: "cancel",
      scheduled: "cancel",
      running: "active pause cancel",
      pausing: "active cancel",
      paused: "resume cancel",
      cancelling: "active",
      interrupted: "resume cancel",
      proving: "active",
      succeeded: "ended",
      failed: "ended resume cancel",
      cancelled: "ended",
    });
  });
});

const blank = { moved: [], slotsMoved: 0, keysMoved: 0, bytesMoved: 0, keysUncertain: 0 };
const start: Operation = operationSchema.parse({
  id: 1,
  clusterId: "lab",
  clusterName: "Lab",
  plan: {
    id: "p1",
    verb: "reshard",
    clusterId: "lab",
    clusterName: "Lab",
    wish: {},
    madeAtMs: 1,
    expiresAtMs: 2,
    madeBy: "ann",
    basis: { signature: "x", currentEpoch: 3 },
    preflight: [],
    steps: [
      { kind: "move-slots", id: 1, phase: 1, source: A, target: C, ranges: [[0, 99]], slots: 100 },
      { kind: "move-slots", id: 2, phase: 1, source: B, target: C, ranges: [[200, 299]], slots: 100 },
      { kind: "prove", id: 3, phase: 2 },
    ],
    before: [],
    after: [],
    pace: "careful",
    totals: { slotsAsked: 200, slots: 200, rangesBefore: 1, rangesAfter: 1 },
    exposure: [],
    commands: { own: [], raw: [], redisCli: [] },
    confirm: { needsReason: false },
  },
  state: "planned",
  startedBy: "ann",
  goOnAfterRestart: true,
  createdMs: 10,
  steps: [1, 2, 3].map((stepId) => ({ stepId, state: "waiting", ...blank })),
  openSlots: [],
  proof: [],
  seq: 0,
});
const created: OperationEvent = { type: "created", operationId: 1, seq: 0, atMs: 10, operation: start };
const base = (seq: number) => ({ operationId: 1, seq, atMs: 10 + seq });
const fold = (events: readonly OperationEvent[], from?: Operation) =>
  events.reduce<Operation | undefined>(applyEvent, from) as Operation;

const progress = (
  seq: number,
  stepId: number,
  moved: readonly SlotRange[],
  open: readonly number[] = [],
): OperationEvent => ({
  type: "progress",
  ...base(seq),
  stepId,
  moved,
  keysMoved: 5,
  bytesMoved: 50,
  keysUncertain: 0,
  openSlots: open.map((slot) => ({ slot, source: stepId === 1 ? A : B, target: C })),
});

test("an event before `created` is a defect", () => {
  expect(() => applyEvent(undefined, { type: "state", ...base(1), to: "running" })).toThrow(/before it was created/);
});

test("a state carries its reason only while it lasts, and its times", () => {
  const reason = { code: "user", details: {}, text: "Ann paused it." } as const;
  const paused = fold([
    created,
    { type: "state", ...base(1), to: "running" },
    { type: "state", ...base(2), to: "paused", reason },
  ]);
  expect(paused).toMatchObject({ state: "paused", reason, startedMs: 11, seq: 2 });
  const again = applyEvent(paused, { type: "state", ...base(3), to: "running" });
  expect(again.reason).toBeUndefined();
  expect(again.startedMs).toBe(11);
  const failed = applyEvent(again, { type: "state", ...base(4), to: "failed", reason });
  expect(failed.endedMs).toBe(14);
  expect(applyEvent(failed, { type: "state", ...base(5), to: "running" }).endedMs).toBeUndefined();
});

test("a step that waits again has not ended", () => {
  const waiting = fold([
    created,
    { type: "step", ...base(1), stepId: 1, state: "running" },
    { type: "step", ...base(2), stepId: 1, state: "waiting" },
  ]);
  expect(waiting.steps[0]).toMatchObject({ state: "waiting", startedMs: 11 });
  expect(waiting.steps[0]?.endedMs).toBeUndefined();
});

test("slots reported twice count once, keys are increments", () => {
  const after = fold([created, progress(1, 1, [[0, 4]]), progress(2, 1, [[3, 9]])]);
  expect(after.steps[0]).toMatchObject({ moved: [[0, 9]], slotsMoved: 10, keysMoved: 10, bytesMoved: 100 });
});

test("open slots of one pair are replaced, those of another stay", () => {
  const after = fold([created, progress(1, 1, [], [7, 8]), progress(2, 2, [], [250]), progress(3, 1, [[7, 7]], [8])]);
  expect(after.openSlots.map((o) => o.slot).sort((a, b) => a - b)).toEqual([8, 250]);
  expect(fold([progress(4, 1, [[8, 8]]), progress(5, 2, [])], after).openSlots).toEqual([]);
});

test("a pair whose source was replaced by its replica still closes its own slots", () => {
  const opened = fold([created, progress(1, 1, [], [7])]);
  const promoted = { ...progress(2, 1, []), openSlots: [{ slot: 7, source: id("d"), target: C }] } as OperationEvent;
  expect(fold([promoted], opened).openSlots).toEqual([{ slot: 7, source: id("d"), target: C }]);
  expect(fold([promoted, progress(3, 1, [[7, 7]])], opened).openSlots).toEqual([]);
});

const anyRange = (low: number) =>
  fc
    .tuple(fc.integer({ min: low, max: low + 99 }), fc.integer({ min: 0, max: 9 }))
    .map(([a, n]): SlotRange => [a, Math.min(a + n, low + 99)]);
const anyStep = fc.integer({ min: 1, max: 2 });
const body = fc.oneof(
  anyStep.chain((stepId) =>
    fc.record({
      type: fc.constant("progress" as const),
      stepId: fc.constant(stepId),
      moved: fc.array(anyRange(stepId === 1 ? 0 : 200), { maxLength: 3 }),
      keysMoved: fc.nat(100),
      bytesMoved: fc.nat(1000),
      keysUncertain: fc.constant(0),
      openSlots: fc.array(
        fc
          .integer({ min: 0, max: 99 })
          .map((n) => ({ slot: n + (stepId === 1 ? 0 : 200), source: stepId === 1 ? A : B, target: C })),
        { maxLength: 3 },
      ),
    }),
  ),
  fc.record({
    type: fc.constant("step" as const),
    stepId: anyStep,
    state: fc.constantFrom("waiting", "running", "done", "failed", "skipped"),
  }),
  fc.record({ type: fc.constant("state" as const), to: fc.constantFrom(...operationStates) }),
  fc.record({ type: fc.constant("settled" as const), settled: fc.boolean() }),
  fc.record({ type: fc.constant("proof" as const), proof: fc.constant([]) }),
);
const history = fc
  .array(body, { maxLength: 30 })
  .map((bodies) => [created, ...bodies.map((b, i) => ({ ...b, ...base(i + 1) }) as OperationEvent)]);

test("what is folded once is folded: repeats and late events change nothing", () => {
  fc.assert(
    fc.property(history, fc.nat(), (events, n) => {
      const whole = fold(events);
      expect(applyEvent(whole, events[n % events.length] as OperationEvent)).toEqual(whole);
      expect(fold(events, whole)).toEqual(whole);
    }),
  );
});

test("asking since N and folding on gives what folding all gives, over the wire too", () => {
  fc.assert(
    fc.property(history, fc.nat(), (events, n) => {
      const cut = 1 + (n % events.length);
      const wire = (some: readonly OperationEvent[]) =>
        some.map((event) => operationEventSchema.parse(JSON.parse(JSON.stringify(event))));
      const early = operationSchema.parse(JSON.parse(JSON.stringify(fold(events.slice(0, cut)))));
      expect(fold(wire(events.slice(cut)), early)).toEqual(fold(events));
    }),
  );
});

test("every fold is an operation: slots are counted from the ranges, open slots belong to a step", () => {
  fc.assert(
    fc.property(history, (events) => {
      const whole = fold(events);
      expect(() => operationSchema.parse(whole)).not.toThrow();
      for (const step of whole.steps) expect(step.slotsMoved).toBe(countSlots(step.moved));
      expect(whole.seq).toBe(events.at(-1)?.seq);
    }),
  );
});
