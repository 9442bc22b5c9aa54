import { type ClusterNode, goodReplicas, hasFailed, isPrimary, isReplica } from "./cluster-node";
import type { ClusterCore } from "./core";
import { FAIL, HANDSHAKE, MIGRATE_TO, MYSELF, NO_ADDRESS, PFAIL } from "./flags";
import { follow } from "./roles";

/** A primary must have stood alone so long before a replica moves to it. */
const ORPHANED_MS = 5000;

/**
 * A primary that had replicas and lost them all gets one of the shard that has most. The replica with the lowest ID goes; each
 * decides that for itself, and the barrier keeps so many at home.
 */
export function migrateReplica(core: ClusterCore): void {
  const { state, settings, parts } = core;
  const { myself } = state;
  if (!isReplica(myself) || !settings.allowsReplicaMigration) return;
  const { orphans, most } = survey(core);
  const home = myself.primary;
  if (orphans === 0 || most < 2 || !home || hasFailed(home) || goodReplicas(home) !== most || !state.isOk) return;
  const here = home.replicas.filter((replica) => (replica.flags & (FAIL | PFAIL)) === 0).length;
  if (here <= settings.migrationBarrier) return;
  const { target, candidate } = choose(core, most);
  if (!target || candidate !== myself || state.nowMs - (target.orphanedMs ?? state.nowMs) <= ORPHANED_MS) return;
  parts.world.log("warning", `Migrating to orphaned master ${target.id}`);
  follow(core, target);
  state.owe("save", "update");
}

function survey({ state }: ClusterCore): { readonly orphans: number; readonly most: number } {
  let orphans = 0;
  let most = 0;
  for (const node of state.nodes.values()) {
    if ((node.flags & (MYSELF | NO_ADDRESS | HANDSHAKE)) !== 0 || !isPrimary(node) || hasFailed(node)) continue;
    const good = goodReplicas(node);
    if (good === 0 && node.slots.count > 0 && (node.flags & MIGRATE_TO) !== 0) orphans++;
    most = Math.max(most, good);
  }
  return { orphans, most };
}

function choose(
  { state }: ClusterCore,
  most: number,
): { readonly target: ClusterNode | undefined; readonly candidate: ClusterNode } {
  let target: ClusterNode | undefined;
  let candidate = state.myself;
  for (const node of state.nodes.values()) {
    const good = isPrimary(node) ? goodReplicas(node) : 0;
    if (isPrimary(node) && !hasFailed(node) && (node.flags & MIGRATE_TO) !== 0 && good === 0) {
      if (!target && node.slots.count > 0) target = node;
      node.orphanedMs ??= state.nowMs;
    } else node.orphanedMs = undefined;
    if (good === most) for (const replica of node.replicas) if (replica.id < candidate.id) candidate = replica;
  }
  return { target, candidate };
}
