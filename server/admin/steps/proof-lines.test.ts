import { expect, test } from "vitest";
import type { NodeId, View } from "@/lib/cluster/node";
import { samplePrimaryId, sampleReplicaId, sampleTopology } from "@/lib/cluster/sample";
import type { SlotRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import type { Operation } from "@/lib/operation";
import type { Step } from "@/lib/plans/step";
import { samplePlan } from "@/server/operations/plan.fixture";
import { type Evidence, proofLines } from "./proof-lines";

const [A, B, C] = [0, 1, 2].map(samplePrimaryId) as [NodeId, NodeId, NodeId];
const a1 = sampleReplicaId(0);

/** What every answering node would say if all of them believed the picture. */
function viewsOf(topology: Topology): readonly View[] {
  return topology.nodes
    .filter((node) => node.answer.kind === "answered")
    .map((from) => ({
      from: from.id,
      atMs: 0,
      info: {
        state: "ok",
        slotsAssigned: 16384,
        slotsOk: 16384,
        slotsPfail: 0,
        slotsFail: 0,
        knownNodes: 6,
        size: 3,
        currentEpoch: 3,
        myEpoch: 1,
      },
      nodes: topology.nodes.map((node) => ({
        id: node.id,
        endpoint: node.endpoint,
        busPort: node.busPort,
        isMyself: node.id === from.id,
        role: node.role,
        ...(node.primaryId ? { primaryId: node.primaryId } : {}),
        health: node.health,
        handshake: false,
        noAddress: false,
        noFailover: false,
        pingSentMs: 0,
        pongReceivedMs: 0,
        configEpoch: node.configEpoch,
        linkUp: true,
        ranges: node.ranges,
        migrating: [],
        importing: [],
      })),
    }));
}

type Change = (evidence: Evidence) => Evidence;
const move: Step = { kind: "move-slots", id: 0, phase: 0, source: B, target: A, ranges: [[0, 9]], slots: 10 };

function evidenceFor(steps: readonly Step[], change: Change = (one) => one): Evidence {
  const topology = sampleTopology({ primaries: 3, replicas: 1 });
  const operation = {
    plan: { ...samplePlan(), steps, verb: "reshard" },
    heardAtStart: topology.nodes.map((node) => node.id),
    steps: [],
  } as unknown as Operation;
  return change({ operation, topology, views: viewsOf(topology) });
}

const failing = (evidence: Evidence) =>
  proofLines(evidence)
    .filter((line) => line.state !== "pass")
    .map((line) => `${line.state} ${line.code}`);

const withNode =
  (id: NodeId, node: Partial<Topology["nodes"][number]>): Change =>
  (evidence) => ({
    ...evidence,
    topology: {
      ...evidence.topology,
      nodes: evidence.topology.nodes.map((one) => (one.id === id ? { ...one, ...node } : one)),
    },
  });
const silent: Change = (evidence) => ({
  ...withNode(a1, { answer: { kind: "silent", sinceMs: 0, code: "unreachable", message: "gone" } })(evidence),
  views: evidence.views.filter((view) => view.from !== a1),
});
const openOn =
  (id: NodeId): Change =>
  (evidence) => ({
    ...evidence,
    views: evidence.views.map((view) =>
      view.from !== id
        ? view
        : { ...view, nodes: view.nodes.map((n) => (n.isMyself ? { ...n, importing: [{ slot: 5, from: B }] } : n)) },
    ),
  });
const differs = { about: "owner" as const, ranges: [[0, 9]] as SlotRanges, believes: "B", sinceMs: 0 };
const viewOf =
  (id: NodeId): Change =>
  (evidence) => {
    const view = evidence.topology.nodes.find((node) => node.id === id)?.view;
    return view ? withNode(id, { view: { ...view, agrees: false, differs: [differs] } })(evidence) : evidence;
  };
const notAtStart: Change = (evidence) => ({
  ...evidence,
  operation: { ...evidence.operation, heardAtStart: [A, B, C] },
});

test.each<[string, readonly Step[], Change, readonly string[]]>([
  ["all is as planned", [move], (one) => one, []],
  ["a node that answered at the start does not now", [move], silent, ["fail heard"]],
  ["a node that was silent at the start still is", [move], (one) => silent(notAtStart(one)), ["unknown silent-before"]],
  ["a view believes another owner", [move], viewOf(C), ["fail agreement"]],
  ["a slot is open on a primary", [move], openOn(A), ["fail no-open-slots"]],
  ["a slot is open on a replica", [move], openOn(a1), ["fail no-open-slots"]],
  ["the target does not own a slot", [{ ...move, ranges: [[0, 6000]] }], (one) => one, ["fail moved"]],
  ["the target was replaced by its replica", [{ ...move, target: a1 }], (one) => one, []],
  [
    "a replica follows another primary",
    [{ kind: "replicate", id: 0, phase: 0, nodeId: a1, primaryId: B }],
    (one) => one,
    ["fail following"],
  ],
  [
    "the replica was not promoted",
    [{ kind: "failover", id: 0, phase: 0, replicaId: a1, primaryId: A, mode: "default" }],
    (one) => one,
    ["fail promoted"],
  ],
  ["a forgotten node is still listed", [{ kind: "forget", id: 0, phase: 0, nodeId: a1 }], (one) => one, ["fail gone"]],
])("%s", (_what, steps, change, expected) => {
  expect(failing(evidenceFor(steps, change))).toEqual(expected);
});
