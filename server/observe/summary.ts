import type { Finding, Severity } from "@/lib/cluster/finding";
import { intersectRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import type { ClusterSummary } from "@/lib/wire/clusters";
import type { ClusterRecord } from "@/server/clusters/registry";

export type SummaryInput = {
  readonly record: ClusterRecord;
  readonly topology: Topology | undefined;
  readonly findings: readonly Finding[];
  readonly operation: ClusterSummary["operation"] | undefined;
};

/** The card of a cluster. Figures are sums over the nodes that answer; keys count each shard once. */
export function summarize({ record, topology, findings, operation }: SummaryInput): ClusterSummary {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const nodes = topology?.nodes ?? [];
  const readings = nodes.flatMap((node) => (node.answer.kind === "answered" && node.stats ? [node.stats] : []));
  const sum = (of: (reading: (typeof readings)[number]) => number) =>
    readings.reduce((total, one) => total + of(one), 0);
  const newest = nodes.find((node) => node.stats?.version)?.stats;
  const counted = topology?.shards.filter((shard) => shard.keys !== undefined) ?? [];
  return {
    id: record.id,
    name: record.name,
    environment: record.environment,
    ...(newest ? { engine: newest.engine, version: newest.version } : {}),
    state: topology?.state ?? "unknown",
    findings: { bad: count("bad"), warn: count("warn"), note: count("note") },
    nodesAnswering: topology?.agreement.answering ?? 0,
    nodesKnown: topology?.agreement.known ?? 0,
    ...(readings.length > 0 ? { opsPerSec: sum((one) => one.opsPerSec), usedBytes: sum((one) => one.usedBytes) } : {}),
    ...(counted.length > 0 ? { keys: counted.reduce((total, shard) => total + (shard.keys ?? 0), 0) } : {}),
    ribbon:
      topology?.shards.map((shard) => ({
        index: shard.index,
        ranges: shard.ranges,
        served: intersectRanges(shard.ranges, topology.unserved).length === 0,
      })) ?? [],
    ...(operation ? { operation } : {}),
    hasSecrets: record.hasSecrets,
    tls: record.tls,
  };
}
