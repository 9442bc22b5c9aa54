import { type Details, OpsError } from "@/lib/errors";
import { planErrors } from "@/lib/words/en/plan-errors";

type PlanErrors = typeof planErrors;
type Code = keyof PlanErrors;
type Told<C extends Code> = Parameters<PlanErrors[C]> extends readonly [infer D] ? D : Details;

/** A wish that cannot be planned at all: the sentence names the node and what to do. */
export function wrong<C extends Code>(sentence: C, details: Told<C> & Details): OpsError {
  const say = planErrors[sentence] as (details: Details) => string;
  return new OpsError({ code: "invalid", sentence, message: say(details), details });
}
