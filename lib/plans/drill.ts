import { plans } from "@/lib/words/en/plans";
import { ownLine, remark } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { memberOf, nodeName } from "./members";
import { drillTable } from "./preflight/drill";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/** A node managed here is hurt on purpose, watched, and brought back: what the cluster does then is told in milliseconds. */
export function planDrill(facts: Facts, wish: WishOf<"drill">): PlanDraft {
  const node = memberOf(facts.topology, wish.nodeId);
  const process = facts.managed[node.id];
  const { how } = wish;
  if (!process?.running) throw wrong("planDrillForeign", { node: nodeName(node) });
  const isPlay = facts.cluster.environment === "sandbox";
  return draftPlan({
    facts,
    wish,
    steps: [
      {
        kind: "hurt-node",
        phase: 0,
        nodeId: node.id,
        managedId: process.managedId,
        how,
        runId: node.stats?.runId ?? "",
      },
      { kind: "prove", phase: 1 },
    ],
    table: drillTable(node, how),
    context: { involved: [node.id] },
    commands: {
      own: [ownLine(facts, "drill", nodeName(node), `--hurt ${how}`)],
      redisCli: [remark(plans.redisCliDiffers.drill)],
    },
    ...(isPlay ? {} : { mustType: plans.confirm.drill({ node: nodeName(node) }) }),
  });
}
