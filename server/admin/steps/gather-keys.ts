import { plural } from "@/lib/format";
import type { StepOf } from "@/lib/plans/step";
import { proof } from "@/lib/words/en/proof";
import { gatherKeys as gather } from "@/server/migrate/gather";
import type { StepContext, StepOutcome } from "./context";
import { jobOf, outcomeOf } from "./move-job";

export async function gatherKeys(step: StepOf<"gather-keys">, context: StepContext): Promise<StepOutcome> {
  const { from: source, to: target, ranges, way } = step;
  const job = await jobOf({ source, target, ranges }, context);
  const file = way === "move" ? undefined : context.exportFile(source);
  const outcome = outcomeOf(await gather({ job, way, write: (keys) => file?.append(keys) }));
  if (outcome.kind !== "done" || !file) return outcome;
  return { kind: "done", note: proof.notes.exported({ keys: plural(file.keys, "key", "keys"), path: file.path }) };
}
