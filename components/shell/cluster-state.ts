import type { Tone } from "@/components/ui/chip";
import { countSlots, SLOT_COUNT } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import type { ClusterSummary, Environment } from "@/lib/wire/clusters";

export const stateTone: Readonly<Record<Topology["state"], Tone>> = {
  ok: "ok",
  degraded: "warn",
  down: "bad",
  unknown: "quiet",
};

export const environmentColor: Readonly<Record<Environment, string>> = {
  production: "var(--env-production)",
  staging: "var(--env-staging)",
  sandbox: "var(--env-sandbox)",
};

/** Slots that a primary serves now. */
export function servedSlots(topology: Topology): number {
  return SLOT_COUNT - countSlots(topology.uncovered) - countSlots(topology.unserved);
}

/** down while some slots are still served is "down in part". */
export const isPartly = (topology: Topology): boolean => topology.state === "down" && servedSlots(topology) > 0;

export function isPartlyBySummary(summary: ClusterSummary): boolean {
  return summary.state === "down" && summary.ribbon.some((shard) => shard.served && countSlots(shard.ranges) > 0);
}

/** Primaries that own slots and are failed or silent. */
export function lostPrimaries(topology: Topology): number {
  const nodes = new Map(topology.nodes.map((node) => [node.id, node]));
  return topology.shards.filter((shard) => {
    const primary = nodes.get(shard.primaryId);
    return shard.slots > 0 && (!primary || primary.health === "fail" || primary.answer.kind === "silent");
  }).length;
}
