import { type ClusterNode, isPrimary, joinPrimary, leavePrimary, mark, unmark } from "./cluster-node";
import type { ClusterCore } from "./core";
import { MIGRATE_TO, PRIMARY, REPLICA } from "./flags";

/** A node is a primary from now on. The one it had may take replicas of others when it stands alone. */
export function makePrimary({ state }: ClusterCore, node: ClusterNode): void {
  if (isPrimary(node)) return;
  if (leavePrimary(node) && node !== state.myself) mark(node, MIGRATE_TO);
  unmark(node, REPLICA);
  mark(node, PRIMARY);
  state.owe("save", "update");
}

/** This node, which owns nothing, replicates another from now on. */
export function follow(core: ClusterCore, primary: ClusterNode): void {
  const { state, parts } = core;
  const { myself } = state;
  if (primary === myself || myself.slots.count > 0)
    throw new Error(`Node ${myself.id} cannot follow ${primary.id}: it owns ${myself.slots.count} slots.`);
  if (isPrimary(myself)) {
    unmark(myself, PRIMARY | MIGRATE_TO);
    mark(myself, REPLICA);
    state.migratingTo.clear();
    state.importingFrom.clear();
  } else leavePrimary(myself);
  joinPrimary(primary, myself);
  parts.replication.follow({ host: primary.ip, port: primary.port });
  endManual(core);
}

/** This node takes the place of its primary, with all its slots. Told to all after it is on disk. */
export function replacePrimary(core: ClusterCore): void {
  const { state, parts, bus } = core;
  const { myself } = state;
  const old = myself.primary;
  if (isPrimary(myself) || !old) return;
  makePrimary(core, myself);
  parts.replication.lead();
  for (let slot = 0; slot < state.slots.length; slot++) {
    if (state.slots[slot] !== old) continue;
    state.take(slot);
    state.give(slot, myself);
  }
  state.owe("save", "update");
  bus.pong("all");
  endManual(core);
}

/** No failover of an operator is under way any more; a primary that held back writes takes them again. */
export function endManual({ state, parts }: ClusterCore): void {
  const { manual } = state;
  if (manual.replica) parts.unpause();
  manual.endMs = undefined;
  manual.replica = undefined;
  manual.primaryOffset = undefined;
  manual.canStart = false;
}
