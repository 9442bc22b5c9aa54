import type { StepOf } from "@/lib/plans/step";
import { NodeReplyError } from "@/server/link";
import { refuse } from "@/server/refuse";
import { replyText } from "../reply-text";
import { done, type StepContext, type StepOutcome } from "./context";

const NOTE_CHARS = 500;

/** The node's answer is the note. Only commands that may be repeated come here (call-table.ts). */
export async function call(step: StepOf<"call">, context: StepContext): Promise<StepOutcome> {
  const link = await context.link(step.nodeId);
  try {
    return done(replyText(await link.call([...step.command])).slice(0, NOTE_CHARS));
  } catch (error) {
    if (!(error instanceof NodeReplyError)) throw error;
    const command = step.command[0]?.toUpperCase() ?? "";
    const details = { node: context.name(step.nodeId), command, reason: error.message };
    throw refuse("refused", "replyRefused", details, error);
  }
}
