import { expect, test } from "vitest";
import { existingSchema } from "@/lib/backup-ref";
import { asClusterId } from "@/lib/cluster/node";
import { samplePrimaryId, sampleReplicaId, sampleTopology } from "@/lib/cluster/sample";
import type { SlotRanges } from "@/lib/cluster/slots";
import type { Facts } from "@/lib/plans/facts";
import { sampleCandidate, sampleFacts, sampleManifest, sampleProcess, sampleSource } from "@/lib/plans/facts.fixture";
import { measures, paceSchema } from "@/lib/plans/plan";
import { planWish } from "@/lib/plans/plan-wish";
import { drillWaySchema } from "@/lib/plans/step";
import { fixWishSchema, stopClusterWishSchema, type Wish, wishSchema } from "@/lib/plans/wish";
import { flagSpec } from "./grammar/flags";
import { parse } from "./grammar/parse";
import { allVerbs } from "./grammar/verbs";

/** What a plan offers to copy is what the command line reads. */
const healthy = sampleTopology({ primaries: 3, replicas: 2 });
const settings = Object.fromEntries(
  healthy.nodes.map(({ id }) => [id, { values: { hz: "10", "cluster-node-timeout": "15000" }, hasFile: true }]),
);
const facts = sampleFacts(healthy, { candidates: [0, 1, 2].map((k) => sampleCandidate(k)), settings });
const [first, target] = [samplePrimaryId(0), samplePrimaryId(1)];
const replica = sampleReplicaId(0);
/** Slots 0 to 9 belong to nobody; 100 is on its way. */
const gap: readonly SlotRanges[] = [[[10, 5460]], [[5461, 10922]], [[10923, 16383]]];
const sides = { source: first, target, migratingOn: [first], importingOn: [target] };
const sick = { primaries: 3, replicas: 1, ranges: gap, open: [{ slot: 100, ...sides }] };
const broken = sampleFacts(sampleTopology(sick));
const bereft = sampleFacts(sampleTopology({ ...sick, dead: [2] }));
const backup = { clusterId: asClusterId("old"), id: "20260101T000000Z-1" };
const saved: Facts = { ...facts, manifest: sampleManifest() };
const one: Facts = { ...facts, candidates: facts.candidates.slice(0, 1) };

const processes = (running: boolean) =>
  Object.fromEntries(healthy.nodes.map((one) => [one.id, sampleProcess(one, { running })]));
const managed = sampleFacts(healthy, { managed: processes(true), settings });
const newer = { kind: "redis", path: "/opt/redis-7.2/redis-server", version: "7.2.5", rdb: 11 } as const;
const emptied = { ...managed, maintenance: { operationId: 3, heirs: [{ primaryId: replica, replicaId: first }] } };
const stopped = sampleFacts(healthy, { managed: processes(false) });

const newcomers = facts.candidates.map(({ endpoint }) => ({ endpoint }));
const node = newcomers[0] ?? { endpoint: { host: "h", port: 1 } };
const weights = [{ nodeId: target, weight: 2 }];
const swift = { pace: "swift" } as const;
const mend = { verb: "fix", open: "safe", strays: "move", abandon: [] } as const;
const shards = [{ primary: node, replicas: newcomers.slice(1) }];
const settle = [
  { name: "hz", value: "20" },
  { name: "maxmemory-policy", value: "noeviction" },
];

const from = [
  { kind: "server" as const, endpoint: { host: "10.0.0.7", port: 6379 } },
  { kind: "server" as const, endpoint: { host: "10.0.0.8", port: 6379 } },
  { kind: "sentinel" as const, sentinels: [{ host: "10.0.0.9", port: 26379 }], name: "orders" },
];
const importing = sampleFacts(healthy, { sources: from.map((source) => sampleSource(source)) });
const taking = { verb: "import", from, db: 0, otherDatabases: "refuse", present: "refuse", accepts: [] } as const;

