import fc from "fast-check";
import { expect, test } from "vitest";
import { cutSlots, planCreate } from "./create";
import { noTopology, sampleCandidate, sampleFacts } from "./facts.fixture";
import { isRefused } from "./plan";
import { redisCliLastSlots } from "./redis-cli-ranges.fixture";
import { modelOf, simulate } from "./simulate";

const wish = (replicasPerPrimary: number) =>
  ({ verb: "create", name: "new", nodes: [{ endpoint: { host: "h", port: 1 } }], replicasPerPrimary }) as const;
const facts = (count: number, host: (i: number) => string = () => "127.0.0.1") =>
  sampleFacts(noTopology, {
    candidates: Array.from({ length: count }, (_, i) => sampleCandidate(i, { labels: { host: host(i) } })),
  });

test("the ranges are those of redis-cli for 3 to 50 primaries", () => {
  expect(cutSlots(3)).toEqual([
    [0, 5460],
    [5461, 10922],
    [10923, 16383],
  ]);
  expect(cutSlots(7).map(([first]) => first)).toEqual([0, 2341, 4681, 7022, 9362, 11703, 14043]);
  for (let n = 3; n <= 50; n++) {
    const ranges = cutSlots(n);
    expect(ranges.map(([, last], i) => (ranges[i + 1]?.[0] ?? 16384) - last)).toEqual(ranges.map(() => 1));
    expect(ranges.map(([, last]) => last).join(" ")).toBe(redisCliLastSlots[n - 3]);
  }
});

test("six nodes on six hosts make 3 + 3, and each step finds what it needs", () => {
  const plan = planCreate(
    facts(6, (i) => `h${i}`),
    wish(1),
  );
  expect(plan.preflight.filter((line) => line.state !== "pass").map((line) => line.text)).toEqual([]);
  expect(plan.steps.map((s) => s.kind).filter((kind, i, all) => kind !== all[i - 1])).toEqual([
    "set-epoch",
    "add-slots",
    "meet",
    "await-joined",
    "replicate",
    "prove",
  ]);
  const after = simulate(modelOf(noTopology, facts(6).candidates), plan.steps);
  expect([...after.values()].filter((n) => n.role === "replica")).toHaveLength(3);
  expect(plan.after.reduce((sum, shard) => sum + shard.slots, 0)).toBe(16384);
  expect(plan.commands.raw[0]).toBe("10.20.9.11:7900> CLUSTER SET-CONFIG-EPOCH 1");
});

test("nodes left over become further replicas", () => {
  const plan = planCreate(facts(8), wish(1));
  expect(plan.steps.filter((s) => s.kind === "replicate")).toHaveLength(4);
  expect(planCreate(facts(7), wish(1)).preflight.find((l) => l.code === "extra-replicas")?.state).toBe("fail");
});

test("fewer than three primaries, a twin, a node that is not alone: nothing is planned", () => {
  const few = planCreate(facts(5), wish(1));
  expect(isRefused(few)).toBe(true);
  expect(few.steps).toEqual([]);
  const [one] = facts(1).candidates;
  expect(() =>
    planCreate(sampleFacts(noTopology, { candidates: [one, one].flatMap((c) => c ?? []) }), wish(0)),
  ).toThrow(/named twice/);
  const met = sampleFacts(noTopology, { candidates: [0, 1, 2].map((i) => sampleCandidate(i, { knownNodes: i + 1 })) });
  expect(isRefused(planCreate(met, wish(0)))).toBe(true);
});

test("no replica shares its primary's host where that can be", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 6, maxLength: 12 }), (hosts) => {
      const even = hosts.slice(0, hosts.length - (hosts.length % 2));
      const primaries = even.length / 2;
      const most = Math.max(...even.map((h) => even.filter((other) => other === h).length));
      fc.pre(primaries >= 3);
      const plan = planCreate(
        facts(even.length, (i) => `h${even[i]}`),
        wish(1),
      );
      const hostOf = new Map(facts(even.length, (i) => `h${even[i]}`).candidates.map((c) => [c.id, c.labels.host]));
      const shared = plan.steps.filter(
        (s) => s.kind === "replicate" && hostOf.get(s.nodeId) === hostOf.get(s.primaryId),
      );
      // Pairs that must share: a host with more than half of the nodes has two in some pair.
      expect(shared).toHaveLength(Math.max(0, most - primaries));
    }),
  );
});
