import { expect, test } from "vitest";
import { samplePrimaryId, sampleReplicaId, sampleTopology } from "@/lib/cluster/sample";
import { countSlots, eachSlot, formatRanges } from "@/lib/cluster/slots";
import type { Facts } from "./facts";
import { sampleFacts } from "./facts.fixture";
import { planRebalance } from "./rebalance";
import { modelOf, simulate } from "./simulate";
import type { WishOf } from "./wish";

const three = sampleFacts(sampleTopology({ primaries: 3, replicas: 1 }));
const withEmpty = sampleFacts(
  sampleTopology({ primaries: 4, replicas: 1, ranges: [[[0, 5460]], [[5461, 10922]], [[10923, 16383]], []] }),
);
const wish = (changes: Partial<WishOf<"rebalance">> = {}): WishOf<"rebalance"> => ({
  verb: "rebalance",
  by: "slots",
  threshold: 2,
  useEmpty: false,
  ...changes,
});
const weight = (k: number, value: number) => ({ nodeId: samplePrimaryId(k), weight: value });
const slotsAfter = (facts: Facts, changes: Partial<WishOf<"rebalance">>) => {
  const plan = planRebalance(facts, wish(changes));
  const end = simulate(modelOf(facts.topology), plan.steps);
  expect(plan.totals.slotsAsked).toBe(plan.totals.slots);
  expect(plan.balance?.nodes.reduce((sum, node) => sum + node.after, 0)).toBeCloseTo(
    plan.balance?.nodes.reduce((sum, node) => sum + node.before, 0) ?? 0,
    6,
  );
  return facts.topology.shards.map((shard) => countSlots(end.get(shard.primaryId)?.ranges ?? []));
};

test("an empty primary takes part only when asked, and then all are even with the fewest moves", () => {
  expect(() => planRebalance(withEmpty, wish())).toThrow(/further than 2 %/);
  const plan = planRebalance(withEmpty, wish({ useEmpty: true }));
  expect(slotsAfter(withEmpty, { useEmpty: true })).toEqual([4096, 4096, 4096, 4096]);
  expect(plan.totals.slots).toBe(4096);
  expect(plan.steps.map((step) => (step.kind === "move-slots" ? formatRanges(step.ranges, "-") : step.kind))).toEqual([
    "4096-5460",
    "5461-6826",
    "10923-12287",
    "prove",
  ]);
  expect(plan.commands.redisCli[0]).toMatch(
    /--cluster rebalance \S+ --cluster-threshold 2 --cluster-use-empty-masters/,
  );
});

test("weights are shares, 0 empties a primary, and threshold 0 is exact", () => {
  expect(slotsAfter(three, { weights: [weight(0, 2)] })).toEqual([8192, 4096, 4096]);
  expect(slotsAfter(three, { weights: [weight(2, 0)] })).toEqual([8192, 8192, 0]);
  const off = sampleFacts(sampleTopology({ primaries: 2, replicas: 0, ranges: [[[0, 8192]], [[8193, 16383]]] }));
  expect(() => planRebalance(off, wish())).toThrow(/threshold 0/);
  expect(slotsAfter(off, { threshold: 0 })).toEqual([8192, 8192]);
  expect(() => planRebalance(three, wish({ threshold: 0 }))).toThrow(/as even by slots as whole slots allow/);
});

test.each([
  ["below zero", [weight(0, -1)], /-1 of .* below zero/],
  ["on a replica", [{ nodeId: sampleReplicaId(0), weight: 2 }], /is a replica of .*7000/],
  ["on a primary that takes no part", [weight(3, 2)], /owns no slots and takes no part/],
  ["on nobody", [{ nodeId: samplePrimaryId(9), weight: 2 }], /has no node aa10/],
  ["twice", [weight(0, 1), weight(0, 2)], /named twice/],
  ["all zero", [weight(0, 0), weight(1, 0), weight(2, 0)], /All weights are 0/],
])("a weight %s is refused by name", (_, weights, said) => {
  expect(() => planRebalance(withEmpty, wish({ weights }))).toThrow(said);
});

test("a silent primary takes no part, and its weight is no weight", () => {
  const dead = sampleFacts(
    sampleTopology({ primaries: 3, replicas: 1, dead: [1], ranges: [[[0, 8999]], [[9000, 9999]], [[10000, 16383]]] }),
  );
  expect(slotsAfter(dead, {})).toEqual([7692, 1000, 7692]);
  expect(() => planRebalance(dead, wish({ weights: [weight(1, 2)] }))).toThrow(/does not answer and takes no part/);
  const alone = sampleFacts(sampleTopology({ primaries: 1, replicas: 0 }));
  expect(() => planRebalance(alone, wish())).toThrow(/nobody to balance with/);
});

/** Three equal shards; the first holds nine tenths of the keys, most of them in slot 100. */
function uneven(): Facts {
  const slotKeys = Object.fromEntries(
    three.topology.shards.map(({ primaryId, ranges, index }) => {
      const counts = new Array<number>(16384).fill(-1);
      for (const slot of eachSlot(ranges)) counts[slot] = index === 1 ? 10 : 1;
      if (index === 1) counts[100] = 5000;
      return [primaryId, counts];
    }),
  );
  return { ...three, slotKeys };
}

test("by keys, by memory and by work the loads come to what is expected, and the plan says how far they are guessed", () => {
  const facts = uneven();
  for (const by of ["keys", "memory", "cpu", "traffic"] as const) {
    const nodes = Object.fromEntries(
      facts.topology.shards.map(({ primaryId, index }) => [primaryId, { perSec: index === 1 ? 9000 : 1000 }]),
    );
    const plan = planRebalance({ ...facts, work: { overMs: 10_000, nodes } }, wish({ by }));
    for (const node of plan.balance?.nodes ?? []) expect(Math.abs(node.after / node.expected - 1)).toBeLessThan(0.002);
    expect(plan.balance).toMatchObject({ by, estimated: by !== "keys" });
    const line = plan.preflight.find((one) => one.code === "load-measured");
    expect(line?.state).toBe(by === "keys" ? "pass" : "fail");
    expect(plan.totals.rangesAfter - plan.totals.rangesBefore).toBeLessThanOrEqual(4);
    expect(plan.commands.redisCli.join()).toMatch(/by slots only/);
  }
});

test("a node that did not tell its work, or a cluster without any, is said and not guessed", () => {
  expect(() => planRebalance(three, wish({ by: "cpu" }))).toThrow(/did not tell/);
  const empty = sampleFacts(sampleTopology({ primaries: 3, replicas: 0, keysPerSlot: 0 }));
  expect(() => planRebalance(empty, wish({ by: "keys" }))).toThrow(/nothing at all/);
});
