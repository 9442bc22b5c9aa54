import { plans } from "@/lib/words/en/plans";
import { ownLine, remark } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { owners } from "./members";
import { restoreTable } from "./preflight/restore";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/** First every file is checked to its end, so that nothing is written of a backup that is damaged or cannot go here. */
export function planRestore(facts: Facts, wish: WishOf<"restore">): PlanDraft {
  const { backup, existing, accepts } = wish;
  const { manifest } = facts;
  if (!manifest) throw wrong("planBackupUnknown", { backup: backup.id });
  return draftPlan({
    facts,
    wish,
    steps: [
      { kind: "check-backup", phase: 0, backup, accepts },
      ...manifest.shards.map(({ shard, keys, bytes }) => ({
        kind: "restore-shard" as const,
        phase: 1,
        backup,
        shard,
        keys,
        bytes,
        existing,
        accepts,
      })),
      { kind: "prove", phase: 2 },
    ],
    table: restoreTable({ existing, manifest }),
    context: { involved: owners(facts.topology).map((node) => node.id) },
    commands: {
      own: [
        ownLine(
          facts,
          "restore",
          `${backup.clusterId}/${backup.id}`,
          `--existing ${existing}`,
          ...accepts.map((loss) => `--accept ${loss}`),
        ),
      ],
      redisCli: [remark(plans.redisCliDiffers.restore)],
    },
    ...(existing === "replace" ? { mustType: plans.confirm.replace() } : {}),
  });
}
