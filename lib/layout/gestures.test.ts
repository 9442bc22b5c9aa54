import { expect, test } from "vitest";
import { samplePrimaryId, sampleReplicaId, sampleTopology } from "@/lib/cluster/sample";
import { type Carried, gestureOf } from "./gestures";

const topology = sampleTopology({ primaries: 3, replicas: 1 });
const context = { topology, mayOperate: true, busy: false };
const replica: Carried = { kind: "member", nodeId: sampleReplicaId(0) };
const primary: Carried = { kind: "member", nodeId: samplePrimaryId(0) };
const waiting: Carried = { kind: "waiting", managedId: "n7", joinable: true };

test("a replica dropped on its own shard fails over, on another it follows that one", () => {
  expect(gestureOf(replica, { kind: "shard", index: 1 }, context)).toMatchObject({
    allowed: true,
    draft: { verb: "failover", replicaId: sampleReplicaId(0), mode: "default" },
  });
  expect(gestureOf(replica, { kind: "shard", index: 2 }, context)).toMatchObject({
    allowed: true,
    draft: { verb: "replicate", primaryId: samplePrimaryId(1) },
  });
});

test("a waiting node joins the shard or the free ground it is dropped on", () => {
  expect(gestureOf(waiting, { kind: "shard", index: 3 }, context)).toMatchObject({
    draft: { verb: "add-node", role: "replica", primaryId: samplePrimaryId(2) },
  });
  expect(gestureOf(waiting, { kind: "free" }, context)).toMatchObject({ draft: { verb: "add-node", role: "primary" } });
});

test("the bin drains a primary and removes a replica", () => {
  expect(gestureOf(primary, { kind: "bin" }, context)).toMatchObject({ draft: { verb: "scale-in" } });
  expect(gestureOf(replica, { kind: "bin" }, context)).toMatchObject({ draft: { verb: "remove-node" } });
});

test("a drop that means nothing says why", () => {
  const dead = sampleTopology({ primaries: 3, replicas: 1, dead: [1] });
  const cases = [
    [gestureOf(replica, { kind: "bin" }, { ...context, mayOperate: false }), "viewer"],
    [gestureOf(replica, { kind: "bin" }, { ...context, busy: true }), "busy"],
    [gestureOf(primary, { kind: "shard", index: 2 }, context), "primary-onto-shard"],
    [gestureOf(replica, { kind: "free" }, context), "member-onto-free"],
    [gestureOf({ ...waiting, joinable: false }, { kind: "free" }, context), "not-empty"],
    [gestureOf(waiting, { kind: "bin" }, context), "waiting-into-bin"],
    [gestureOf(replica, { kind: "shard", index: 2 }, { ...context, topology: dead }), "primary-silent"],
  ] as const;
  for (const [gesture, code] of cases) expect(gesture).toEqual({ allowed: false, code });
});
