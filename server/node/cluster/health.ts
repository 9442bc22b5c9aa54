import { SLOT_COUNT } from "@/lib/cluster/slots";
import { type ClusterNode, hasFailed, isPrimary, isReplica, isSilent, mark, unmark } from "./cluster-node";
import type { ClusterCore } from "./core";
import { FAIL, PFAIL } from "./flags";
import type { ClusterState } from "./state";

/** Reports count for twice the node timeout; a primary that nobody replaced is taken back after as long. */
const VALID_TIMEOUTS = 2;
/** A primary that starts serves nothing at first: it may have been replaced while it was away. */
const WRITABLE_AFTER_MS = 2000;
const MOST_REJOIN_MS = 5000;
const LEAST_REJOIN_MS = 500;

export const quorumOf = (state: ClusterState): number => Math.floor(state.size / 2) + 1;

/** How many primaries say that the node is silent, and said so not too long ago. */
export function countReports({ state, settings }: ClusterCore, node: ClusterNode): number {
  const oldest = state.nowMs - settings.timeoutMs * VALID_TIMEOUTS;
  for (const [reporter, at] of node.reports) if (at < oldest) node.reports.delete(reporter);
  return node.reports.size;
}

/** PFAIL becomes FAIL when most primaries say so, this one among them. It is told to all at once. */
export function judgeFailing(core: ClusterCore, node: ClusterNode): void {
  const { state, bus, parts } = core;
  if (!isSilent(node) || hasFailed(node)) return;
  if (countReports(core, node) + (isPrimary(state.myself) ? 1 : 0) < quorumOf(state)) return;
  parts.world.log("notice", `Marking node ${node.id} as failing (quorum reached).`);
  markFailed(state, node);
  bus.broadcast({ kind: "fail", about: node.id });
}

export function markFailed(state: ClusterState, node: ClusterNode): void {
  unmark(node, PFAIL);
  mark(node, FAIL);
  node.failedMs = state.nowMs;
  state.owe("update", "save");
}

/** A node that has failed answers again. A primary with slots stays out for a while: it may have been replaced. */
export function forgiveIfDue({ state, settings, parts }: ClusterCore, node: ClusterNode): void {
  const isBare = isReplica(node) || node.slots.count === 0;
  const isDue = state.nowMs - (node.failedMs ?? -Infinity) > settings.timeoutMs * VALID_TIMEOUTS;
  if (!isBare && !isDue) return;
  const why = isBare
    ? `${isReplica(node) ? "replica" : "master without slots"} is reachable again.`
    : "is reachable again and nobody is serving its slots after some time.";
  parts.world.log("notice", `Clear FAIL state for node ${node.id}: ${why}`);
  unmark(node, FAIL);
  state.owe("update", "save");
}

/** Whether this node may serve: all slots owned by somebody who lives, and most primaries heard. */
export class Health {
  #firstMs: number | undefined;
  #amongFewMs = -Infinity;

  update({ state, settings, parts }: ClusterCore): void {
    state.owed.update = false;
    const { nowMs, myself } = state;
    this.#firstMs ??= nowMs;
    if (isPrimary(myself) && !state.isOk && nowMs - this.#firstMs < WRITABLE_AFTER_MS) return;
    const { size, heard } = countPrimaries(state);
    state.size = size;
    const hasMajority = heard >= quorumOf(state);
    if (!hasMajority) this.#amongFewMs = nowMs;
    const isOk = hasMajority && (!settings.needsFullCoverage || isCovered(state));
    if (isOk === state.isOk) return;
    const rejoinMs = Math.min(MOST_REJOIN_MS, Math.max(LEAST_REJOIN_MS, settings.timeoutMs));
    if (isOk && isPrimary(myself) && nowMs - this.#amongFewMs < rejoinMs) return;
    state.isOk = isOk;
    parts.world.log("warning", `Cluster state changed: ${isOk ? "ok" : "fail"}`);
  }
}

function countPrimaries(state: ClusterState): { readonly size: number; readonly heard: number } {
  let size = 0;
  let heard = 0;
  for (const node of state.nodes.values()) {
    if (!isPrimary(node) || node.slots.count === 0) continue;
    size++;
    if ((node.flags & (FAIL | PFAIL)) === 0) heard++;
  }
  return { size, heard };
}

function isCovered(state: ClusterState): boolean {
  for (let slot = 0; slot < SLOT_COUNT; slot++) {
    const owner = state.slots[slot];
    if (!owner || hasFailed(owner)) return false;
  }
  return true;
}