const wishes: readonly (readonly [Facts, Wish])[] = [
  [facts, { verb: "reshard", target, slots: 7, ...swift }],
  [facts, { verb: "reshard", target, slots: 7, sources: [first, samplePrimaryId(2)] }],
  [facts, { verb: "reshard", target, ranges: [[0, 9]], ...swift }],
  [facts, { verb: "rebalance", by: "slots", weights, threshold: 0, useEmpty: true, simulate: true, ...swift }],
  [facts, { verb: "rebalance", by: "keys", weights, threshold: 2, useEmpty: false }],
  [facts, { verb: "remove-node", nodeId: target, afterwards: "stop", ...swift }],
  [facts, { verb: "scale-in", primaryIds: [target], replicas: "keep", afterwards: "reset", ...swift }],
  [facts, { verb: "drain", primaryIds: [first, target], ...swift }],
  [facts, { verb: "backup" }],
  [saved, { verb: "restore", backup, existing: "skip", accepts: ["field-expiries"] }],
  [facts, { verb: "failover", replicaId: replica, mode: "takeover" }],
  [facts, { verb: "replicate", nodeId: replica, primaryId: target }],
  [facts, { verb: "create", name: "new", nodes: newcomers, replicasPerPrimary: 0 }],
  [one, { verb: "add-node", node, role: "primary" }],
  [one, { verb: "add-node", node, role: "replica", primaryId: target }],
  [facts, { verb: "scale-out", shards, ...swift }],
  [broken, { ...mend }],
  [broken, { ...mend, ranges: [[0, 200]], open: "finish", strays: "export", owner: target }],
  [broken, { ...mend, open: "leave", finish: [[100, 100]], back: [[7, 7]], leave: [[0, 3]] }],
  [bereft, { ...mend, abandon: [samplePrimaryId(2)] }],
  [facts, { verb: "config", settings: settle.slice(0, 1) }],
  [facts, { verb: "config", settings: settle, nodeIds: [first, replica] }],
  [facts, { verb: "config", each: [{ nodeId: first, settings: settle }] }],
  [facts, { verb: "set-timeout", timeoutMs: 5000 }],
  [facts, { verb: "call", command: ["CONFIG", "RESETSTAT"], on: "all" }],
  [facts, { verb: "call", command: ["SLOWLOG", "RESET"], on: "primaries" }],
  [facts, { verb: "call", command: ["LATENCY", "RESET", "-x"], on: "replicas" }],
  [facts, { verb: "call", command: ["BGSAVE"], on: "all", nodeId: target }],
  [one, { verb: "meet", node }],
  [facts, { verb: "forget", nodeId: replica }],
  [broken, { verb: "add-slots", nodeId: target, ranges: [[0, 9]] }],
  [facts, { verb: "del-slots", ranges: [[5, 9]] }],
  [managed, { verb: "rolling-restart", nodeIds: [first], handBack: true }],
  [managed, { verb: "rolling-config", settings: settle.slice(0, 1), nodeIds: [first], handBack: true }],
  [managed, { verb: "rolling-config", each: [{ nodeId: first, settings: settle.slice(0, 1) }], handBack: false }],
  [
    { ...managed, engine: newer },
    { verb: "rolling-upgrade", engine: newer.path, nodeIds: [first], handBack: true },
  ],
  [managed, { verb: "maintenance", host: "host-1", end: false, stop: true }],
  [emptied, { verb: "maintenance", host: "host-4", end: true, stop: false }],
  [managed, { verb: "drill", nodeId: replica, how: "freeze" }],
  [managed, { verb: "decommission", deleteFolders: true }],
  [managed, { verb: "stop-cluster", how: "save" }],
  [stopped, { verb: "start-cluster" }],
  [broken, { verb: "set-slot-stable", ranges: [[100, 100]] }],
  [importing, { ...taking, way: "copy", access: "0123456789abcdef0123", present: "keep" }],
  [importing, { ...taking, way: "follow", cutOver: "caught-up" }],
  [
    importing,
    { ...taking, way: "move", db: 3, otherDatabases: "skip", present: "replace", batchKeys: 9, timeoutMs: 50 },
  ],
];

test.each(wishes.map(([from, wish]) => [wish.verb, from, wish] as const))(
  "the plan of %s names a command line that is read",
  (_, from, wish) => {
    const { own } = planWish(from, wish).commands;
    expect(own.length).toBeGreaterThan(0);
    for (const line of own) {
      const [name, ...words] = line.split(" ");
      expect(name).toBe("shardboard");
      const { verb, flags } = parse(words, allVerbs);
      expect(allVerbs.map((row) => row.name)).toContain(verb);
      if (verb === wish.verb && "pace" in wish) expect(flags.pace).toBe("swift");
    }
  },
);

test("every verb has such a line", () => {
  const verbs = wishSchema.options.map(({ shape }) => shape.verb.value);
  expect([...new Set(wishes.map(([, wish]) => wish.verb))].sort()).toEqual([...verbs].sort());
});

test("a flag that chooses takes what the wish takes", () => {
  const { open, strays } = fixWishSchema.shape;
  expect(flagSpec("how").choices).toEqual(stopClusterWishSchema.shape.how.unwrap().options);
  expect(flagSpec("hurt").choices).toEqual(drillWaySchema.options);
  expect(flagSpec("pace").choices).toEqual(paceSchema.options);
  expect(flagSpec("by").choices).toEqual(measures);
  expect(flagSpec("open").choices).toEqual(open.unwrap().options);
  expect(flagSpec("existing").choices).toEqual(existingSchema.options);
  expect(flagSpec("strays").choices).toEqual(strays.unwrap().options);
});
