import type { StepOf } from "@/lib/plans/step";
import { readRdb } from "@/server/rdb/read";
import { restorables } from "@/server/rdb/restore";
import { done, type StepContext, type StepOutcome } from "./context";
import { restoreTarget } from "./restore-target";
import { untilStop } from "./save-shard";

/**
 * Before the first key is written: every file is read back whole, and every value written once for the version of the
 * owners, so that what would get lost is refused by its name while nothing has happened.
 */
export async function checkBackup(step: StepOf<"check-backup">, context: StepContext): Promise<StepOutcome> {
  const { clusterId, id } = step.backup;
  const { shards } = await context.backups.read(clusterId, id);
  const folder = context.backups.of(step.backup);
  const target = await restoreTarget(context, step.accepts);
  return untilStop(context, async (signal) => {
    for (const record of shards) {
      await folder.readBack(record, signal);
      for await (const { slot } of restorables(readRdb(folder.chunks(record.file), { signal }), target))
        target.ownerOf(slot);
    }
    return done();
  });
}
