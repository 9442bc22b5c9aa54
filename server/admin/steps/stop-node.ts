import { formatRanges } from "@/lib/cluster/slots";
import { findMember, nodeName } from "@/lib/plans/members";
import type { StepOf } from "@/lib/plans/step";
import { proof } from "@/lib/words/en/proof";
import { refuse } from "@/server/refuse";
import { done, type StepContext, type StepOutcome } from "./context";

export async function stopNode(step: StepOf<"stop-node">, context: StepContext): Promise<StepOutcome> {
  const { process } = await context.runtime.get(step.managedId);
  if (process.state !== "running") return done(proof.notes.stopped());
  const member = findMember(await context.sweep(), step.nodeId);
  if (member && member.ranges.length > 0)
    throw refuse("refused", "stopOwner", { node: nodeName(member), ranges: formatRanges(member.ranges) });
  await context.runtime.stop(step.managedId);
  return done();
}
