import { expect, test } from "vitest";
import { samplePrimaryId, sampleReplicaId, sampleTopology } from "@/lib/cluster/sample";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";
import { sampleFacts } from "./facts.fixture";
import { planFailover } from "./failover";
import { modelOf, simulate } from "./simulate";
import type { FailoverMode } from "./step";

const plan = (topology: Topology, mode: FailoverMode = "default", replica = 0) =>
  planFailover(sampleFacts(topology), { verb: "failover", replicaId: sampleReplicaId(replica), mode });
const failed = (p: ReturnType<typeof plan>) =>
  p.preflight.filter((l) => l.state === "fail").map((l) => `${l.kind} ${l.code}`);
const change = (topology: Topology, i: number, changes: Partial<TopologyNode["stats"]>): Topology => ({
  ...topology,
  nodes: topology.nodes.map((n, k) =>
    k === i && n.stats ? { ...n, stats: { ...n.stats, ...changes } as NonNullable<TopologyNode["stats"]> } : n,
  ),
});

const healthy = sampleTopology({ primaries: 3, replicas: 1 });
const primaryDead = sampleTopology({ primaries: 3, replicas: 1, dead: [0] });
const majorityDead = sampleTopology({ primaries: 3, replicas: 1, dead: [0, 1] });

test.each([
  ["a healthy pair", healthy, "default", []],
  ["default with a dead primary", primaryDead, "default", ["refuse primary-answers"]],
  ["FORCE with a dead primary", primaryDead, "force", []],
  ["FORCE with a living primary", healthy, "force", ["hold force-needed"]],
  ["FORCE without a majority", majorityDead, "force", ["refuse majority"]],
  ["TAKEOVER with a majority", primaryDead, "takeover", ["refuse takeover-needed"]],
  ["TAKEOVER without a majority", majorityDead, "takeover", []],
  [
    "a replica that is dead",
    sampleTopology({ primaries: 3, replicas: 1, dead: [3] }),
    "default",
    ["refuse involved-answer"],
  ],
  ["a replica whose link is down", change(healthy, 3, { replLinkUp: false }), "default", ["refuse replica-follows"]],
  ["a replica that lags", change(healthy, 3, { lagBytes: 5000 }), "default", ["note replica-lag"]],
] as const)("%s", (_, topology, mode, wanted) => {
  expect(failed(plan(topology, mode)).filter((line) => line !== "note others-answer")).toEqual(wanted);
});

test("a replica behind another one is held when the primary cannot hand over", () => {
  const two = sampleTopology({ primaries: 3, replicas: 2, dead: [0] });
  expect(failed(plan(change(two, 6, { replOffset: 2_000_000 }), "force"))).toContain("hold best-replica");
});

test("only FORCE and TAKEOVER are typed", () => {
  expect(plan(healthy).confirm.typed).toBeUndefined();
  expect(plan(primaryDead, "force").confirm).toMatchObject({ typed: "sample", needsReason: false });
});

test("after it the roles have changed places, and the shard keeps its number", () => {
  const made = plan(healthy);
  expect(made.after[0]).toMatchObject({ index: 1, primaryId: sampleReplicaId(0), slots: 5461 });
  const after = simulate(modelOf(healthy), made.steps);
  expect(after.get(samplePrimaryId(0))).toMatchObject({ role: "replica", primaryId: sampleReplicaId(0) });
  expect(made.commands.raw).toEqual(["10.20.1.14:7003> CLUSTER FAILOVER"]);
});

test("a primary cannot take over from itself", () => {
  expect(() =>
    planFailover(sampleFacts(healthy), { verb: "failover", replicaId: samplePrimaryId(0), mode: "default" }),
  ).toThrow(/10.20.1.11:7000 is a primary/);
});
