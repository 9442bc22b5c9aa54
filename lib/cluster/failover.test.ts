import { expect, test } from "vitest";
import type { TimelineEntry } from "@/lib/wire/live";
import { failoverOf } from "./failover";
import { asClusterId } from "./node";
import { samplePrimaryId, sampleReplicaId, sampleTopology } from "./sample";

const old = samplePrimaryId(0);
const next = sampleReplicaId(0);
const at = (
  seq: number,
  atMs: number,
  code: TimelineEntry["code"],
  nodeIds: TimelineEntry["nodeIds"],
): TimelineEntry => ({
  seq,
  clusterId: asClusterId("orders"),
  atMs,
  code,
  nodeIds,
  details: {},
  text: "",
});

const story = [
  at(1, 1000, "node-silent", [old]),
  at(2, 3000, "pfail", [old]),
  at(3, 3400, "fail", [old]),
  at(4, 4000, "promoted", [next, old]),
];

test("a failover in progress has the times that were seen and no others", () => {
  const topology = sampleTopology({ primaries: 3, replicas: 1, dead: [0] });
  const failover = failoverOf(topology, story.slice(0, 3), 5000);
  expect(failover).toMatchObject({ shardIndex: 1, oldPrimary: old, newPrimary: undefined, ended: false });
  expect(failover?.steps.map((step) => step.sinceStartMs)).toEqual([0, 2000, 2400, undefined, undefined, undefined]);
});

test("it ends when the old primary is back as a replica and the views agree", () => {
  const topology = sampleTopology({ primaries: 3, replicas: 1 });
  const whole = [...story, at(5, 9000, "node-answers", [old]), at(6, 9100, "demoted", [old])];
  expect(failoverOf(topology, whole, 10_000)).toMatchObject({ newPrimary: next, ended: true });
  expect(failoverOf(topology, whole, 10_000 + 11 * 60_000)).toBeUndefined();
});

test("a healthy cluster without a promotion shows none", () => {
  expect(failoverOf(sampleTopology({ primaries: 3, replicas: 1 }), [], 0)).toBeUndefined();
});
