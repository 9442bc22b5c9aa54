import { OpsError, type OpsErrorCode } from "@/lib/errors";
import { errors } from "@/lib/words/en/errors";

type Sentence = keyof typeof errors;
type DetailsOf<S extends Sentence> = Parameters<(typeof errors)[S]>[0];

/** An OpsError whose message is the sentence of that name in lib/words, filled in. */
export function refuse<S extends Sentence>(
  code: OpsErrorCode,
  sentence: S,
  details: DetailsOf<S>,
  cause?: unknown,
): OpsError {
  const say = errors[sentence] as (details: DetailsOf<S>) => string;
  return new OpsError({ code, sentence, message: say(details), details, cause });
}
