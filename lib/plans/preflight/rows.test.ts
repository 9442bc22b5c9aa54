import { describe, expect, test } from "vitest";
import { samplePrimaryId, sampleReplicaId, sampleTopology } from "@/lib/cluster/sample";
import type { OpenSlot, Topology, TopologyNode, ViewDigest } from "@/lib/cluster/topology";
import type { CandidateFacts, Facts, SourceFacts } from "../facts";
import { sampleCandidate, sampleFacts, sampleSource } from "../facts.fixture";
import { planWish } from "../plan-wish";
import type { Wish } from "../wish";

/**
 * Each row of each table: one thing is wrong, and this line says so with this weight. What a healthy picture fails
 * besides (`others`) is named, so that a row cannot fail unseen with another.
 */
const healthy = sampleTopology({ primaries: 4, replicas: 1 });
const facts = sampleFacts(healthy);
const [p1, p2, p3] = [samplePrimaryId(0), samplePrimaryId(1), samplePrimaryId(2)];
const r1 = sampleReplicaId(0);

const node = (
  i: number,
  change: (node: TopologyNode) => Partial<TopologyNode>,
  topology: Topology = healthy,
): Topology => ({
  ...topology,
  nodes: topology.nodes.map((n, k) => (k === i ? { ...n, ...change(n) } : n)),
});
const stats = (changes: object) => (n: TopologyNode) => ({
  stats: { ...n.stats, ...changes } as NonNullable<TopologyNode["stats"]>,
});
const silent = { kind: "silent", sinceMs: 0, code: "unreachable", message: "ECONNREFUSED" } as const;
const differs = (nodeId = p1): Partial<TopologyNode> => ({
  view: {
    ...(healthy.nodes[0]?.view as ViewDigest),
    agrees: false,
    differs: [{ about: "owner", nodeId, ranges: [], believes: "owns slot 5", sinceMs: 0 }],
  },
});
const open = (slot: number, source = p1, target = p2): OpenSlot => ({
  slot,
  source,
  target,
  migratingOn: [source],
  importingOn: [target],
});
const on = (topology: Topology, changes: Partial<Facts> = {}): Facts => ({ ...facts, topology, ...changes });
const told = (id: string, changes: object): Partial<Facts> => ({
  nodes: { ...facts.nodes, [id]: { ...facts.nodes[id], ...changes } as never },
});
const newcomer = { endpoint: { host: "h", port: 1 } };

const reshard: Wish = { verb: "reshard", target: p1, sources: [p2], slots: 100 };
const drop: Wish = { verb: "remove-node", nodeId: p1, afterwards: "reset" };
const dropReplica: Wish = { verb: "remove-node", nodeId: r1, afterwards: "reset" };
const stop: Wish = { verb: "remove-node", nodeId: r1, afterwards: "stop" };
const follow: Wish = { verb: "replicate", nodeId: r1, primaryId: p2 };
const add: Wish = { verb: "add-node", node: newcomer, role: "primary" };
const out: Wish = { verb: "scale-out", shards: [{ primary: newcomer, replicas: [] }] };

const problems = (given: Facts, wish: Wish) =>
  planWish(given, wish)
    .preflight.filter((line) => line.state !== "pass")
    .map((line) => `${line.kind} ${line.code}${line.state === "unknown" ? "?" : ""}`);

