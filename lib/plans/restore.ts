import type { NodeId } from "@/lib/cluster/node";
import { plans } from "@/lib/words/en/plans";
import { ownLine, remark } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { guardsOf, owners } from "./members";
import { restoreTable } from "./preflight/restore";
import { restoredBytes } from "./restored-bytes";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/** First every file is checked to its end, so that nothing is written of a backup that is damaged or cannot go here. */
export function planRestore(facts: Facts, wish: WishOf<"restore">): PlanDraft {
  const { backup, existing, accepts } = wish;
  const { manifest } = facts;
  if (!manifest) throw wrong("planBackupUnknown", { backup: backup.id });
  const functions = Math.max(0, ...manifest.shards.map((shard) => shard.functions));
  const loading = functions === 0 ? [] : owners(facts.topology).filter(({ id }) => takesFunctions(facts, id));
  const guarded = owners(facts.topology)
    .filter(({ id }) => guardsOf(facts.topology, id).length > 0)
    .flatMap(({ ranges }) => ranges);
  return draftPlan({
    facts,
    wish,
    steps: [
      { kind: "check-backup", phase: 0, backup, accepts },
      ...loading.map(({ id }) => ({
        kind: "load-functions" as const,
        phase: 1,
        backup,
        nodeId: id,
        existing,
        libraries: functions,
      })),
      ...manifest.shards.map(({ shard, keys, bytes }) => ({
        kind: "restore-shard" as const,
        phase: 2,
        backup,
        shard,
        keys,
        bytes,
        existing,
        accepts,
        guarded,
      })),
      { kind: "prove", phase: 3 },
    ],
    table: restoreTable({ existing, manifest }),
    context: {
      involved: owners(facts.topology).map((node) => node.id),
      arriving: restoredBytes(facts.topology, manifest),
    },
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

const takesFunctions = (facts: Facts, id: NodeId): boolean => facts.nodes[id]?.functionsDigest !== undefined;
