import { assertNever } from "@/lib/of";
import { rolls } from "@/lib/plans/plan";
import type { Step } from "@/lib/plans/step";
import { addSlots } from "./steps/add-slots";
import { assignSlots } from "./steps/assign-slots";
import { awaitJoined } from "./steps/await-joined";
import { call } from "./steps/call";
import { checkBackup } from "./steps/check-backup";
import { clearFlags } from "./steps/clear-flags";
import type { StepContext, StepOutcome } from "./steps/context";
import { delSlots } from "./steps/del-slots";
import { dropNode, forgetCluster } from "./steps/drop-node";
import { failover } from "./steps/failover";
import { forget } from "./steps/forget";
import { gatherKeys } from "./steps/gather-keys";
import { hurtNode } from "./steps/hurt-node";
import { importKeys } from "./steps/import-keys";
import { loadFunctions } from "./steps/load-functions";
import { meet } from "./steps/meet";
import { moveSlots } from "./steps/move-slots";
import { prove } from "./steps/prove";
import { replicate } from "./steps/replicate";
import { reset } from "./steps/reset";
import { restartNode } from "./steps/restart-node";
import { restoreShard } from "./steps/restore-shard";
import { saveShard } from "./steps/save-shard";
import { sealBackup } from "./steps/seal-backup";
import { setConfig } from "./steps/set-config";
import { setEpoch } from "./steps/set-epoch";
import { setStable } from "./steps/set-stable";
import { startNode } from "./steps/start-node";
import { stopNode } from "./steps/stop-node";
import { watchGone } from "./steps/watch-gone";
import { whileWatching } from "./steps/watch-state";

/** One step carried out, or found done already. Throws OpsError when it cannot be, Parked when it was told to stop. */
export function perform(step: Step, context: StepContext): Promise<StepOutcome> {
  switch (step.kind) {
    case "start-node":
      return startNode(step, context);
    case "set-epoch":
      return setEpoch(step, context);
    case "add-slots":
      return addSlots(step, context);
    case "del-slots":
      return delSlots(step, context);
    case "set-stable":
      return setStable(step, context);
    case "set-config":
      return setConfig(step, context);
    case "call":
      return call(step, context);
    case "meet":
      return meet(step, context);
    case "await-joined":
      return awaitJoined(step, context);
    case "replicate":
      return replicate(step, context);
    case "move-slots":
      return moveSlots(step, context);
    case "assign-slots":
      return assignSlots(step, context);
    case "gather-keys":
      return gatherKeys(step, context);
    case "clear-flags":
      return clearFlags(step, context);
    case "failover":
      return rolls(context.plan.verb)
        ? whileWatching(context, undefined, () => failover(step, context))
        : failover(step, context);
    case "forget":
      return forget(step, context);
    case "reset":
      return reset(step, context);
    case "stop-node":
      return stopNode(step, context);
    case "hurt-node":
      return hurtNode(step, context);
    case "drop-node":
      return dropNode(step, context);
    case "forget-cluster":
      return forgetCluster(step, context);
    case "restart-node":
      return restartNode(step, context);
    case "watch-gone":
      return watchGone(step, context);
    case "save-shard":
      return saveShard(step, context);
    case "check-backup":
      return checkBackup(step, context);
    case "load-functions":
      return loadFunctions(step, context);
    case "restore-shard":
      return restoreShard(step, context);
    case "import-keys":
      return importKeys(step, context);
    case "seal-backup":
      return sealBackup(step, context);
    case "prove":
      return prove(step, context);
    default:
      return assertNever(step);
  }
}
