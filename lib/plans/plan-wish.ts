import { assertNever } from "@/lib/of";
import { planAddNode } from "./add-node";
import { planAddSlots } from "./add-slots";
import { planBackup } from "./backup";
import { planCall } from "./call";
import { planConfig, planSetTimeout } from "./config";
import { planCreate } from "./create";
import { planDecommission } from "./decommission";
import { planDelSlots } from "./del-slots";
import type { PlanDraft } from "./draft";
import { planDrain } from "./drain";
import { planDrill } from "./drill";
import type { Facts } from "./facts";
import { planFailover } from "./failover";
import { planFix } from "./fix";
import { planForget } from "./forget";
import { planImport } from "./import";
import { planMaintenance } from "./maintenance";
import { planMeet } from "./meet";
import { planRebalance } from "./rebalance";
import { planRemoveNode } from "./remove-node";
import { planReplicate } from "./replicate";
import { planReshard } from "./reshard";
import { planRestore } from "./restore";
import { planRollingConfig } from "./rolling-config";
import { planRollingRestart } from "./rolling-restart";
import { planRollingUpgrade } from "./rolling-upgrade";
import { planScaleIn } from "./scale-in";
import { planScaleOut } from "./scale-out";
import { planSetSlotStable } from "./set-slot-stable";
import { planStartCluster } from "./start-cluster";
import { planStopCluster } from "./stop-cluster";
import type { Wish } from "./wish";

/** The planner of each verb. Throws OpsError `invalid` for a wish that makes no sense for these facts. */
export function planWish(facts: Facts, wish: Wish): PlanDraft {
  switch (wish.verb) {
    case "create":
      return planCreate(facts, wish);
    case "reshard":
      return planReshard(facts, wish);
    case "rebalance":
      return planRebalance(facts, wish);
    case "add-node":
      return planAddNode(facts, wish);
    case "remove-node":
      return planRemoveNode(facts, wish);
    case "scale-out":
      return planScaleOut(facts, wish);
    case "scale-in":
      return planScaleIn(facts, wish);
    case "drain":
      return planDrain(facts, wish);
    case "failover":
      return planFailover(facts, wish);
    case "replicate":
      return planReplicate(facts, wish);
    case "fix":
      return planFix(facts, wish);
    case "config":
      return planConfig(facts, wish);
    case "set-timeout":
      return planSetTimeout(facts, wish);
    case "call":
      return planCall(facts, wish);
    case "meet":
      return planMeet(facts, wish);
    case "forget":
      return planForget(facts, wish);
    case "add-slots":
      return planAddSlots(facts, wish);
    case "del-slots":
      return planDelSlots(facts, wish);
    case "set-slot-stable":
      return planSetSlotStable(facts, wish);
    case "backup":
      return planBackup(facts, wish);
    case "restore":
      return planRestore(facts, wish);
    case "rolling-restart":
      return planRollingRestart(facts, wish);
    case "rolling-config":
      return planRollingConfig(facts, wish);
    case "rolling-upgrade":
      return planRollingUpgrade(facts, wish);
    case "maintenance":
      return planMaintenance(facts, wish);
    case "drill":
      return planDrill(facts, wish);
    case "decommission":
      return planDecommission(facts, wish);
    case "stop-cluster":
      return planStopCluster(facts, wish);
    case "start-cluster":
      return planStartCluster(facts, wish);
    case "import":
      return planImport(facts, wish);
    default:
      return assertNever(wish);
  }
}
