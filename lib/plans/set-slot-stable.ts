import { formatRanges, normalizeRanges } from "@/lib/cluster/slots";
import { plans } from "@/lib/words/en/plans";
import { hostAndPortFlags, ownLine, remark, slotsWord } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { nodeName } from "./members";
import { flaggedIn, flagsOn, openIn } from "./open-flags";
import { setSlotStableTable } from "./preflight/by-hand";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/** CLUSTER SETSLOT STABLE by hand, on every node that shows a mark, and only under I14: nobody but the owner has keys. */
export function planSetSlotStable(facts: Facts, wish: WishOf<"set-slot-stable">): PlanDraft {
  const { topology } = facts;
  const ranges = normalizeRanges(wish.ranges);
  if (openIn(topology, ranges).length === 0) throw wrong("planSlotsClosed", { ranges: formatRanges(ranges) });
  const flagged = flaggedIn(topology, ranges).map((node) => ({ node, ranges: flagsOn(topology, node.id, ranges) }));
  return draftPlan({
    facts,
    wish,
    steps: [
      ...flagged.map(({ node, ranges: open }) => ({
        kind: "set-stable" as const,
        phase: 0,
        nodeId: node.id,
        ranges: open,
      })),
      { kind: "prove", phase: 1 },
    ],
    table: setSlotStableTable(ranges),
    context: { involved: flagged.map(({ node }) => node.id) },
    commands: {
      own: [ownLine(facts, "set-slot-stable", slotsWord(ranges))],
      redisCli: [
        ...flagged.map(({ node }) => `redis-cli ${hostAndPortFlags(nodeName(node))} CLUSTER SETSLOT <slot> STABLE`),
        remark(plans.redisCliDiffers.byHand),
      ],
    },
  });
}
