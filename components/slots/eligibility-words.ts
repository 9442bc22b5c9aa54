import { formatAge } from "@/lib/format";
import type { Eligibility, Refusal } from "@/lib/layout/eligibility";
import { assertNever } from "@/lib/of";
import type { Words } from "@/lib/words/en";

type SlotWords = Words["slots"];

export function refusalText(refusal: Refusal, words: SlotWords["refusal"], nowMs: number): string {
  switch (refusal.code) {
    case "viewer":
      return words.viewer;
    case "nobody-owns":
      return words.nobodyOwns(refusal.slots);
    case "source-silent":
      return words.sourceSilent(refusal.index);
    case "target-failed":
      return words.targetFailed;
    case "target-silent":
      return words.targetSilent(formatAge(nowMs - refusal.sinceMs));
    case "target-loading":
      return words.targetLoading;
    case "no-room":
      return words.noRoom(refusal.needsBytes, refusal.freeBytes);
    default:
      return assertNever(refusal);
  }
}

/** What a card, or a line of the menu, says of a shard that might take the selection. */
export function verdictText(verdict: Eligibility, words: SlotWords, nowMs: number): string {
  switch (verdict.kind) {
    case "source":
      return words.drag.source;
    case "cannot":
      return refusalText(verdict.refusal, words.refusal, nowMs);
    case "can":
      return cautionText(verdict, words);
    default:
      return assertNever(verdict);
  }
}

function cautionText({ cautions }: Extract<Eligibility, { kind: "can" }>, words: SlotWords): string {
  // What is wrong with the target comes before what only takes time.
  const caution = cautions.find(({ code }) => code !== "operation-runs") ?? cautions[0];
  if (!caution) return words.drag.canTake;
  switch (caution.code) {
    case "operation-runs":
      return words.drag.afterOperation(caution.operationId);
    case "no-replica":
      return words.drag.noReplica;
    case "evicts":
      return words.drag.evicts(caution.policy);
    default:
      return assertNever(caution);
  }
}
