import type { Finding, Severity } from "@/lib/cluster/finding";
import { isActive } from "@/lib/operation";
import type { ClusterSummary } from "@/lib/wire/clusters";

/**
 * How much a finding weighs on the screen. Slots that an operation of ours is moving right now are open because they
 * should be: worth knowing, no trouble. The moment it stops, they weigh again what they weigh.
 */
export function weightOf(finding: Finding, operation: ClusterSummary["operation"]): Severity {
  const ours = operation !== undefined && isActive(operation.state);
  return finding.code === "slot-open" && finding.severity === "warn" && ours ? "note" : finding.severity;
}
