import { type BackupRef, backupIdSchema, lossSchema } from "@/lib/backup-ref";
import { clusterIdSchema } from "@/lib/cluster/node";
import { cli } from "@/lib/words/en/cli";
import { type Asked, first, UsageError } from "../grammar/asked";
import { changes } from "./change";

/** The backup is one of this cluster, or `<cluster>/<backup>` of another one. */
export const restore = changes({
  check: (asked) => [refIn(asked), lossesIn(asked)],
  wish: ({ asked, topology }) => {
    const { id, clusterId = topology.clusterId } = refIn(asked);
    return {
      verb: "restore",
      backup: { clusterId, id },
      existing: asked.flags.existing ?? "empty",
      accepts: lossesIn(asked),
    };
  },
});

function refIn(asked: Asked): Pick<BackupRef, "id"> & Partial<BackupRef> {
  const given = first(asked, "backup");
  const parts = given.split("/");
  const id = backupIdSchema.safeParse(parts.at(-1));
  const clusterId = parts.length === 2 ? clusterIdSchema.safeParse(parts[0]) : undefined;
  if (!id.success || parts.length > 2 || clusterId?.success === false)
    throw new UsageError(cli.usage.backup({ given }));
  return { id: id.data, ...(clusterId?.success ? { clusterId: clusterId.data } : {}) };
}

function lossesIn({ flags }: Asked) {
  return (flags.accept ?? []).map((given) => {
    const loss = lossSchema.safeParse(given);
    if (loss.success) return loss.data;
    throw new UsageError(cli.usage.oneOf({ flag: "--accept", given, choices: lossSchema.options }));
  });
}
