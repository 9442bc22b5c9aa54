import type { BusLink } from "./bus-link";
import type { ClusterNode } from "./cluster-node";
import type { ClusterCore } from "./core";
import { endManual } from "./roles";

const MANUAL_MS = 5000;
/** Writes stay back longer than the failover may take: the new primary must have told before they go on. */
const PAUSE_TIMES = 2;

/** On the primary: its replica asked to replace it. Writes wait, and it tells where it stopped. */
export function holdWrites(core: ClusterCore, replica: ClusterNode, link: BusLink): void {
  const { state, parts, bus } = core;
  endManual(core);
  state.manual.endMs = state.nowMs + MANUAL_MS;
  state.manual.replica = replica;
  parts.pause("write", state.nowMs + MANUAL_MS * PAUSE_TIMES);
  parts.world.log("warning", `Manual failover requested by replica ${replica.id}.`);
  bus.ping(link, "ping");
}

/** On the replica: an operator asked. How it goes on is step()'s; the caller says whether it waits for its primary. */
export function beginManual(core: ClusterCore): void {
  endManual(core);
  core.state.manual.endMs = core.state.nowMs + MANUAL_MS;
}

/** On the replica: it has all that its primary told before it stopped. */
export function stepManual({ state, parts }: ClusterCore): void {
  const { manual } = state;
  state.owed.manual = false;
  if (manual.endMs === undefined || manual.canStart || manual.primaryOffset === undefined) return;
  if (manual.primaryOffset !== parts.replication.offset) return;
  manual.canStart = true;
  parts.world.log("warning", "All master replication stream processed, manual failover can start.");
  state.owe("failover");
}

export function endManualIfLate(core: ClusterCore): void {
  const { endMs } = core.state.manual;
  if (endMs === undefined || endMs >= core.state.nowMs) return;
  core.parts.world.log("warning", "Manual failover timed out.");
  endManual(core);
}
