import { isOpsError } from "@/lib/errors";
import type { StopReason } from "@/lib/operation";
import { proof } from "@/lib/words/en/proof";
import { Parked } from "@/server/admin/steps/context";

/** How a run of steps ended. Not `failed`: it holds for a reason and may go on when that is gone. */
export type Ending =
  | { readonly kind: "done" }
  | { readonly kind: "parked" }
  | { readonly kind: "stopped"; readonly reason: StopReason; readonly failed: boolean }
  /** Another console holds the cluster now: nothing more is said or done about it here. */
  | { readonly kind: "lost" };

/** What a thrown error means for the operation. */
export function endingOf(error: unknown): Ending {
  if (error instanceof Parked) return { kind: "parked" };
  if (isOpsError(error)) {
    if (error.code === "cancelled") return { kind: "parked" };
    if (error.sentence === "leaseLost") return { kind: "lost" };
    if (error.sentence === "storeFailed")
      return { kind: "stopped", reason: journalReason(error.message), failed: false };
    const unreachable =
      error.code === "unreachable" || (error.code === "timed_out" && error.details?.sent !== undefined);
    const reason: StopReason = {
      code: unreachable ? "node-unreachable" : "step-failed",
      details: { ...error.details, ...(error.sentence === undefined ? {} : { sentence: error.sentence }) },
      text: error.message,
    };
    return { kind: "stopped", reason, failed: true };
  }
  const said = error instanceof Error ? error.message : String(error);
  const details = { reason: said };
  return {
    kind: "stopped",
    reason: { code: "step-failed", details, text: proof.reasons.stepDefect(details) },
    failed: true,
  };
}

export function journalReason(reason: string): StopReason {
  return { code: "journal", details: { reason }, text: proof.reasons.journalFailed({ reason }) };
}

/** Nothing was sent, or it may have been: the step looks again before it does anything, so it may be tried again. */
export function isPassing(error: unknown): boolean {
  if (!isOpsError(error)) return false;
  return (error.code === "unreachable" || error.code === "timed_out") && error.details?.sent !== undefined;
}
