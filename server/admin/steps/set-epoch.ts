import { formatEndpoint } from "@/lib/cluster/node";
import type { StepOf } from "@/lib/plans/step";
import { NodeReplyError } from "@/server/link";
import { refuse } from "@/server/refuse";
import { askView } from "./ask";
import { done, type StepContext, type StepOutcome } from "./context";

/** Every node of a new cluster begins with an epoch of its own, so that none of them must give way to another. */
export async function setEpoch(step: StepOf<"set-epoch">, context: StepContext): Promise<StepOutcome> {
  const link = await context.link(step.node.id);
  const view = await askView(link, step.node.id, context.now());
  if (view.info.myEpoch === step.epoch) return done();
  const node = formatEndpoint(step.node.endpoint);
  if (view.info.myEpoch !== 0)
    throw refuse("refused", "epochRefused", { node, epoch: step.epoch, has: view.info.myEpoch });
  try {
    await link.call(["CLUSTER", "SET-CONFIG-EPOCH", step.epoch]);
  } catch (error) {
    if (!(error instanceof NodeReplyError)) throw error;
    throw refuse(
      "refused",
      "replyRefused",
      { node, command: "CLUSTER SET-CONFIG-EPOCH", reason: error.message },
      error,
    );
  }
  return done();
}
