import { plans } from "@/lib/words/en/plans";
import { hostAndPortFlags, ownLine, remark } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { nameOf, nodeName } from "./members";
import type { Shape } from "./plan";
import { rollingTable } from "./preflight/rolling";
import { heirsAtEnd, type Rolled, roll } from "./rolling";
import { shapeOf } from "./shape";
import type { WishOf } from "./wish";

/** Every process once, without a moment in which slots are not served. Nodes not managed here are restarted by hand. */
export function planRollingRestart(facts: Facts, wish: WishOf<"rolling-restart">): PlanDraft {
  const { nodeIds, handBack } = wish;
  const rolled = roll({ facts, nodeIds, handBack });
  const named = nodeIds ? rolled.nodes.map((node) => `--node ${nodeName(node)}`) : [];
  return draftPlan({
    facts,
    wish,
    steps: [...rolled.steps, { kind: "prove", phase: rolled.steps.length }],
    table: rollingTable(rolled),
    context: { involved: rolled.involved },
    after: shapeRolled(facts, rolled, handBack),
    commands: {
      own: [ownLine(facts, "rolling-restart", ...named, ...(handBack ? ["--hand-back"] : []))],
      redisCli: rolledByHand(facts, rolled),
    },
  });
}

export function shapeRolled(facts: Facts, rolled: Rolled, handBack: boolean): Shape {
  const heirs = heirsAtEnd(rolled, handBack);
  return shapeOf(facts.topology).map((shard) => ({
    ...shard,
    primaryId: heirs.get(shard.primaryId) ?? shard.primaryId,
  }));
}

export function rolledByHand(facts: Facts, { steps }: Rolled): readonly string[] {
  const lines = steps.flatMap((step) => {
    if (step.kind === "failover") return [`redis-cli ${flagsOf(facts, step.replicaId)} CLUSTER FAILOVER`];
    return step.kind === "restart-node" ? [`redis-cli ${flagsOf(facts, step.nodeId)} SHUTDOWN`] : [];
  });
  return [...lines, remark(plans.redisCliDiffers.rolling)];
}

const flagsOf = (facts: Facts, id: Parameters<typeof nameOf>[1]): string =>
  hostAndPortFlags(nameOf(facts.topology, id));
