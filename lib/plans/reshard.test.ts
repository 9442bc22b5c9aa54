import fc from "fast-check";
import { expect, test } from "vitest";
import { samplePrimaryId, sampleReplicaId, sampleTopology } from "@/lib/cluster/sample";
import { countSlots, formatRanges, normalizeRanges } from "@/lib/cluster/slots";
import { wishOf } from "@/lib/wire/wizard-link";
import { durationMs } from "./estimate";
import { sampleFacts } from "./facts.fixture";
import { isRefused } from "./plan";
import { planReshard } from "./reshard";
import { reverseDraft } from "./reverse";
import { modelOf, simulate } from "./simulate";

const three = sampleFacts(sampleTopology({ primaries: 3, replicas: 1 }));
const textOf = (plan: ReturnType<typeof planReshard>) =>
  plan.steps.flatMap((s) =>
    s.kind === "move-slots" ? [`${s.source.slice(0, 4)} ${formatRanges(s.ranges, "-")}`] : [],
  );

test("7 slots from 5 equal sources are 7 slots", () => {
  const ranges = [...Array.from({ length: 5 }, (_, i) => [[i * 100, i * 100 + 99]] as const), [[500, 16383]] as const];
  const facts = sampleFacts(sampleTopology({ primaries: 6, replicas: 1, ranges }));
  const sources = [0, 1, 2, 3, 4].map(samplePrimaryId);
  const plan = planReshard(facts, { verb: "reshard", target: samplePrimaryId(5), sources, slots: 7 });
  expect(plan.totals).toMatchObject({ slotsAsked: 7, slots: 7 });
  expect(
    plan.steps
      .filter((s) => s.kind === "move-slots")
      .map((s) => s.slots)
      .sort(),
  ).toEqual([1, 1, 1, 2, 2]);
});

test("slots are taken from the end that touches the target, so that no piece is added", () => {
  const plan = planReshard(three, { verb: "reshard", target: samplePrimaryId(1), slots: 1000 });
  expect(textOf(plan)).toEqual(["aa01 4961-5460", "aa03 10923-11422"]);
  expect(plan.totals.rangesAfter).toBe(plan.totals.rangesBefore);
});

test("neighbours give to an empty target where they touch each other", () => {
  const ranges = [[[0, 5460]], [[5461, 10922]], [[10923, 16383]], []] as const;
  const facts = sampleFacts(sampleTopology({ primaries: 4, replicas: 1, ranges }));
  const plan = planReshard(facts, { verb: "reshard", target: samplePrimaryId(3), slots: 4096 });
  expect(textOf(plan)).toEqual(["aa01 4096-5460", "aa02 5461-6826", "aa03 10923-12287"]);
  expect(plan.totals).toMatchObject({ slots: 4096, rangesBefore: 3, rangesAfter: 5 });
});

test("these very slots, from whoever owns them; what is there already stays and is said", () => {
  const plan = planReshard(three, {
    verb: "reshard",
    target: samplePrimaryId(2),
    ranges: [
      [5400, 5500],
      [10900, 10950],
    ],
  });
  expect(textOf(plan)).toEqual(["aa01 5400-5460", "aa02 5461-5500, 10900-10922"]);
  expect(plan.totals).toMatchObject({ slotsAsked: 152, slots: 124 });
  expect(plan.preflight.find((l) => l.code === "already-there")).toMatchObject({ kind: "note", state: "fail" });
});

test.each([
  [undefined, "careful", 100, 1_048_576],
  ["swift", "swift", 5000, 33_554_432],
] as const)("pace %s: what can be lost a pair, how long, and the command say so", (pace, kept, keys, bytes) => {
  const wish = { verb: "reshard", target: samplePrimaryId(1), slots: 1000, ...(pace ? { pace } : {}) } as const;
  const plan = planReshard(three, wish);
  expect(plan.pace).toBe(kept);
  expect(plan.exposure).toEqual([
    { target: samplePrimaryId(1), guarded: true, keysAtMost: 2 * keys, bytesAtMost: 2 * bytes },
  ]);
  expect(plan.commands.own.every((line) => line.endsWith(`--pace ${kept}`))).toBe(true);
});

test("swift is estimated to take less than careful where there are keys", () => {
  const step = { kind: "move-slots", id: 0, phase: 0, source: samplePrimaryId(0), target: samplePrimaryId(1) } as const;
  const move = { ...step, ranges: [[0, 999]] as const, slots: 1000, keys: 100_000, bytes: 20_000_000 };
  const [careful, swift] = (["careful", "swift"] as const).map((pace) => durationMs([move], { pace }));
  expect(swift).toBeLessThan((careful ?? 0) * 0.8);
});

test("a healthy cluster passes, and a click is enough", () => {
  const plan = planReshard(three, { verb: "reshard", target: samplePrimaryId(0), slots: 10 });
  expect(plan.preflight.filter((l) => l.state !== "pass").map((l) => l.text)).toEqual([]);
  expect(plan.confirm).toEqual({ needsReason: false });
  expect(plan.totals).toMatchObject({ keys: 100, bytes: 20_000 });
});

test("an emptied source is announced", () => {
  const plan = planReshard(three, { verb: "reshard", target: samplePrimaryId(0), ranges: [[5461, 10922]] });
  expect(plan.preflight.find((l) => l.code === "sources-emptied")?.text).toMatch(
    /gives its last slot.*becomes a replica/,
  );
});

