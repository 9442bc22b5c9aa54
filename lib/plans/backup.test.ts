import { expect, test } from "vitest";
import { samplePrimaryId, sampleReplicaId, sampleTopology } from "@/lib/cluster/sample";
import { planBackup } from "./backup";
import { sampleFacts, sampleManifest } from "./facts.fixture";
import { isRefused } from "./plan";
import { planRestore } from "./restore";

const state = (plan: ReturnType<typeof planBackup>, code: string) =>
  plan.preflight.find((line) => line.code === code)?.state;
const backup = { clusterId: sampleManifest().clusterId, id: sampleManifest().id };

test("each shard is saved from the replica that is least behind, else from its primary", () => {
  const topology = sampleTopology({ primaries: 3, replicas: 2 });
  const lags = new Map([
    [sampleReplicaId(0), { lagBytes: 500 }],
    [sampleReplicaId(1), { replLinkUp: false }],
    [sampleReplicaId(4), { lagBytes: undefined }],
  ]);
  const nodes = topology.nodes.map((node) => {
    const change = lags.get(node.id);
    return change && node.stats ? { ...node, stats: { ...node.stats, ...change } } : node;
  });
  const plan = planBackup(sampleFacts({ ...topology, nodes }), { verb: "backup" });
  const sources = plan.steps.flatMap((step) => (step.kind === "save-shard" ? [step.nodeId] : []));
  expect(sources).toEqual([sampleReplicaId(3), samplePrimaryId(1), sampleReplicaId(2)]);
  expect(state(plan, "backup-from-replicas")).toBe("fail");
  expect(isRefused(plan)).toBe(false);
});

test.each([
  [undefined, "unknown"],
  [1000, "fail"],
  [1e12, "pass"],
] as const)("with %s bytes free the room on disk is %s", (freeDiskBytes, expected) => {
  const facts = sampleFacts(sampleTopology({ primaries: 3, replicas: 1 }), { freeDiskBytes });
  expect(state(planBackup(facts, { verb: "backup" }), "backup-room")).toBe(expected);
});

test("a restore wants an empty cluster, or to be told what becomes of keys; and database 0 alone", () => {
  const topology = sampleTopology({ primaries: 2, replicas: 0 });
  const wish = { verb: "restore", backup, accepts: [] } as const;
  const facts = sampleFacts(topology, { manifest: sampleManifest() });
  expect(isRefused(planRestore(facts, { ...wish, existing: "empty" }))).toBe(true);
  expect(isRefused(planRestore(facts, { ...wish, existing: "skip" }))).toBe(false);
  expect(planRestore(facts, { ...wish, existing: "replace" }).confirm.typed).toBe("sample");
  const shards = sampleManifest().shards.map((shard) => ({ ...shard, databases: [{ db: 3, keys: 10 }] }));
  const others = sampleFacts(topology, { manifest: sampleManifest({ shards }) });
  expect(isRefused(planRestore(others, { ...wish, existing: "skip" }))).toBe(true);
  expect(() => planRestore(sampleFacts(topology), { ...wish, existing: "skip" })).toThrow(/no finished backup/);
});

test("the room of every owner is weighed against what its slots took; of an older backup it is not known", () => {
  const topology = sampleTopology({ primaries: 2, replicas: 0 });
  const [owner] = topology.nodes;
  const wish = { verb: "restore", backup, existing: "skip", accepts: [] } as const;
  const room = (memoryBytes: number | undefined, maxPolicy: string) => {
    const shards = sampleManifest().shards.map((shard) => ({ ...shard, memoryBytes }));
    const facts = sampleFacts(topology, { manifest: sampleManifest({ shards }) });
    const known = { ...facts.nodes[owner?.id ?? ""], usedBytes: 400, maxBytes: 1000, maxPolicy };
    const nodes = { ...facts.nodes, [owner?.id ?? ""]: known } as typeof facts.nodes;
    const plan = planRestore({ ...facts, nodes }, wish);
    return plan.preflight
      .filter(({ code }) => /headroom|eviction/.test(code))
      .map(({ kind, code, state: found }) => `${kind} ${code} ${found}`);
  };
  // The other owner has no limit.
  expect(room(1000, "noeviction")).toEqual(["hold memory-headroom pass", "hold memory-headroom pass"]);
  expect(room(1010, "noeviction")[0]).toBe("hold memory-headroom fail");
  expect(room(undefined, "noeviction")[0]).toBe("hold memory-headroom unknown");
  expect(room(1010, "allkeys-lru")).toContain("hold eviction-risk fail");
  expect(room(undefined, "allkeys-lru")).toContain("hold restore-evictions fail");
});

test("functions go to every owner that knows functions, and a cluster without them is held", () => {
  const topology = sampleTopology({ primaries: 2, replicas: 0 });
  const shards = sampleManifest().shards.map((shard) => ({ ...shard, functions: 1 }));
  const facts = sampleFacts(topology, { manifest: sampleManifest({ shards }) });
  const wish = { verb: "restore", backup, existing: "skip", accepts: [] } as const;
  const loads = (plan: ReturnType<typeof planRestore>) =>
    plan.steps.flatMap((step) => (step.kind === "load-functions" ? [step.nodeId] : []));
  const plan = planRestore(facts, wish);
  expect([state(plan, "restore-functions"), loads(plan).length]).toEqual(["pass", 2]);
  const [first] = topology.nodes;
  const nodes = Object.fromEntries(
    Object.entries(facts.nodes).map(([id, node]) => [
      id,
      id === first?.id && node ? { ...node, functionsDigest: undefined } : node,
    ]),
  );
  const old = planRestore({ ...facts, nodes }, wish);
  expect([state(old, "restore-functions"), loads(old).length]).toEqual(["fail", 1]);
});
