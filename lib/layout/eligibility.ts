import type { NodeId } from "@/lib/cluster/node";
import type { Shard, Topology, TopologyNode } from "@/lib/cluster/topology";
import type { SelectionSummary } from "./slot-summary";

/**
 * Which shards may take a selection, and why the others may not: what a card says while something is dragged over it,
 * and what the menu says to the keyboard. It forbids only what the planner would refuse for certain; what the planner
 * would hold or note is said and let through, because planning is free.
 */
export type Refusal =
  | { readonly code: "viewer" }
  | { readonly code: "nobody-owns"; readonly slots: number }
  | { readonly code: "source-silent"; readonly index: number }
  | { readonly code: "target-failed" }
  | { readonly code: "target-silent"; readonly sinceMs: number }
  | { readonly code: "target-loading" }
  | { readonly code: "no-room"; readonly needsBytes: number; readonly freeBytes: number };

export type Caution =
  | { readonly code: "operation-runs"; readonly operationId: number }
  | { readonly code: "no-replica" }
  | { readonly code: "evicts"; readonly policy: string };

export type Eligibility =
  /** It owns all of the selection already. */
  | { readonly kind: "source"; readonly before: number; readonly after: number }
  | { readonly kind: "can"; readonly before: number; readonly after: number; readonly cautions: readonly Caution[] }
  | { readonly kind: "cannot"; readonly refusal: Refusal };

export type EligibilityInput = {
  readonly topology: Topology;
  readonly selection: SelectionSummary;
  /** Measured, not guessed: a guess must not forbid. */
  readonly bytes?: number | undefined;
  readonly mayOperate: boolean;
  /** An operation that writes to the cluster now. */
  readonly operationId?: number | undefined;
};

const nodeOf = (topology: Topology, id: NodeId): TopologyNode | undefined => topology.nodes.find((n) => n.id === id);

/** The shard of the selection whose owner does not answer: nothing can be read from it. */
function silentSource({ topology, selection }: EligibilityInput): number | undefined {
  return selection.owners.find(({ index }) => {
    const shard = topology.shards.find((s) => s.index === index);
    return shard && nodeOf(topology, shard.primaryId)?.answer.kind !== "answered";
  })?.index;
}

function refusalOf(shard: Shard, input: EligibilityInput): Refusal | undefined {
  const { topology, selection, bytes, mayOperate } = input;
  if (!mayOperate) return { code: "viewer" };
  const unowned = selection.owners.find(({ index }) => index === 0);
  if (unowned) return { code: "nobody-owns", slots: unowned.slots };
  const target = nodeOf(topology, shard.primaryId);
  if (!target || target.health === "fail") return { code: "target-failed" };
  if (target.answer.kind === "silent") return { code: "target-silent", sinceMs: target.answer.sinceMs };
  const silent = silentSource(input);
  if (silent !== undefined) return { code: "source-silent", index: silent };
  if (target.stats?.loading) return { code: "target-loading" };
  const { maxBytes = 0, usedBytes = 0 } = target.stats ?? {};
  const freeBytes = maxBytes - usedBytes;
  if (maxBytes > 0 && bytes !== undefined && bytes > freeBytes)
    return { code: "no-room", needsBytes: bytes, freeBytes: Math.max(0, freeBytes) };
  return undefined;
}

function cautionsOf(shard: Shard, { topology, operationId }: EligibilityInput): Caution[] {
  const answering = shard.replicaIds.filter((id) => nodeOf(topology, id)?.answer.kind === "answered");
  const stats = nodeOf(topology, shard.primaryId)?.stats;
  const evicts = stats && stats.maxBytes > 0 && stats.maxPolicy !== "noeviction";
  return [
    ...(operationId === undefined ? [] : [{ code: "operation-runs", operationId } as const]),
    ...(answering.length > 0 ? [] : [{ code: "no-replica" } as const]),
    ...(evicts ? [{ code: "evicts", policy: stats.maxPolicy } as const] : []),
  ];
}

export function eligibilityOf(shard: Shard, input: EligibilityInput): Eligibility {
  const { selection, mayOperate } = input;
  const own = selection.owners.find(({ index }) => index === shard.index)?.slots ?? 0;
  const before = shard.slots;
  if (mayOperate && own > 0 && own === selection.slots) return { kind: "source", before, after: before - own };
  const refusal = refusalOf(shard, input);
  if (refusal) return { kind: "cannot", refusal };
  return { kind: "can", before, after: before + selection.slots - own, cautions: cautionsOf(shard, input) };
}

/** How many slots make two shards even; a tenth of the giver when it has not more than the taker. */
export function evenOut(giver: number, taker: number): number {
  const half = Math.floor((giver - taker) / 2);
  return half > 0 ? half : Math.max(1, Math.floor(giver / 10));
}
