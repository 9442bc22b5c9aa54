import { failedHolds, type Plan } from "@/lib/plans/plan";
import { cli } from "@/lib/words/en/cli";
import { cliOutput } from "@/lib/words/en/cli-output";
import type { Confirmation } from "../desk/desk";
import { UsageError } from "../grammar/asked";
import type { FlagValues } from "../grammar/flags";
import { ask, isTerminal } from "../tell/ask";
import type { Out } from "../tell/out";

const words = cliOutput.ask;
/** A pipe that stays open and silent is no answer. */
const PIPE_WAIT_MS = 60_000;

/** What Confirm asks for: yes, and where the plan wants it a typed name and a reason. Undefined: no. */
export async function confirmed(flags: FlagValues, plan: Plan, out: Out): Promise<Confirmation | undefined> {
  const holds = failedHolds(plan);
  const typed = plan.confirm.typed ?? (holds.length > 0 ? plan.clusterName : undefined);
  const why = (plan.confirm.why ?? holds.map((line) => line.text).join("\n")).replaceAll("\n", " ");
  const needsReason = plan.confirm.needsReason || holds.length > 0;
  if (typed !== undefined && flags.confirm === undefined && !isTerminal()) {
    out.line(words.needsTyped({ typed, why }), "warn");
    return undefined;
  }
  if (needsReason && flags.reason === undefined && !isTerminal()) {
    out.line(words.needsReason(), "warn");
    return undefined;
  }
  const isSure = flags["cluster-yes"] === true || (await saysYes(out));
  if (!isSure) return undefined;
  const confirmation = {
    typed: flags.confirm ?? (typed === undefined ? undefined : await ask(out, words.typed({ typed, why }))),
    reason: flags.reason ?? (needsReason ? await ask(out, words.reason()) : undefined),
  };
  return typed !== undefined && confirmation.typed !== typed ? undefined : confirmation;
}

/** `echo yes |` is an answer too; an input that ends without one is a command line without --cluster-yes. */
async function saysYes(out: Out): Promise<boolean> {
  const answer = ask(out, words.proceed());
  if (isTerminal()) return (await answer) === "yes";
  const given = await Promise.race([answer, silence()]);
  if (given === undefined) throw new UsageError(cli.usage.needsYes());
  return given === "yes";
}

const silence = () =>
  new Promise<undefined>((resolve) => {
    setTimeout(() => resolve(undefined), PIPE_WAIT_MS).unref();
  });
