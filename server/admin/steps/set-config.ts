import { isSameSetting } from "@/lib/plans/settings";
import type { StepOf } from "@/lib/plans/step";
import { proof } from "@/lib/words/en/proof";
import { type Link, NodeReplyError } from "@/server/link";
import { refuse } from "@/server/refuse";
import { settingsOf } from "../candidate-settings";
import { done, type StepContext, type StepOutcome } from "./context";

/**
 * Each setting is read first: the wanted value stays, the one of the plan is changed, a third one was set by somebody
 * else meanwhile and is not overwritten, because going back would then restore a value that was never there. After OK it
 * is read back. The file is written at the end, also where an earlier try came only so far.
 */
export async function setConfig(step: StepOf<"set-config">, context: StepContext): Promise<StepOutcome> {
  const link = await context.link(step.nodeId);
  const node = context.name(step.nodeId);
  for (const setting of step.settings) await setOne(setting, { link, node });
  if (!step.keeps) return done(proof.notes.lostAtRestart());
  try {
    await link.call(["CONFIG", "REWRITE"]);
  } catch (error) {
    if (!(error instanceof NodeReplyError)) throw error;
    throw refuse("refused", "configNotKept", { node, reason: error.message }, error);
  }
  return done();
}

type Setting = StepOf<"set-config">["settings"][number];
type At = { readonly link: Link; readonly node: string };

async function setOne({ name, value, before }: Setting, { link, node }: At): Promise<void> {
  const now = (await settingsOf(link, [name]))[name];
  if (now !== undefined && isSameSetting(name, now, value)) return;
  if (now === undefined || !isSameSetting(name, now, before))
    throw refuse("refused", "configChanged", { node, name, before, now: now ?? "(unknown)" });
  try {
    await link.call(["CONFIG", "SET", name, value]);
  } catch (error) {
    if (!(error instanceof NodeReplyError)) throw error;
    throw refuse("refused", "replyRefused", { node, command: `CONFIG SET ${name}`, reason: error.message }, error);
  }
  const after = (await settingsOf(link, [name]))[name] ?? "";
  if (!isSameSetting(name, after, value)) throw refuse("refused", "configNotTaken", { node, name, value, now: after });
}
