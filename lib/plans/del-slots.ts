import { asNodeId } from "@/lib/cluster/node";
import {
  countSlots,
  eachSlot,
  formatRanges,
  intersectRanges,
  normalizeRanges,
  subtractRanges,
} from "@/lib/cluster/slots";
import { plans } from "@/lib/words/en/plans";
import { hostAndPortFlags, ownLine, remark, slotsWord } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { nodeName, owners } from "./members";
import { delSlotsTable } from "./preflight/by-hand";
import { shapeAfter, shapeOf } from "./shape";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/**
 * CLUSTER DELSLOTS by hand, told to every member: the owner first, because what it still claims its next message would
 * give back. The keys stay where they are and nobody can reach them, so it is typed, with their number.
 */
export function planDelSlots(facts: Facts, wish: WishOf<"del-slots">): PlanDraft {
  const { topology } = facts;
  const asked = normalizeRanges(wish.ranges);
  const giving = owners(topology).flatMap((node) => {
    const ranges = intersectRanges(node.ranges, asked);
    return ranges.length > 0 ? [{ node, ranges }] : [];
  });
  const unowned = subtractRanges(
    asked,
    giving.flatMap((one) => one.ranges),
  );
  if (unowned.length > 0) throw wrong("planSlotsFree", { ranges: formatRanges(unowned) });
  const keys = giving.reduce((sum, { node, ranges }) => sum + keysIn(facts.slotKeys[node.id], ranges), 0);
  return draftPlan({
    facts,
    wish,
    steps: [
      ...giving.map(({ node, ranges }, phase) => ({ kind: "del-slots" as const, phase, nodeId: node.id, ranges })),
      { kind: "prove", phase: giving.length },
    ],
    table: delSlotsTable,
    context: { involved: giving.map((one) => one.node.id) },
    after: shapeAfter(
      shapeOf(topology),
      giving.map(({ node, ranges }) => ({ source: node.id, target: NOBODY, ranges })),
    ),
    commands: {
      own: [ownLine(facts, "del-slots", slotsWord(asked))],
      redisCli: [
        ...giving.map(
          ({ node, ranges }) =>
            `redis-cli ${hostAndPortFlags(nodeName(node))} CLUSTER DELSLOTSRANGE ${ranges.flat().join(" ")}`,
        ),
        remark(plans.redisCliDiffers.byHand),
      ],
    },
    mustType: plans.confirm.delSlots({ slots: countSlots(asked), keys }),
  });
}

const NOBODY = asNodeId("0".repeat(40));

/** Slots that were not counted add nothing: the sentence says "at least". */
function keysIn(counts: readonly number[] | undefined, ranges: Parameters<typeof eachSlot>[0]): number {
  return [...eachSlot(ranges)].reduce((sum, slot) => sum + Math.max(0, counts?.[slot] ?? 0), 0);
}