describe("slots that move", () => {
  const busy = { id: 7, verb: "reshard", state: "running", startedBy: "mk" } as const;
  test.each<[string, Facts, Wish, readonly string[]]>([
    ["nothing is wrong", facts, reshard, []],
    ["another operation runs", { ...facts, otherOperation: busy }, reshard, ["refuse no-other-operation"]],
    ["the source is silent", on(node(1, () => ({ answer: silent }))), reshard, ["refuse involved-answer", "refuse?"]],
    ["a bystander is failed", on(node(2, () => ({ health: "fail" }))), reshard, ["hold others-answer"]],
    [
      "no majority",
      on(
        node(
          2,
          () => ({ health: "fail" }),
          node(3, () => ({ health: "fail" })),
        ),
      ),
      reshard,
      ["refuse majority", "hold others-answer"],
    ],
    ["the source sees it differently", on(node(1, () => differs())), reshard, ["refuse involved-views-agree"]],
    [
      "a bystander sees another differently",
      on(node(2, () => differs(samplePrimaryId(3)))),
      reshard,
      ["hold other-views-agree"],
    ],
    [
      "a slot is open on the target",
      on({ ...healthy, openSlots: [open(3)] }),
      reshard,
      ["refuse involved-slots-closed"],
    ],
    [
      "a slot is open elsewhere",
      on({ ...healthy, openSlots: [open(9000, p3, samplePrimaryId(3))] }),
      reshard,
      ["hold other-slots-closed"],
    ],
    ["a slot has no owner", on({ ...healthy, uncovered: [[5, 9]] }), reshard, ["hold slots-covered"]],
    [
      "a command is not allowed",
      { ...facts, ...told(p2, { deniedCommands: ["MIGRATE"] }) },
      reshard,
      ["refuse rights"],
    ],
    [
      "a second writer would not be seen",
      { ...facts, ...told(p2, { deniedGuards: ["CLIENT LIST"] }) },
      reshard,
      ["note second-writer-seen"],
    ],
    ["rights cannot be asked", { ...facts, ...told(p2, { deniedCommands: undefined }) }, reshard, ["refuse rights?"]],
    ["the target has no replica", on(sampleTopology({ primaries: 4, replicas: 0 })), reshard, ["hold target-guarded"]],
    [
      "the target's replica is out of sync",
      on(node(4, stats({ replLinkUp: false }))),
      reshard,
      ["hold target-guarded"],
    ],
    ["the target is full", { ...facts, ...told(p1, { maxBytes: 9_000_000 }) }, reshard, ["refuse memory-headroom"]],
    [
      "the target is full and evicts",
      { ...facts, ...told(p1, { maxBytes: 9_000_000, maxPolicy: "allkeys-lru" }) },
      reshard,
      ["hold eviction-risk"],
    ],
    [
      "the target evicts but has room",
      { ...facts, ...told(p1, { maxBytes: 1e9, maxPolicy: "allkeys-lru" }) },
      reshard,
      [],
    ],
    [
      "what comes is not known",
      { ...facts, slotKeys: {}, ...told(p1, { maxBytes: 1e9 }) },
      reshard,
      ["refuse memory-headroom?"],
    ],
    [
      "a key would block for seconds",
      {
        ...facts,
        sizes: { [p2]: { bytesPerKey: 9, sampledKeys: 9, biggest: { slot: 5000, key: "k", bytes: 200e6 } } },
      },
      reshard,
      ["hold big-keys"],
    ],
    ["sizes could not be sampled", { ...facts, sizes: {} }, reshard, ["hold big-keys?"]],
    ["the target is older", { ...facts, ...told(p1, { version: "6.2.1" }) }, reshard, ["refuse versions-fit"]],
    [
      "the target lacks functions",
      { ...facts, ...told(p2, { functionsDigest: "abc" }) },
      reshard,
      ["hold functions-match"],
    ],
    ["the target's replica lags", on(node(4, stats({ lagBytes: 5e6 }))), reshard, ["note replicas-in-sync"]],
    ["clients wait on the source", on(node(1, stats({ blockedClients: 2 }))), reshard, ["note blocked-clients"]],
    ["the source is emptied", facts, { ...reshard, slots: 4096 } as Wish, ["note sources-emptied"]],
  ])("%s", (_, given, wish, wanted) => {
    const found = problems(given, wish);
    if (wanted.includes("refuse?")) expect(found[0]).toBe(wanted[0]);
    else expect(found).toEqual(wanted);
  });
});

