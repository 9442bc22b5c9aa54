import { expect, test } from "vitest";
import { samplePrimaryId, sampleReplicaId, sampleTopology } from "@/lib/cluster/sample";
import { countSlots, type SlotRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { planAddSlots } from "./add-slots";
import { planDelSlots } from "./del-slots";
import type { Facts } from "./facts";
import { sampleFacts } from "./facts.fixture";
import { planForget } from "./forget";
import { planSetSlotStable } from "./set-slot-stable";
import { modelOf, simulate } from "./simulate";

/** Slots 0 to 9 belong to nobody; 100 is on its way from the first to the second primary. */
const gap: readonly SlotRanges[] = [[[10, 5460]], [[5461, 10922]], [[10923, 16383]]];
const open = [
  {
    slot: 100,
    source: samplePrimaryId(0),
    target: samplePrimaryId(1),
    migratingOn: [samplePrimaryId(0)],
    importingOn: [samplePrimaryId(1)],
  },
];
const topology = sampleTopology({ primaries: 3, replicas: 1, ranges: gap });
/** Keys in the first 200 slots, by primary; −1 elsewhere. */
const keys = (of: Readonly<Record<number, Readonly<Record<number, number>>>>): Facts["slotKeys"] =>
  Object.fromEntries(
    [0, 1, 2].map((k) => [
      samplePrimaryId(k),
      Array.from({ length: 16384 }, (_, slot) => (slot < 200 ? (of[k]?.[slot] ?? 0) : -1)),
    ]),
  );
const factsOf = (of: Topology, held = {}): Facts => sampleFacts(of, { slotKeys: keys(held) });
const failing = (plan: { readonly preflight: ReturnType<typeof planForget>["preflight"] }) =>
  plan.preflight.filter((line) => line.state === "fail").map((line) => `${line.kind} ${line.code}`);

test("slots of nobody are added to a primary; whose keys are elsewhere is held, who has an owner is refused", () => {
  const wish = { verb: "add-slots", nodeId: samplePrimaryId(1), ranges: [[0, 9]] } as const;
  const plan = planAddSlots(factsOf(topology), wish);
  expect(failing(plan)).toEqual([]);
  const end = simulate(modelOf(topology), plan.steps);
  expect(countSlots(end.get(samplePrimaryId(1))?.ranges ?? [])).toBe(5472);
  expect(plan.after[1]?.ranges).toEqual(end.get(samplePrimaryId(1))?.ranges);
  expect(failing(planAddSlots(factsOf(topology, { 2: { 5: 7 } }), wish))).toEqual(["hold keys-elsewhere"]);
  expect(() => planAddSlots(factsOf(topology), { ...wish, ranges: [[5, 12]] })).toThrow(
    /10–12 have an owner \(10\.20\.1\.11:7000\)/,
  );
  expect(() => planAddSlots(factsOf(topology), { ...wish, nodeId: sampleReplicaId(0) })).toThrow(/is a replica/);
});

test("slots are taken from their owners one after the other, typed, with their keys counted", () => {
  const plan = planDelSlots(factsOf(topology, { 0: { 50: 3, 51: 4 } }), {
    verb: "del-slots",
    ranges: [
      [50, 60],
      [5461, 5461],
    ],
  });
  expect(plan.steps.map((step) => `${step.phase} ${step.kind}`)).toEqual(["0 del-slots", "1 del-slots", "2 prove"]);
  expect(plan.confirm.typed).toBe("sample");
  expect(plan.confirm.why).toMatch(/12 slots belong to nobody afterwards, and at least 7 keys/);
  const end = simulate(modelOf(topology), plan.steps);
  expect(countSlots([...end.values()].flatMap((node) => node.ranges))).toBe(16384 - 10 - 12);
  expect(plan.commands.raw[0]).toBe("10.20.1.11:7000> CLUSTER DELSLOTS <50-60>");
  expect(plan.commands.raw).toHaveLength(12);
  expect(() => planDelSlots(factsOf(topology), { verb: "del-slots", ranges: [[5, 20]] })).toThrow(
    /Nobody owns slots 5–9/,
  );
});

test("a mark goes only where no key of the slot is with anybody but the owner, and both sides can be asked (I14)", () => {
  const marked = sampleTopology({ primaries: 3, replicas: 1, ranges: gap, open });
  const wish = { verb: "set-slot-stable", ranges: [[100, 100]] } as const;
  const plan = planSetSlotStable(factsOf(marked, { 0: { 100: 9 } }), wish);
  expect(failing(plan)).toEqual([]);
  expect(plan.steps.filter((step) => step.kind === "set-stable").map((step) => step.nodeId)).toEqual([
    samplePrimaryId(0),
    samplePrimaryId(1),
  ]);
  expect(failing(planSetSlotStable(factsOf(marked, { 1: { 100: 1 } }), wish))).toContain("refuse keys-stranded");
  const silent = sampleTopology({ primaries: 3, replicas: 1, ranges: gap, open, dead: [1] });
  expect(failing(planSetSlotStable(factsOf(silent), wish))).toContain("refuse sides-answer");
  expect(() => planSetSlotStable(factsOf(marked), { ...wish, ranges: [[5000, 5001]] })).toThrow(
    /No slot of 5000–5001 is open/,
  );
});

test("a mark on a replica is cleared through its primary, one that points at nobody where it stands", () => {
  const stale = [{ slot: 12_000, source: samplePrimaryId(2), migratingOn: [], importingOn: [sampleReplicaId(0)] }];
  const marked = sampleTopology({ primaries: 3, replicas: 1, open: stale });
  const plan = planSetSlotStable(sampleFacts(marked), { verb: "set-slot-stable", ranges: [[0, 16383]] });
  expect(plan.steps[0]).toMatchObject({ kind: "set-stable", nodeId: samplePrimaryId(0), ranges: [[12_000, 12_000]] });
});

test("an owner is not forgotten, a node that is followed is not, and who answers may come back", () => {
  const dead = sampleTopology({ primaries: 3, replicas: 1, dead: [4] });
  expect(failing(planForget(sampleFacts(dead), { verb: "forget", nodeId: sampleReplicaId(1) }))).toEqual([]);
  const alive = planForget(sampleFacts(topology), { verb: "forget", nodeId: sampleReplicaId(1) });
  expect(failing(alive)).toEqual(["hold last-replica", "hold comes-back"]);
  expect(() => planForget(sampleFacts(topology), { verb: "forget", nodeId: samplePrimaryId(0) })).toThrow(
    /cannot follow|follow/,
  );
  const lone = sampleTopology({ primaries: 3, replicas: 0 });
  expect(failing(planForget(sampleFacts(lone), { verb: "forget", nodeId: samplePrimaryId(0) }))).toContain(
    "refuse owns-nothing",
  );
});
