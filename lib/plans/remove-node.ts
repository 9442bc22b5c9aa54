import type { TopologyNode } from "@/lib/cluster/topology";
import { plans } from "@/lib/words/en/plans";
import { type CliLines, entry, ownLine, ownPace, redisCliReshard, remark } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import { drain, stayingOf } from "./drain";
import type { Facts } from "./facts";
import { rehome } from "./homes";
import { leaveSteps } from "./leave";
import { isUp, memberOf, nodeName, replicasOf } from "./members";
import { moveSteps } from "./moves";
import type { Move } from "./pick";
import { removeNodeTable } from "./preflight/remove-node";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/**
 * One node leaves. What it owns goes evenly to the other primaries, its replicas follow others, every member forgets
 * it, and it is watched until the ban is over. A dead node is only forgotten, and never while it still owns slots.
 */
export function planRemoveNode(facts: Facts, wish: WishOf<"remove-node">): PlanDraft {
  const { topology } = facts;
  const node = memberOf(topology, wish.nodeId);
  if (topology.nodes.length === 1) throw wrong("planLastNode", { node: nodeName(node) });
  const staying = stayingOf(facts, [node]);
  if (node.ranges.length > 0 && staying.length === 0) throw wrong("planNobodyLeft", {});
  const moves = isUp(node) ? drain([node], staying) : [];
  const follows = rehome(topology, replicasOf(topology, node.id), [node.id]);
  const moved = moveSteps(facts, moves, 0);
  const isReplica = node.role === "replica";
  const steps = [
    ...moved.steps,
    ...follows.map((pair) => ({ kind: "replicate" as const, phase: moved.nextPhase, ...pair })),
    ...leaveSteps({
      facts,
      replicas: isReplica ? [node] : [],
      primaries: isReplica ? [] : [node],
      afterwards: wish.afterwards,
      firstPhase: moved.nextPhase + (follows.length > 0 ? 1 : 0),
    }),
  ];
  const isStuck = !isUp(node) && node.ranges.length > 0;
  return draftPlan({
    facts,
    wish,
    steps: isStuck ? [] : steps,
    table: removeNodeTable,
    context: {
      involved: involvedIn([...(isUp(node) ? [node.id] : []), ...moves.map((m) => m.target)], follows),
      moves,
      leaving: [node.id],
      reparented: follows,
      stopped: wish.afterwards === "stop" && isUp(node) ? [node.id] : [],
    },
    commands: removeLines(facts, wish, node, moves),
  });
}

export const involvedIn = <Id>(
  ids: readonly Id[],
  follows: readonly { readonly nodeId: Id; readonly primaryId: Id }[],
) => [...new Set([...ids, ...follows.flatMap(({ nodeId, primaryId }) => [nodeId, primaryId])])];

function removeLines(facts: Facts, wish: WishOf<"remove-node">, node: TopologyNode, moves: readonly Move[]): CliLines {
  return {
    own: [ownLine(facts, "del-node", nodeName(node), `--afterwards ${wish.afterwards}`, ...ownPace(wish))],
    redisCli: [
      ...redisCliReshard(facts, moves),
      `redis-cli --cluster del-node ${entry(facts, [node.id])} ${node.id}`,
      ...(moves.length > 1 ? [remark(plans.redisCliDiffers.drain)] : []),
      ...(node.role === "primary" ? [remark(plans.redisCliDiffers.rehome)] : []),
    ],
  };
}