describe("members that leave or change place", () => {
  test.each<[string, Facts, Wish, readonly string[]]>([
    ["one of four goes, its replica is re-homed", facts, drop, ["note resync"]],
    ["a replica goes that is the last", facts, dropReplica, ["hold last-replica"]],
    ["one of two replicas goes", sampleFacts(sampleTopology({ primaries: 3, replicas: 2 })), dropReplica, []],
    [
      "one of three primaries goes",
      sampleFacts(sampleTopology({ primaries: 3, replicas: 1 })),
      drop,
      ["hold three-primaries", "note resync"],
    ],
    [
      "a process that is not managed is to stop",
      sampleFacts(sampleTopology({ primaries: 3, replicas: 2 })),
      stop,
      ["refuse can-be-stopped"],
    ],
    [
      "a member cannot be told",
      sampleFacts(sampleTopology({ primaries: 3, replicas: 2, dead: [8] })),
      dropReplica,
      ["hold all-can-forget"],
    ],
    [
      "the node is dead",
      sampleFacts(sampleTopology({ primaries: 3, replicas: 2, dead: [3] })),
      dropReplica,
      ["note will-be-gone"],
    ],
    [
      "a dead owner",
      sampleFacts(sampleTopology({ primaries: 4, replicas: 1, dead: [0] })),
      drop,
      ["refuse has-no-slots", "note will-be-gone", "note resync"],
    ],
    ["the last replica follows another", facts, follow, ["hold last-replica", "note resync"]],
    [
      "the new primary is silent",
      on(node(1, () => ({ answer: silent }))),
      follow,
      ["refuse involved-answer", "hold last-replica", "note resync"],
    ],
    [
      "all copies on one host",
      sampleFacts(sampleTopology({ primaries: 3, replicas: 2, hosts: 1 })),
      follow,
      ["note resync", "note host-spread"],
    ],
  ])("%s", (_, given, wish, wanted) => {
    expect(problems(given, wish)).toEqual(wanted);
  });
});

describe("nodes that join", () => {
  const withOne = (changes: Partial<CandidateFacts>): Facts => ({
    ...facts,
    candidates: [sampleCandidate(0, changes)],
  });
  const gone = { id: undefined, clusterEnabled: undefined, keys: undefined };
  test.each<[string, Partial<CandidateFacts>, readonly string[]]>([
    ["nothing is wrong", {}, []],
    ["it does not answer", { ...gone, reach: "unreachable", reason: "ECONNREFUSED" }, ["refuse candidate-answers"]],
    ["it is stopped", { ...gone, reach: "stopped" }, ["refuse candidate-answers"]],
    ["it refuses the password", { ...gone, reach: "wrong-password" }, ["refuse candidate-login"]],
    ["cluster mode is off", { ...gone, clusterEnabled: false }, ["refuse candidate-cluster-mode"]],
    ["it is a member", { id: p1 }, ["refuse candidate-rejoin"]],
    ["it knows others", { knownNodes: 6 }, ["refuse candidate-alone"]],
    ["it owns slots", { slots: 3 }, ["refuse candidate-no-slots"]],
    ["it has keys in another database", { keys: [{ db: 3, keys: 2 }] }, ["refuse candidate-empty"]],
    ["its keys are not known", { keys: undefined }, ["refuse candidate-empty?"]],
    ["it has functions", { functions: ["mylib"] }, ["refuse candidate-no-functions"]],
    ["it follows somebody", { role: "replica" }, ["refuse candidate-primary"]],
    ["another cluster lists it", { memberOf: "Shop" }, ["refuse candidate-elsewhere"]],
    ["it is older", { version: "6.2.0" }, ["refuse candidate-version"]],
    ["it is newer", { version: "7.4.0" }, ["note candidate-same-version"]],
    ["its bus port is closed", { busReachable: false }, ["refuse candidate-bus"]],
    ["its bus port is behind a map", { busReachable: undefined }, ["refuse candidate-bus?"]],
    ["it speaks plainly, the members by TLS", { differs: ["tls-cluster"] }, ["refuse candidate-settings"]],
    ["the members refuse its masterauth", { syncLogin: "refused" }, ["note candidate-sync"]],
    ["its node timeout differs", { nodeTimeoutMs: 5000 }, ["note candidate-timeout"]],
  ])("%s", (_, changes, wanted) => {
    expect(problems(withOne(changes), add)).toEqual(wanted);
  });

  test("a replica that could not sign in at its primary does not join", () => {
    const replica: Wish = { verb: "add-node", node: newcomer, role: "replica", primaryId: p1 };
    for (const [syncLogin, wanted] of [
      ["missing", "refuse candidate-sync"],
      ["refused", "refuse candidate-sync"],
      [undefined, "refuse candidate-sync?"],
    ] as const)
      expect(problems(withOne({ syncLogin }), replica)).toContain(wanted);
  });

  test("a new shard without a replica is unprotected; with one it is not", () => {
    expect(problems(withOne({}), out)).toEqual(["hold target-guarded"]);
    const two = { ...facts, candidates: [sampleCandidate(0), sampleCandidate(1)] };
    const guarded: Wish = { verb: "scale-out", shards: [{ primary: newcomer, replicas: [newcomer] }] };
    expect(problems(two, guarded)).toEqual([]);
  });

  test("a new shard does not bring the functions of the others", () => {
    const given = { ...withOne({}), ...told(p2, { functionsDigest: "abc" }) };
    expect(problems(given, out)).toContain("hold functions-match");
  });
});

