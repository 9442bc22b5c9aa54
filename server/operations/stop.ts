import type { StopReason } from "@/lib/operation";
import { proof } from "@/lib/words/en/proof";

export type Stop =
  /** By nobody known: asked in an earlier life of the console. */
  | { readonly what: "pause" | "cancel"; readonly by: string | undefined }
  | { readonly what: "close" }
  /** The window in which it may run is over. */
  | { readonly what: "window" };

/** A person overrules the end of a window, a cancel overrules a pause; the end of the console keeps either. */
export const overrules = (next: Stop, current: Stop | undefined): boolean =>
  current === undefined || next.what === "cancel" || (next.what === "pause" && current.what === "window");

export function userReason(kind: "user" | "cancelled", stop: Stop | undefined, more?: string): StopReason {
  const by = stop && "by" in stop ? stop.by : undefined;
  const said = by === undefined ? proof.reasons.askedBefore() : proof.reasons[kind]({ by });
  const text = [said, ...(more === undefined ? [] : [more])].join(" ");
  return { code: "user", details: by === undefined ? {} : { by }, text };
}

export const windowReason = (): StopReason => ({ code: "window-over", details: {}, text: proof.reasons.windowOver() });

export function endReason(kind: "neverBegun" | "clusterGone"): StopReason {
  return { code: "step-failed", details: {}, text: proof.reasons[kind]() };
}
