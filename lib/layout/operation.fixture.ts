import { asClusterId, type NodeId } from "@/lib/cluster/node";
import { countSlots, type SlotRanges } from "@/lib/cluster/slots";
import type { Operation } from "@/lib/operation";

type Move = { readonly source: NodeId; readonly target: NodeId; readonly moved: SlotRanges };

/** An operation in the middle of one move, for tests of the layout. */
export function movingOperation({ source, target, moved }: Move): Operation {
  const slots = countSlots(moved);
  return {
    id: 41,
    clusterId: asClusterId("orders-prod"),
    clusterName: "orders-prod",
    plan: {
      id: "p",
      verb: "reshard",
      clusterId: asClusterId("orders-prod"),
      clusterName: "orders-prod",
      wish: {},
      madeAtMs: 0,
      expiresAtMs: 1,
      madeBy: "mk",
      basis: { signature: "s", currentEpoch: 1 },
      preflight: [],
      steps: [{ kind: "move-slots", id: 1, phase: 1, source, target, ranges: moved, slots }],
      before: [],
      after: [],
      pace: "careful",
      totals: { slotsAsked: slots, slots, rangesBefore: 1, rangesAfter: 2 },
      exposure: [],
      commands: { own: [], raw: [], redisCli: [] },
      confirm: { needsReason: false },
    },
    state: "running",
    startedBy: "mk",
    goOnAfterRestart: true,
    createdMs: 0,
    steps: [
      {
        stepId: 1,
        state: "running",
        moved,
        slotsMoved: slots,
        keysMoved: 0,
        bytesMoved: 0,
        keysUncertain: 0,
      },
    ],
    openSlots: [],
    proof: [],
    seq: 1,
  };
}
