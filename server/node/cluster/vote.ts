import { type ClusterNode, hasFailed, isPrimary, isReplica } from "./cluster-node";
import type { ClusterCore } from "./core";
import { FORCE_ACK, type Head } from "./frame";
import { slotsOf } from "./slot-bits";

/** Twice the node timeout lies between two votes for replicas of the same primary: the first must have time to tell. */
const VOTES_APART_TIMEOUTS = 2;

/**
 * A replica asks to take its primary's place. A primary with slots says yes at most once an epoch, only for a primary that has
 * failed (or where an operator said so), and only if it knows of no later claim to a slot. The vote is on disk before it is sent.
 */
export function vote(core: ClusterCore, replica: ClusterNode, request: Head): void {
  const { state, parts, bus } = core;
  if (isReplica(state.myself) || state.myself.slots.count === 0) return;
  const refusal = refusalOf(core, replica, request);
  if (refusal !== undefined || !replica.primary) {
    parts.world.log("warning", `Failover auth denied to ${replica.id}: ${refusal}`);
    return;
  }
  state.lastVoteEpoch = state.currentEpoch;
  replica.primary.votedMs = state.nowMs;
  state.owe("save");
  bus.send(replica.link, { kind: "auth-ack" });
  parts.world.log("warning", `Failover auth granted to ${replica.id} for epoch ${state.currentEpoch}`);
}

function refusalOf({ state, settings }: ClusterCore, replica: ClusterNode, request: Head): string | undefined {
  const { currentEpoch } = state;
  if (request.currentEpoch < currentEpoch) return `reqEpoch (${request.currentEpoch}) < curEpoch(${currentEpoch})`;
  if (state.lastVoteEpoch === currentEpoch) return `already voted for epoch ${currentEpoch}`;
  if (isPrimary(replica)) return "it is a master node";
  if (!replica.primary) return "I don't know its master";
  if (!hasFailed(replica.primary) && (request.marks & FORCE_ACK) === 0) return "its master is up";
  const apartMs = settings.timeoutMs * VOTES_APART_TIMEOUTS;
  const sinceMs = state.nowMs - (replica.primary.votedMs ?? -Infinity);
  if (sinceMs < apartMs) return `can't vote about this master before ${Math.ceil(apartMs - sinceMs)} milliseconds`;
  for (const slot of slotsOf(request.slots)) {
    const owner = state.slots[slot];
    if (owner && !state.isFree(slot) && owner.configEpoch > request.configEpoch)
      return `slot ${slot} epoch (${owner.configEpoch}) > reqEpoch (${request.configEpoch})`;
  }
  return undefined;
}
