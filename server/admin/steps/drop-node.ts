import { isOpsError } from "@/lib/errors";
import type { StepOf } from "@/lib/plans/step";
import { proof } from "@/lib/words/en/proof";
import { done, type StepContext, type StepOutcome } from "./context";

/** The runtime deletes only what lies in its own root, and only of a node that does not run. */
export async function dropNode({ managedId }: StepOf<"drop-node">, { runtime }: StepContext): Promise<StepOutcome> {
  try {
    runtime.bind(managedId, {});
    await runtime.remove(managedId);
    return done();
  } catch (error) {
    if (isOpsError(error) && error.code === "not_found") return done(proof.notes.droppedBefore());
    throw error;
  }
}

export async function forgetCluster(_: StepOf<"forget-cluster">, context: StepContext): Promise<StepOutcome> {
  context.forgetCluster();
  return done();
}
