import { plans } from "@/lib/words/en/plans";
import { entry, ownLine, remark } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { findMember } from "./members";
import { backupTable } from "./preflight/backup";
import { snapshotSources } from "./snapshot-sources";
import type { WishOf } from "./wish";

/** Every shard that owns slots is saved at the same time, so that the moments lie close together; then all is sealed. */
export function planBackup(facts: Facts, wish: WishOf<"backup">): PlanDraft {
  const sources = snapshotSources(facts.topology);
  return draftPlan({
    facts,
    wish,
    steps: [
      ...sources.map(({ shard, nodeId }) => {
        const stats = findMember(facts.topology, nodeId)?.stats;
        return {
          kind: "save-shard" as const,
          phase: 0,
          shard: shard.index,
          primaryId: shard.primaryId,
          nodeId,
          ranges: shard.ranges,
          ...(stats ? { keys: stats.keys, bytes: stats.usedBytes } : {}),
        };
      }),
      { kind: "seal-backup", phase: 1 },
      { kind: "prove", phase: 2 },
    ],
    table: backupTable,
    context: { involved: sources.map((source) => source.nodeId) },
    commands: {
      own: [ownLine(facts, "backup")],
      redisCli: [`redis-cli --cluster backup ${entry(facts)} <folder>`, remark(plans.redisCliDiffers.backup)],
    },
  });
}
