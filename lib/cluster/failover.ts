import type { TimelineEntry } from "@/lib/wire/live";
import type { NodeId } from "./node";
import type { Topology } from "./topology";

/**
 * A failover as the console saw it, from its timeline: each step with the time at which a view first showed it. The
 * times are late by up to one heartbeat, never early; a step that was not seen is left without a time, not guessed.
 */
export const failoverSteps = ["silent", "pfail", "fail", "promoted", "converged", "returned"] as const;
export type FailoverStepCode = (typeof failoverSteps)[number];
export type FailoverStep = {
  readonly code: FailoverStepCode;
  readonly atMs: number | undefined;
  /** Since the first step that was seen. */
  readonly sinceStartMs: number | undefined;
  readonly sincePreviousMs: number | undefined;
};
export type Failover = {
  readonly shardIndex: number;
  readonly oldPrimary: NodeId;
  readonly newPrimary: NodeId | undefined;
  readonly startedMs: number;
  readonly steps: readonly FailoverStep[];
  readonly ended: boolean;
};

/** How long after its end a failover is still worth showing. */
const SHOWN_MS = 10 * 60_000;

export function failoverOf(
  topology: Topology,
  timeline: readonly TimelineEntry[],
  nowMs: number,
): Failover | undefined {
  const entries = [...timeline].sort((a, b) => a.seq - b.seq);
  const subject = lastPrimaryInTrouble(topology, entries);
  if (!subject) return undefined;
  const { id, from } = subject;
  const after = entries.filter((entry) => entry.seq >= from.seq);
  const promotion = after.find((entry) => entry.code === "promoted" && entry.nodeIds.includes(id));
  const times: Record<FailoverStepCode, number | undefined> = {
    silent: after.find((entry) => entry.code === "node-silent" && entry.nodeIds[0] === id)?.atMs,
    pfail: after.find((entry) => entry.code === "pfail" && entry.nodeIds[0] === id)?.atMs,
    fail: after.find((entry) => entry.code === "fail" && entry.nodeIds[0] === id)?.atMs,
    promoted: promotion?.atMs,
    converged: promotion && convergedMs(topology, after, promotion),
    returned: after.find((entry) => entry.code === "demoted" && entry.nodeIds[0] === id)?.atMs,
  };
  const startedMs = Math.min(...Object.values(times).filter((ms) => ms !== undefined));
  const last = Math.max(...Object.values(times).filter((ms) => ms !== undefined));
  const ended = times.returned !== undefined && times.converged !== undefined;
  if (ended && nowMs - last > SHOWN_MS) return undefined;
  const shard = topology.shards.find(
    (s) => s.primaryId === id || s.replicaIds.includes(id) || s.formerIds?.includes(id),
  );
  return {
    shardIndex: shard?.index ?? 0,
    oldPrimary: id,
    newPrimary: promotion?.nodeIds.find((other) => other !== id),
    startedMs,
    steps: stepsOf(times, startedMs),
    ended,
  };
}

function lastPrimaryInTrouble(
  topology: Topology,
  entries: readonly TimelineEntry[],
): { id: NodeId; from: TimelineEntry } | undefined {
  const promotion = entries.findLast((entry) => entry.code === "promoted" && entry.nodeIds.length > 1);
  const dead = topology.nodes.find(
    (node) =>
      node.role === "primary" && node.ranges.length > 0 && (node.health === "fail" || node.answer.kind === "silent"),
  );
  const id = dead?.id ?? promotion?.nodeIds[1];
  if (!id) return undefined;
  const until = dead ? Infinity : (promotion?.seq ?? Infinity);
  const signs = new Set(["node-silent", "pfail", "fail"]);
  const answered = entries.findLast((e) => e.seq < until && e.code === "node-answers" && e.nodeIds[0] === id)?.seq ?? 0;
  const from =
    entries.find((e) => e.seq > answered && e.seq <= until && signs.has(e.code) && e.nodeIds[0] === id) ??
    (dead ? undefined : promotion);
  return from && { id, from };
}

function convergedMs(
  topology: Topology,
  after: readonly TimelineEntry[],
  promotion: TimelineEntry,
): number | undefined {
  const differed = after.filter((e) => e.seq >= promotion.seq && e.code === "views-differ");
  if (differed.length === 0)
    return topology.agreement.agree === topology.agreement.answering ? promotion.atMs : undefined;
  return after.find((e) => e.seq > (differed[0]?.seq ?? 0) && e.code === "views-agree")?.atMs;
}

function stepsOf(times: Readonly<Record<FailoverStepCode, number | undefined>>, startedMs: number): FailoverStep[] {
  let previous: number | undefined;
  return failoverSteps.map((code) => {
    const atMs = times[code];
    const step = {
      code,
      atMs,
      sinceStartMs: atMs === undefined ? undefined : atMs - startedMs,
      sincePreviousMs: atMs === undefined || previous === undefined ? undefined : atMs - previous,
    };
    if (atMs !== undefined) previous = atMs;
    return step;
  });
}
