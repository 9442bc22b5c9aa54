import { countSlots } from "@/lib/cluster/slots";
import { hostAndPortFlags, ownLine } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { memberOf, nodeName, replicasOf } from "./members";
import { replicateTable } from "./preflight/replicate";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/** A replica, or a primary that owns nothing, follows another primary: it drops its data and copies that one. */
export function planReplicate(facts: Facts, wish: WishOf<"replicate">): PlanDraft {
  const node = memberOf(facts.topology, wish.nodeId);
  const primary = memberOf(facts.topology, wish.primaryId);
  const names = { node: nodeName(node), primary: nodeName(primary) };
  if (node.id === primary.id) throw wrong("planFollowsItself", { node: names.node });
  if (primary.role !== "primary") throw wrong("planNotAPrimary", { node: names.primary });
  if (node.role === "replica" && node.primaryId === primary.id) throw wrong("planSamePrimary", names);
  if (node.ranges.length > 0) throw wrong("planHasSlots", { node: names.node, slots: countSlots(node.ranges) });
  const followers = replicasOf(facts.topology, node.id);
  if (followers.length > 0) throw wrong("planHasReplicas", { node: names.node, replicas: followers.map(nodeName) });
  const pair = { nodeId: node.id, primaryId: primary.id };
  return draftPlan({
    facts,
    wish,
    steps: [
      { kind: "replicate", phase: 0, ...pair },
      { kind: "prove", phase: 1 },
    ],
    table: replicateTable,
    context: { involved: [node.id, primary.id], reparented: [pair] },
    commands: {
      own: [ownLine(facts, "replicate", names.node, names.primary)],
      redisCli: [`redis-cli ${hostAndPortFlags(names.node)} CLUSTER REPLICATE ${primary.id}`],
    },
  });
}
