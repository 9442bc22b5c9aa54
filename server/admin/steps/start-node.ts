import type { StepOf } from "@/lib/plans/step";
import { proof } from "@/lib/words/en/proof";
import { done, type StepContext, type StepOutcome } from "./context";

export async function startNode(step: StepOf<"start-node">, { runtime }: StepContext): Promise<StepOutcome> {
  const node = await runtime.get(step.managedId);
  if (node.process.state === "running") return done(proof.notes.runsAlready());
  await runtime.start(step.managedId);
  return done();
}
