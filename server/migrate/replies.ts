import type { NodeId } from "@/lib/cluster/node";
import type { Slot } from "@/lib/cluster/slots";
import type { StopReason } from "@/lib/operation";
import { stop, Trouble } from "./stop";

/**
 * What an error reply means for the move (FAULTS 23). One table, first match wins.
 *
 * again     passes by itself, or somebody else is primary now: look who is who, wait if need be, read back, go on
 * conflict  a key is on both sides (conflicts.ts decides)
 * unknown   MIGRATE did part of its work, nobody knows which: list again
 * stop      a person must do something first
 *
 * MIGRATE wraps what the target said: `ERR Target instance replied with error: OOM command not allowed …`.
 */
export type Verdict =
  | { readonly kind: "again" | "conflict" | "unknown"; readonly text: string }
  | { readonly kind: "stop"; readonly text: string; readonly code: StopReason["code"] };

type Row = readonly [pattern: RegExp, kind: Verdict["kind"], code?: StopReason["code"]];

const rows: readonly Row[] = [
  [/^BUSYKEY|Target key name already exists/, "conflict"],
  [/^IOERR/, "unknown"],
  [/^(LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|NOREPLICAS|UNBLOCKED|NOGOODSLAVE|BUSYLOADING)\b/, "again"],
  [/^(READONLY|MOVED|ASK)\b/, "again"],
  [/SETSLOT only with (masters|primaries)/i, "again"],
  [/not the owner of hash ?slot|already the owner of hash ?slot/i, "again"],
  [/(unknown|don't know about) node/i, "again"],
  [/target node is not a (master|primary)/i, "again"],
  [/still hold keys for this hash ?slot/i, "again"],
  [/pending trim job/, "again"],
  [/Slot (export|import) in progress|active atomic slot migration/, "stop", "foreign-change"],
  [/^OOM\b/, "stop", "memory"],
  [/^MISCONF\b/, "stop", "memory"],
];

const WRAPPED = /Target instance replied with error: (?:ERR )?(.*)$/s;

export function judgeReply(text: string): Verdict {
  const said = WRAPPED.exec(text)?.[1] ?? text.replace(/^ERR /, "");
  for (const [pattern, kind, code] of rows) {
    if (!pattern.test(said)) continue;
    return kind === "stop" ? { kind, text: said, code: code ?? "step-failed" } : { kind, text: said };
  }
  return { kind: "stop", text: said, code: "step-failed" };
}

/** A MIGRATE may fail because of what the target said. */
export function isFromTarget(text: string): boolean {
  return WRAPPED.test(text);
}

/** The error to throw for a refusal that no caller handles in another way. */
export function refusal(text: string, nodeId: NodeId, slot: Slot): Error {
  const verdict = judgeReply(text);
  if (verdict.kind !== "stop") return new Trouble(verdict.text, nodeId);
  const details = { node: nodeId, slot, reason: verdict.text };
  return verdict.code === "memory"
    ? stop("memory", "targetFull", details, { nodeId, slot })
    : stop(verdict.code, "refused", details, { nodeId, slot });
}