test.each([
  ["more than there is", { target: samplePrimaryId(0), sources: [samplePrimaryId(1)], slots: 6000 }, /own.* only 5462/],
  ["the target as source", { target: samplePrimaryId(0), sources: [samplePrimaryId(0)], slots: 1 }, /is the target/],
  ["a replica as target", { target: sampleReplicaId(0), slots: 1 }, /is a replica/],
  ["a replica as source", { target: samplePrimaryId(0), sources: [sampleReplicaId(1)], slots: 1 }, /is a replica/],
  ["somebody unknown", { target: sampleReplicaId(9), slots: 1 }, /has no node bb10/],
  ["slots that are there", { target: samplePrimaryId(0), ranges: [[0, 9]] as const }, /already/],
  ["both slots and a number", { target: samplePrimaryId(0), ranges: [[0, 9]] as const, slots: 3 }, /not both/],
  ["nothing", { target: samplePrimaryId(0) }, /Say which slots/],
])("%s is refused with a sentence", (_, wish, sentence) => {
  expect(() => planReshard(three, { verb: "reshard", ...wish })).toThrow(sentence);
});

test("a silent source refuses the plan, a silent bystander holds it", () => {
  const facts = sampleFacts(sampleTopology({ primaries: 4, replicas: 1, dead: [1] }));
  const from = (k: number) =>
    planReshard(facts, { verb: "reshard", target: samplePrimaryId(0), sources: [samplePrimaryId(k)], slots: 5 });
  expect(isRefused(from(1))).toBe(true);
  expect(isRefused(from(2))).toBe(false);
  expect(from(2).confirm).toMatchObject({ typed: "sample", needsReason: true });
});

/** Any division of all slots among so many primaries, in pieces. */
const shuffled = (primaries: number) =>
  fc.array(fc.integer({ min: 0, max: primaries - 1 }), { minLength: primaries * 2, maxLength: 40 }).map((owners) => {
    const size = Math.floor(16384 / owners.length);
    return Array.from({ length: primaries }, (_, p) =>
      owners.flatMap((owner, i) =>
        owner === p ? [[i * size, i === owners.length - 1 ? 16383 : (i + 1) * size - 1] as const] : [],
      ),
    );
  });

test("asked is moved, all slots stay, every precondition holds, and the same wish gives the same plan", () => {
  const world = fc.integer({ min: 2, max: 7 }).chain((n) => fc.tuple(fc.constant(n), shuffled(n)));
  fc.assert(
    fc.property(world, fc.integer({ min: 1, max: 16384 }), ([primaries, ranges], wanted) => {
      const topology = sampleTopology({ primaries, replicas: 1, ranges });
      const facts = sampleFacts(topology);
      const target = samplePrimaryId(0);
      const there = 16384 - countSlots(ranges[0] ?? []);
      fc.pre(there > 0);
      const slots = Math.min(wanted, there);
      const plan = planReshard(facts, { verb: "reshard", target, slots });
      expect(plan.totals.slots).toBe(slots);
      expect(plan).toEqual(planReshard(facts, { verb: "reshard", target, slots }));
      const after = simulate(modelOf(topology), plan.steps);
      const owned = [...after.values()].flatMap((node) => node.ranges);
      expect(countSlots(owned)).toBe(16384);
      expect(normalizeRanges(owned)).toEqual([[0, 16383]]);
      for (const shard of plan.after) expect(shard.ranges).toEqual(after.get(shard.primaryId)?.ranges);
      const sources = plan.steps.filter((s) => s.kind === "move-slots").length;
      expect(plan.totals.rangesAfter).toBeLessThanOrEqual(plan.totals.rangesBefore + sources);
    }),
  );
}, 60_000);

test("slots for several targets go in one plan, in phases where a node gives and receives (I20)", () => {
  const asked = {
    verb: "reshard" as const,
    target: samplePrimaryId(0),
    ranges: [[6000, 6009]] as const,
    also: [
      { target: samplePrimaryId(1), ranges: [[100, 104]] as const },
      { target: samplePrimaryId(2), ranges: [[200, 200]] as const },
    ],
  };
  const plan = planReshard(three, asked);
  expect(plan.totals).toMatchObject({ slotsAsked: 16, slots: 16 });
  expect(plan.steps.map((step) => step.phase)).toEqual([0, 1, 1, 2]);
  const end = simulate(modelOf(three.topology), plan.steps);
  expect(countSlots(end.get(samplePrimaryId(0))?.ranges ?? [])).toBe(5461 + 10 - 6);
  expect(plan.commands.own).toHaveLength(3);
  expect(() =>
    planReshard(three, { ...asked, also: [{ target: samplePrimaryId(1), ranges: [[6005, 6020]] }] }),
  ).toThrow(/by two targets/);
});

test("what left many shards goes back to each of them", () => {
  const plan = planReshard(three, { verb: "reshard", target: samplePrimaryId(1), slots: 100 });
  const steps = plan.steps.map((step) => ({
    stepId: step.id,
    state: "done",
    moved: step.kind === "move-slots" ? step.ranges : [],
  }));
  const draft = reverseDraft({ plan, steps } as never);
  const shards = three.topology.shards.map((shard) => ({
    ...shard,
    ...plan.after.find((s) => s.index === shard.index),
  }));
  const nodes = three.topology.nodes.map((node) => ({
    ...node,
    ranges: plan.after.find((shard) => shard.primaryId === node.id)?.ranges ?? node.ranges,
  }));
  const moved = sampleFacts({ ...three.topology, shards, nodes });
  const back = planReshard(moved, wishOf(draft ?? { verb: "reshard" }) as never);
  expect(back.after.map((shard) => shard.ranges)).toEqual(plan.before.map((shard) => shard.ranges));
});
