import { plans } from "@/lib/words/en/plans";
import { hostAndPortFlags, ownLine, remark } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { WATCH_MS } from "./leave";
import { isUp, memberOf, nodeName, replicasOf } from "./members";
import { forgetTable } from "./preflight/by-hand";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/** CLUSTER FORGET by hand: on every member, inside the minute for which it bans a name, and watched past it. */
export function planForget(facts: Facts, wish: WishOf<"forget">): PlanDraft {
  const { topology } = facts;
  const node = memberOf(topology, wish.nodeId);
  const name = nodeName(node);
  if (topology.nodes.length === 1) throw wrong("planLastNode", { node: name });
  const followers = replicasOf(topology, node.id).filter((one) => one.answer.kind === "answered");
  if (followers.length > 0) throw wrong("planHasReplicas", { node: name, replicas: followers.map(nodeName) });
  const told = topology.nodes.filter((one) => one.id !== node.id && isUp(one));
  if (told.length === 0) throw wrong("planNobodyToTell", { nodes: [] });
  return draftPlan({
    facts,
    wish,
    steps:
      node.ranges.length > 0
        ? []
        : [
            { kind: "forget", phase: 0, nodeId: node.id },
            { kind: "watch-gone", phase: 1, nodeId: node.id, forMs: WATCH_MS },
            { kind: "prove", phase: 2 },
          ],
    table: forgetTable,
    context: { involved: told.map((one) => one.id), leaving: [node.id] },
    commands: {
      own: [ownLine(facts, "forget", name)],
      redisCli: [
        ...told.map((one) => `redis-cli ${hostAndPortFlags(nodeName(one))} CLUSTER FORGET ${node.id}`),
        remark(plans.redisCliDiffers.byHand),
      ],
    },
  });
}
