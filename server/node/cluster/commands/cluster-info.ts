import { hasFailed, isSilent } from "../cluster-node";
import type { ClusterCore } from "../core";
import { type FrameKind, KINDS } from "../frame";

/** The lines of CLUSTER INFO. */
export function clusterInfo({ state, bus }: ClusterCore): readonly string[] {
  let assigned = 0;
  let failed = 0;
  let silent = 0;
  for (const node of state.nodes.values()) {
    assigned += node.slots.count;
    if (hasFailed(node)) failed += node.slots.count;
    else if (isSilent(node)) silent += node.slots.count;
  }
  return [
    `cluster_state:${state.isOk ? "ok" : "fail"}`,
    `cluster_slots_assigned:${assigned}`,
    `cluster_slots_ok:${assigned - failed - silent}`,
    `cluster_slots_pfail:${silent}`,
    `cluster_slots_fail:${failed}`,
    `cluster_known_nodes:${state.nodes.size}`,
    `cluster_size:${state.size}`,
    `cluster_current_epoch:${state.currentEpoch}`,
    `cluster_my_epoch:${state.epochOf(state.myself)}`,
    ...counts(bus.sent, "sent"),
    ...counts(bus.received, "received"),
    `total_cluster_links_buffer_limit_exceeded:${bus.exceeded}`,
  ];
}

function counts(of: ReadonlyMap<FrameKind, number>, way: "sent" | "received"): readonly string[] {
  const lines: string[] = [];
  let total = 0;
  for (const kind of KINDS) {
    const count = of.get(kind) ?? 0;
    total += count;
    if (count > 0) lines.push(`cluster_stats_messages_${kind}_${way}:${count}`);
  }
  return [...lines, `cluster_stats_messages_${way}:${total}`];
}
