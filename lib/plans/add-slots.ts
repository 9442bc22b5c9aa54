import { formatRanges, normalizeRanges, subtractRanges } from "@/lib/cluster/slots";
import { plans } from "@/lib/words/en/plans";
import { candidateOf } from "./candidates";
import { hostAndPortFlags, ownLine, remark, slotsWord } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { memberOf, nameOf, nodeName } from "./members";
import { addSlotsTable } from "./preflight/by-hand";
import { shapeGiven, shapeOf } from "./shape";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/** CLUSTER ADDSLOTS by hand: only slots that nobody owns, so that no owner can be robbed and wiped by it (I1). */
export function planAddSlots(facts: Facts, wish: WishOf<"add-slots">): PlanDraft {
  const { topology } = facts;
  const node = memberOf(topology, wish.nodeId);
  const name = nodeName(node);
  if (node.role !== "primary") throw wrong("planNotAPrimary", { node: name });
  const ranges = normalizeRanges(wish.ranges);
  const owned = subtractRanges(ranges, topology.uncovered);
  if (owned.length > 0) {
    const owner = topology.shards.find((shard) => subtractRanges(owned, shard.ranges).length < owned.length);
    const by = owner ? nameOf(topology, owner.primaryId) : name;
    throw wrong("planSlotsOwned", { ranges: formatRanges(owned), node: by });
  }
  return draftPlan({
    facts,
    wish,
    steps: [
      { kind: "add-slots", phase: 0, node: candidateOf(node), ranges, member: true },
      { kind: "prove", phase: 1 },
    ],
    table: addSlotsTable({ nodeId: node.id, ranges }),
    context: { involved: [node.id] },
    after: shapeGiven(shapeOf(topology), { nodeId: node.id, ranges }),
    commands: {
      own: [ownLine(facts, "add-slots", name, slotsWord(ranges))],
      redisCli: [
        `redis-cli ${hostAndPortFlags(name)} CLUSTER ADDSLOTSRANGE ${ranges.flat().join(" ")}`,
        remark(plans.redisCliDiffers.byHand),
      ],
    },
  });
}
