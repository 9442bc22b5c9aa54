import { expect, test } from "vitest";
import { samplePrimaryId, sampleReplicaId, sampleTopology } from "@/lib/cluster/sample";
import { sampleCandidate, sampleFacts } from "./facts.fixture";
import { planRemoveNode } from "./remove-node";
import { planReshard } from "./reshard";
import { planScaleIn } from "./scale-in";
import { planScaleOut } from "./scale-out";

const facts = sampleFacts(sampleTopology({ primaries: 3, replicas: 1 }));
const [a, b] = [samplePrimaryId(0), samplePrimaryId(1)];

test("a small plan lists every command in the order of calls, MIGRATE as a template", () => {
  const { raw, rawCount } = planReshard(facts, { verb: "reshard", target: b, ranges: [[7, 7]] }).commands;
  expect(raw).toEqual([
    `10.20.1.12:7001> CLUSTER SETSLOT 7 IMPORTING ${a}`,
    `10.20.1.11:7000> CLUSTER SETSLOT 7 MIGRATING ${b}`,
    `10.20.1.11:7000> MIGRATE 10.20.1.12 7001 "" 0 <ms, at most 7500> KEYS <keys of slot 7, about 10>`,
    `10.20.1.12:7001> CLUSTER SETSLOT 7 NODE ${b}`,
    `10.20.1.11:7000> CLUSTER SETSLOT 7 NODE ${b}`,
    `10.20.1.13:7002> CLUSTER SETSLOT 7 NODE ${b}`,
  ]);
  expect(rawCount).toBe(6);
});

test("a big plan is folded to one line a form", () => {
  const { raw, rawCount } = planReshard(facts, { verb: "reshard", target: b, ranges: [[0, 999]] }).commands;
  expect(raw).toHaveLength(6);
  expect(rawCount).toBe(6000);
  expect(raw[0]).toBe(`10.20.1.12:7001> CLUSTER SETSLOT <slot> IMPORTING ${a}  # for each of 1000 slots: 0-999`);
});

test("credentials are named, never written", () => {
  const secret = { ...facts, cluster: { ...facts.cluster, hasSecrets: true } };
  const { raw } = planReshard(secret, { verb: "reshard", target: b, ranges: [[7, 7]] }).commands;
  expect(raw[2]).toMatch(/AUTH2 <user> <password> KEYS/);
});

test("every member is told to forget, but not those that were forgotten before", () => {
  const removed = planRemoveNode(facts, { verb: "remove-node", nodeId: sampleReplicaId(0), afterwards: "reset" });
  expect(removed.commands.raw).toHaveLength(6);
  expect(removed.commands.raw.at(-1)).toBe("10.20.1.14:7003> CLUSTER RESET SOFT");
  const wish = { verb: "scale-in", primaryIds: [a], replicas: "remove", afterwards: "reset" } as const;
  const forgets = planScaleIn(facts, wish).commands.raw.filter((line) => line.includes("FORGET"));
  expect(forgets.filter((line) => line.endsWith(sampleReplicaId(0)))).toHaveLength(5);
  expect(forgets.filter((line) => line.endsWith(a))).toHaveLength(4);
});

test("a newcomer that is a primary by then is told too", () => {
  const newcomer = { endpoint: { host: "h", port: 1 } };
  const two = { ...facts, candidates: [sampleCandidate(0), sampleCandidate(1)] };
  const shards = two.candidates.map(() => ({ primary: newcomer, replicas: [] }));
  const { raw } = planScaleOut(two, { verb: "scale-out", shards }).commands;
  expect(raw.some((line) => line.startsWith("10.20.9.12:7901> CLUSTER SETSLOT <slot> NODE cc01"))).toBe(true);
  expect(raw.slice(0, 2)).toEqual([
    "10.20.9.11:7900> CLUSTER MEET 10.20.1.11 7000",
    "10.20.9.12:7901> CLUSTER MEET 10.20.1.11 7000",
  ]);
});

test("five hundred shards: bounded, and planned within a blink", () => {
  const many = sampleFacts(sampleTopology({ primaries: 500, replicas: 1 }), { candidates: [sampleCandidate(0)] });
  const started = performance.now();
  const plan = planScaleOut(many, {
    verb: "scale-out",
    shards: [{ primary: { endpoint: { host: "h", port: 1 } }, replicas: [] }],
  });
  const tookMs = performance.now() - started;
  expect(plan.commands.raw.length).toBeLessThanOrEqual(1001);
  expect(JSON.stringify(plan).length).toBeLessThan(1_000_000);
  expect(tookMs).toBeLessThan(1000);
});
