import { plans } from "@/lib/words/en/plans";
import { hostAndPortFlags, ownLine } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { isUp, memberOf, nodeName } from "./members";
import { failoverTable } from "./preflight/failover";
import { shapeOf } from "./shape";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/** A replica takes its primary's place. FORCE and TAKEOVER put data or quorum at stake, so they are typed. */
export function planFailover(facts: Facts, wish: WishOf<"failover">): PlanDraft {
  const replica = memberOf(facts.topology, wish.replicaId);
  const { primaryId } = replica;
  if (replica.role !== "replica" || primaryId === undefined)
    throw wrong("planNotAReplica", { node: nodeName(replica) });
  const primary = memberOf(facts.topology, primaryId);
  const { mode } = wish;
  const node = nodeName(replica);
  const flag = mode === "default" ? [] : [`--${mode}`];
  return draftPlan({
    facts,
    wish,
    steps: [
      { kind: "failover", phase: 0, replicaId: replica.id, primaryId, mode },
      { kind: "prove", phase: 1 },
    ],
    table: failoverTable({ replicaId: replica.id, primaryId, mode }),
    context: { involved: [replica.id, ...(mode === "default" && isUp(primary) ? [primaryId] : [])] },
    after: shapeOf(facts.topology).map((shard) =>
      shard.primaryId === primaryId ? { ...shard, primaryId: replica.id } : shard,
    ),
    commands: {
      own: [ownLine(facts, "failover", node, ...flag)],
      redisCli: [
        `redis-cli ${hostAndPortFlags(node)} CLUSTER FAILOVER${mode === "default" ? "" : ` ${mode.toUpperCase()}`}`,
      ],
    },
    ...(mode === "default" ? {} : { mustType: plans.confirm[mode]({ node }) }),
  });
}
