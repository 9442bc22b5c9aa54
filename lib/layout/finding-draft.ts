import type { Finding } from "@/lib/cluster/finding";
import type { Topology } from "@/lib/cluster/topology";
import type { WishDraft } from "@/lib/wire/wizard-link";

/** The wizard that mends a finding, filled in as far as the picture tells. Undefined: no verb of ours mends it. */
export function findingDraft(finding: Finding, topology: Topology): WishDraft | undefined {
  if (finding.verb === "fix") return { verb: "fix", ...(finding.ranges.length > 0 ? { ranges: finding.ranges } : {}) };
  const [first] = finding.nodeIds;
  if (!first) return undefined;
  switch (finding.verb) {
    case "failover": {
      const shard = topology.shards.find((one) => finding.nodeIds.includes(one.primaryId));
      const heirs = topology.nodes.filter(
        (node) => shard?.replicaIds.includes(node.id) && node.answer.kind === "answered" && node.health === "ok",
      );
      const [best] = heirs.sort((a, b) => (a.stats?.lagBytes ?? Infinity) - (b.stats?.lagBytes ?? Infinity));
      const primary = topology.nodes.find((node) => node.id === shard?.primaryId);
      const lost = primary?.answer.kind !== "answered" || primary.health === "fail";
      return best && { verb: "failover", replicaId: best.id, mode: lost ? "force" : "default" };
    }
    case "reshard":
      return { verb: "reshard", target: first };
    case "add-node":
      return { verb: "add-node", role: "replica", primaryId: first };
    case "replicate": {
      const replica = finding.nodeIds.find((id) => topology.nodes.find((node) => node.id === id)?.role === "replica");
      return replica && { verb: "replicate", nodeId: replica };
    }
    default:
      return undefined;
  }
}
