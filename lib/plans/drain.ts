import { countSlots } from "@/lib/cluster/slots";
import type { TopologyNode } from "@/lib/cluster/topology";
import { plans } from "@/lib/words/en/plans";
import { ownLine, ownPace, redisCliReshard, remark } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { isUp, memberOf, nodeName, owners, primaries } from "./members";
import { moveSteps } from "./moves";
import { deal, type Move } from "./pick";
import { reshardTable } from "./preflight/reshard";
import { even, fillUp } from "./shares";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/**
 * Whole primaries are emptied and stay members: all at once, evenly over those who stay, none of the emptied receives.
 */
export function planDrain(facts: Facts, wish: WishOf<"drain">): PlanDraft {
  const leaving = [...new Set(wish.primaryIds)].map((id) => {
    const node = memberOf(facts.topology, id);
    if (node.role !== "primary") throw wrong("planNotAPrimary", { node: nodeName(node) });
    if (node.ranges.length === 0) throw wrong("planSourceEmpty", { node: nodeName(node) });
    return node;
  });
  const staying = stayingOf(facts, leaving);
  if (staying.length === 0) throw wrong("planNobodyLeft", {});
  const moves = drain(leaving, staying);
  const { steps, nextPhase } = moveSteps(facts, moves, 0);
  return draftPlan({
    facts,
    wish,
    steps: [...steps, { kind: "prove", phase: nextPhase }],
    table: reshardTable,
    context: { involved: [...new Set(moves.flatMap((move) => [move.source, move.target]))], moves },
    commands: {
      own: [ownLine(facts, "drain", ...leaving.map(nodeName), ...ownPace(wish))],
      redisCli: [...redisCliReshard(facts, moves), remark(plans.redisCliDiffers.drain)],
    },
  });
}

/** Primaries that can take what others leave: those that own slots, or, where none does, the empty ones. */
export function stayingOf({ topology }: Facts, leaving: readonly TopologyNode[]): readonly TopologyNode[] {
  const stays = (node: TopologyNode) => isUp(node) && !leaving.some((one) => one.id === node.id);
  const owning = owners(topology).filter(stays);
  return owning.length > 0 ? owning : primaries(topology).filter(stays);
}

/** Everything the leaving own goes to the staying, who end as even as they can without giving anything themselves. */
export function drain(leaving: readonly TopologyNode[], staying: readonly TopologyNode[]): readonly Move[] {
  const gives = leaving.map(({ id, ranges }) => ({ id, ranges, count: countSlots(ranges) }));
  const amount = gives.reduce((sum, give) => sum + give.count, 0);
  const shares = fillUp(
    staying.map((node) => countSlots(node.ranges)),
    amount,
  );
  return deal(
    gives.filter((give) => give.count > 0),
    staying.map(({ id, ranges }, i) => ({ id, ranges, count: shares[i] ?? 0 })),
  );
}

/** The fewest moves after which all of these own the same number of slots, give or take one. */
export function balance(nodes: readonly Pick<TopologyNode, "id" | "ranges">[]): readonly Move[] {
  const counts = nodes.map((node) => countSlots(node.ranges));
  const wanted = even(counts);
  const over = (i: number) => (counts[i] ?? 0) - (wanted[i] ?? 0);
  return deal(
    nodes.flatMap(({ id, ranges }, i) => (over(i) > 0 ? [{ id, ranges, count: over(i) }] : [])),
    nodes.flatMap(({ id, ranges }, i) => (over(i) < 0 ? [{ id, ranges, count: -over(i) }] : [])),
  );
}
