import { plans } from "@/lib/words/en/plans";
import { doorOf, joinSteps } from "./add-node";
import { refuseTwins } from "./candidates";
import { hostAndPortFlags, ownLine, remark } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts } from "./facts";
import { addNodeTable } from "./preflight/add-node";
import type { WishOf } from "./wish";

/**
 * CLUSTER MEET by hand, under the same checks as add-node: one mistaken MEET between two clusters that live destroys
 * data within a tenth of a second (FAULTS e8), whoever asks for it.
 */
export function planMeet(facts: Facts, wish: WishOf<"meet">): PlanDraft {
  const { candidates, topology } = facts;
  refuseTwins(candidates);
  const [candidate] = candidates;
  const via = doorOf(facts);
  const id = candidate?.id;
  const name = candidate?.name ?? "";
  return draftPlan({
    facts,
    wish,
    steps:
      candidate && id !== undefined
        ? [...joinSteps(topology, [{ ...candidate, id }], via), { kind: "prove", phase: 2 }]
        : [],
    table: addNodeTable,
    context: { involved: [via.id], joining: candidates },
    newPrimaries: id === undefined ? [] : [id],
    commands: {
      own: [ownLine(facts, "meet", name)],
      redisCli: [
        `redis-cli ${hostAndPortFlags(name)} CLUSTER MEET ${via.endpoint.host} ${via.endpoint.port}`,
        remark(plans.redisCliDiffers.byHand),
      ],
    },
  });
}
