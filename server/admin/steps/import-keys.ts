import { proof } from "@/lib/words/en/proof";
import { followSource, HOLD_MS } from "@/server/import/follow-source";
import { importSource } from "@/server/import/import-source";
import { done, type StepContext, type StepOutcome } from "./context";
import { type Importing, importJob } from "./import-job";

/** One source, from where its cursor was left, to its end. */
export async function importKeys(step: Importing, context: StepContext): Promise<StepOutcome> {
  const { nodeTimeoutMs } = await context.sweep();
  const job = importJob(step, context, nodeTimeoutMs);
  const state = await (step.way === "follow" ? followSource(job) : importSource(job));
  if (!state) return { kind: "parked" };
  const { arrived, identical, kept, replaced, refused, direct, followed } = state.tally;
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
  const { restarts } = state;
  const told = { keys: sum(arrived), identical, kept, replaced, refused: sum(refused), direct, restarts, followed };
  const held = step.way === "follow" ? proof.notes.cutOver({ seconds: HOLD_MS / 1000 }) : "";
  return done(`${proof.notes.imported(told)}${held}`);
}
