import { assertNever } from "@/lib/of";
import { planAddNode } from "./add-node";
import { planCreate } from "./create";
import type { PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { planFailover } from "./failover";
import { planRebalance } from "./rebalance";
import { planRemoveNode } from "./remove-node";
import { planReplicate } from "./replicate";
import { planReshard } from "./reshard";
import { planScaleIn } from "./scale-in";
import { planScaleOut } from "./scale-out";
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
    case "failover":
      return planFailover(facts, wish);
    case "replicate":
      return planReplicate(facts, wish);
    default:
      return assertNever(wish);
  }
}
