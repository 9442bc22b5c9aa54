import { expect, test } from "vitest";
import { samplePrimaryId, sampleTopology } from "@/lib/cluster/sample";
import type { Facts } from "./facts";
import { sampleCandidate, sampleFacts } from "./facts.fixture";
import { planFix } from "./fix";
import { planReshard } from "./reshard";
import { planScaleOut } from "./scale-out";
import { cutLoads, TASK_BYTES } from "./tasks";
import type { AtomicWay } from "./way";

const facts = sampleFacts(sampleTopology({ primaries: 3, replicas: 1 }));
const [a, b, c] = [samplePrimaryId(0), samplePrimaryId(1), samplePrimaryId(2)];
type Offers = readonly (readonly AtomicWay[] | undefined)[];

const offering = (offers: Offers, given: Facts = facts): Facts => ({
  ...given,
  nodes: {
    ...given.nodes,
    ...Object.fromEntries(offers.map((ways, i) => [samplePrimaryId(i), { ...given.nodes[a], offers: ways } as never])),
  },
});
const wish = { verb: "reshard", target: b, ranges: [[7, 9]] } as const;
const three = { verb: "reshard", target: b, sources: [a, c], slots: 6 } as const;

test.each<[string, Offers, string, RegExp]>([
  ["none offers any", [[], [], []], "setslot", /none of the 3 nodes/],
  ["nobody could be asked", [undefined, undefined, undefined], "setslot", /none of the 3 nodes/],
  ["all offer one", [["valkey-asm"], ["valkey-asm"], ["valkey-asm"]], "valkey-asm", /All 3 nodes.*MIGRATESLOTS/],
  ["all offer the other", [["redis-asm"], ["redis-asm"], ["redis-asm"]], "redis-asm", /MIGRATION IMPORT/],
  ["the target does not", [["redis-asm"], [], ["redis-asm"]], "setslot", /:7001 does not offer CLUSTER MIGRATION/],
  ["one source could not be asked", [["valkey-asm"], ["valkey-asm"], undefined], "setslot", /:7002 does not offer/],
  ["two dialects", [["valkey-asm"], ["redis-asm"], ["redis-asm"]], "setslot", /one operation goes by one way/],
])("%s", (_, offers, way, why) => {
  const plan = planReshard(offering(offers), three);
  expect(plan.movesBy).toMatchObject({ way, why: expect.stringMatching(why) });
  const line = plan.preflight.find(({ code }) => code === "move-way");
  expect(line).toMatchObject({ kind: "note", state: "pass", text: expect.stringContaining(plan.movesBy?.why ?? "-") });
});

test("a bystander has no say", () => {
  expect(planReshard(offering([["redis-asm"], ["redis-asm"], []]), wish).movesBy?.way).toBe("redis-asm");
});

test("a repair goes by SETSLOT whatever the servers offer: they do not take on what is open", () => {
  const open = [{ slot: 100, source: a, target: b, migratingOn: [a], importingOn: [b] }];
  const counts = Array.from({ length: 16384 }, (_, slot) => (slot === 100 ? 3 : 0));
  const sick = sampleFacts(sampleTopology({ primaries: 3, replicas: 1, open }), {
    slotKeys: { [a]: counts, [b]: counts, [c]: counts.map(() => 0) },
  });
  const mend = { verb: "fix", open: "finish", strays: "move", abandon: [] } as const;
  const plan = planFix(offering([["valkey-asm"], ["valkey-asm"], ["valkey-asm"]], sick), mend);
  expect(plan.steps.map(({ kind }) => kind)).toContain("move-slots");
  expect(plan.movesBy).toMatchObject({ way: "setslot", why: expect.stringMatching(/left open/) });
});

test("a newcomer's own offer counts", () => {
  const candidate = sampleCandidate(0, { offers: ["valkey-asm"] });
  const out = { verb: "scale-out", shards: [{ primary: candidate.newcomer, replicas: [] }] } as const;
  const all = offering([["valkey-asm"], ["valkey-asm"], ["valkey-asm"]]);
  expect(planScaleOut({ ...all, candidates: [candidate] }, out).movesBy?.way).toBe("valkey-asm");
  expect(planScaleOut({ ...all, candidates: [sampleCandidate(0)] }, out).movesBy?.way).toBe("setslot");
});

test("the commands of an atomic plan are one a task, to the end that drives", () => {
  const valkey = planReshard(offering([["valkey-asm"], ["valkey-asm"]]), wish).commands;
  expect(valkey.raw).toEqual([`10.20.1.11:7000> CLUSTER MIGRATESLOTS SLOTSRANGE 7 9 NODE ${b}`]);
  const redis = planReshard(offering([["redis-asm"], ["redis-asm"]]), wish).commands;
  expect(redis).toMatchObject({ raw: ["10.20.1.12:7001> CLUSTER MIGRATION IMPORT 7 9"], rawCount: 1 });
});

test("what is at risk is the heaviest task, not a batch", () => {
  const { exposure } = planReshard(offering([["redis-asm"], ["redis-asm"]]), wish);
  expect(exposure).toEqual([{ target: b, guarded: true, keysAtMost: 30, bytesAtMost: 6000 }]);
});

test("rights are those of the way: what another way needs may be forbidden", () => {
  const denied = { setslot: ["MIGRATE"], "redis-asm": [] };
  const withDenied = (given: Facts): Facts => ({
    ...given,
    nodes: { ...given.nodes, [a]: { ...given.nodes[a], deniedMoving: denied } as never },
  });
  const rights = (given: Facts) => planReshard(withDenied(given), wish).preflight.find(({ code }) => code === "rights");
  expect(rights(facts)).toMatchObject({ state: "fail", details: { commands: ["MIGRATE"] } });
  expect(rights(offering([["redis-asm"], ["redis-asm"]]))?.state).toBe("pass");
});

test("a task of somebody else is refused, whatever the way", () => {
  const tasks = [{ id: "f".repeat(40), ranges: [[100, 199]] }];
  for (const offers of [["valkey-asm"], []] as const) {
    const given = offering([offers, ["valkey-asm"]]);
    const busy = { ...given, nodes: { ...given.nodes, [b]: { ...given.nodes[b], tasks } as never } };
    const line = planReshard(busy, wish).preflight.find(({ code }) => code === "no-foreign-task");
    expect(line).toMatchObject({ kind: "refuse", state: "fail", text: expect.stringContaining("slots 100–199") });
  }
});

test("loads hold no more than the limits, in order, and a heavy slot is alone", () => {
  const slot = (n: number, bytes: number) => ({ slot: n, keys: 1, bytes });
  const third = TASK_BYTES / 3;
  const slots = [slot(0, third), slot(1, third), slot(2, third), slot(3, 1), slot(9, 2 * TASK_BYTES), slot(10, 0)];
  expect(cutLoads(slots).map((load) => load.slots.map((one) => one.slot))).toEqual([[0, 1, 2], [3], [9], [10]]);
  const scattered = Array.from({ length: 600 }, (_, i) => slot(2 * i, 0));
  expect(cutLoads(scattered).map((load) => load.slots.length)).toEqual([256, 256, 88]);
  expect(cutLoads([])).toEqual([]);
});