describe("servers whose keys are imported", () => {
  const [one, two] = [1, 2].map((n) => ({ kind: "server" as const, endpoint: { host: `10.0.0.${n}`, port: 6379 } }));
  if (!one || !two) throw new Error("two sources");
  const taking = { verb: "import", db: 0, otherDatabases: "refuse", present: "refuse", accepts: [] } as const;
  const copy: Wish = { ...taking, from: [one], way: "copy" };
  const from = (changes: Partial<SourceFacts>, more: Partial<Facts> = {}): Facts => ({
    ...facts,
    ...more,
    sources: [sampleSource(one, changes)],
  });
  const emptied = { ...healthy, nodes: healthy.nodes.map((one) => ({ ...one, ...stats({ keys: 0 })(one) })) };
  const full = node(0, stats({ maxBytes: 1000, usedBytes: 900 }));
  test.each<[string, Facts, Wish, readonly string[]]>([
    ["nothing is wrong", from({}), copy, []],
    [
      "it does not answer",
      from({ reach: "unreachable", reason: "ECONNREFUSED" }),
      copy,
      ["refuse import-source-answers"],
    ],
    ["it refuses the password", from({ reach: "wrong-password" }), copy, ["refuse import-source-answers"]],
    ["it is a member of a cluster", from({ clusterEnabled: true }), copy, ["refuse import-source-alone"]],
    ["it is a replica", from({ role: "replica" }), copy, ["refuse import-source-primary"]],
    ["it is old", from({ version: "4.0.14" }), copy, ["refuse import-source-version"]],
    [
      "it is named twice",
      { ...facts, sources: [one, two].map((source) => sampleSource(source, { runId: "same" })) },
      { ...copy, from: [one, two] },
      ["refuse import-source-once"],
    ],
    ["it has other databases", from({ databases: [{ db: 3, keys: 7 }] }), copy, ["refuse import-databases"]],
    ["they are left behind", from({ databases: [{ db: 3, keys: 7 }] }), { ...copy, otherDatabases: "skip" }, []],
    ["a command is not allowed", from({ deniedCommands: ["DUMP"] }), copy, ["refuse import-source-rights"]],
    ["rights cannot be asked", from({ deniedCommands: undefined }), copy, ["refuse import-source-rights?"]],
    ["an owner is full", from({}, { topology: full }), copy, ["refuse import-memory"]],
    [
      "the cluster has a key with another value",
      from({ drawn: { keys: 9, differing: ["k"], onOthers: [] } }),
      copy,
      ["refuse import-present"],
    ],
    [
      "it has, and it is said what becomes of it",
      from({ drawn: { keys: 9, differing: ["k"], onOthers: [] } }),
      { ...copy, present: "keep" },
      ["note import-present"],
    ],
    [
      "two sources have a key of one name",
      {
        ...facts,
        sources: [one, two].map((source) =>
          sampleSource(source, { drawn: { keys: 9, differing: [], onOthers: ["k"] } }),
        ),
      },
      { ...copy, from: [one, two] },
      ["refuse import-two-sources"],
    ],
    [
      "a key is too big",
      from({ sizes: { bytesPerKey: 9, sampledKeys: 9, biggest: { slot: 1, key: "k", bytes: 200e6 } } }),
      copy,
      ["hold import-big-keys"],
    ],
    [
      "owners without replicas, and the source keeps its keys",
      from({}, { topology: sampleTopology({ primaries: 4, replicas: 0 }) }),
      copy,
      [],
    ],
    [
      "owners without replicas, and the source loses them",
      from({}, { topology: sampleTopology({ primaries: 4, replicas: 0 }) }),
      { ...copy, way: "move" },
      ["hold import-guarded"],
    ],
    ["it has functions", from({ functions: 2 }), copy, ["note import-functions"]],
    ["the cluster that is to follow has keys", from({}), { ...copy, way: "follow" }, ["refuse import-follow-empty"]],
    [
      "it cannot hold its writers",
      from({ version: "6.0.16" }, { topology: emptied }),
      { ...copy, way: "follow" },
      ["note import-cut-over"],
    ],
  ])("%s", (_, given, wish, wanted) => {
    expect(problems(given, wish)).toEqual(wanted);
  });
});
