import { parseRanges, type SlotRanges } from "@/lib/cluster/slots";
import { cli } from "@/lib/words/en/cli";
import { type Asked, first, UsageError } from "../grammar/asked";

/** Slots as a flag or a word gives them: `0-99,200`. */
export function slotsGiven(what: string, given: string): SlotRanges {
  const ranges = parseRanges(given);
  if (!ranges || ranges.length === 0) throw new UsageError(cli.usage.ranges({ what, given }));
  return ranges;
}

/** The same where a verb names them by a word of its own. */
export const slotsAsked = (asked: Asked): SlotRanges => slotsGiven("slots", first(asked, "slots"));
