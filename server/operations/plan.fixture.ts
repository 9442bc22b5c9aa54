import { asNodeId } from "@/lib/cluster/node";
import { type Plan, planSchema } from "@/lib/plans/plan";

const id = (digit: string) => asNodeId(digit.repeat(40));

/** A plan by hand: two moves side by side, one after them, two nodes forgotten, the proof. */
export function samplePlan(): Plan {
  const move = (n: number, phase: number, source: string, target: string) => ({
    kind: "move-slots" as const,
    id: n,
    phase,
    source: id(source),
    target: id(target),
    ranges: [[n * 100, n * 100 + 99]] as [number, number][],
    slots: 100,
  });
  return planSchema.parse({
    id: "p1",
    verb: "scale-in",
    clusterId: "lab",
    clusterName: "Lab",
    wish: {},
    madeAtMs: 0,
    expiresAtMs: 900_000,
    madeBy: "ann",
    basis: { signature: "s", currentEpoch: 1 },
    preflight: [],
    steps: [
      move(0, 0, "a", "b"),
      move(1, 0, "a", "c"),
      move(2, 1, "b", "c"),
      { kind: "forget", id: 3, phase: 2, nodeId: id("a") },
      { kind: "forget", id: 4, phase: 2, nodeId: id("d") },
      { kind: "prove", id: 5, phase: 3 },
    ],
    before: [],
    after: [],
    pace: "careful",
    totals: { slotsAsked: 300, slots: 300, rangesBefore: 3, rangesAfter: 3 },
    exposure: [],
    commands: { own: [], raw: [], rawCount: 0, redisCli: [] },
    confirm: { needsReason: false },
  });
}
