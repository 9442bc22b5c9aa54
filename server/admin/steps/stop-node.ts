import { formatRanges } from "@/lib/cluster/slots";
import { isOpsError } from "@/lib/errors";
import { findMember, nodeName } from "@/lib/plans/members";
import type { StepOf } from "@/lib/plans/step";
import { proof } from "@/lib/words/en/proof";
import { NodeReplyError } from "@/server/link";
import { refuse } from "@/server/refuse";
import { done, type StepContext, type StepOutcome } from "./context";
import { waitFor } from "./wait";

/** A snapshot of a big dataset; the server answers nobody meanwhile. */
const SAVE_MS = 10 * 60_000;
/** Gossip takes a second or two. */
const KNOWN_MS = 10_000;

export async function stopNode(step: StepOf<"stop-node">, context: StepContext): Promise<StepOutcome> {
  const { process } = await context.runtime.get(step.managedId);
  if (process.state !== "running") return done(proof.notes.stopped());
  if (!step.member) await checkFree(step, context);
  else if (step.how !== "kill") await awaitKnown(step, context);
  if (step.how === "save") await saveAndLeave(step, context);
  if (step.how === "kill") await context.runtime.kill(step.managedId);
  else await context.runtime.stop(step.managedId);
  return done();
}

async function checkFree({ nodeId }: StepOf<"stop-node">, context: StepContext): Promise<void> {
  const member = findMember(await context.sweep(), nodeId);
  if (member && member.ranges.length > 0)
    throw refuse("refused", "stopOwner", { node: nodeName(member), ranges: formatRanges(member.ranges) });
}

/**
 * Whoever has just handed over is still a primary to those that have not heard it yet; when it is gone they never do,
 * and show it as one until it is back. Best effort: it stops anyway.
 */
async function awaitKnown({ nodeId }: StepOf<"stop-node">, context: StepContext): Promise<void> {
  await waitFor(context, {
    deadlineMs: KNOWN_MS,
    ask: async () => {
      const { views } = await context.look();
      const own = views.find(({ from }) => from === nodeId)?.nodes.find((node) => node.isMyself);
      if (!own || own.role === "primary") return true;
      return views.every(({ nodes }) => nodes.find((node) => node.id === nodeId)?.role === "replica");
    },
  });
}

/** The connection ends instead of an answer; an answer is the reason why it could not save. */
async function saveAndLeave({ nodeId }: StepOf<"stop-node">, context: StepContext): Promise<void> {
  const link = await context.link(nodeId);
  try {
    await link.call(["SHUTDOWN", "SAVE"], { timeoutMs: SAVE_MS });
  } catch (error) {
    if (isOpsError(error) && error.details?.sent === true) return;
    if (!(error instanceof NodeReplyError)) throw error;
    const told = { node: context.name(nodeId), command: "SHUTDOWN SAVE", reason: error.message };
    throw refuse("refused", "replyRefused", told, error);
  }
}
