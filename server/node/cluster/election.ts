import { type ClusterNode, hasFailed, isPrimary } from "./cluster-node";
import type { ClusterCore } from "./core";
import { NO_FAILOVER } from "./flags";
import { FORCE_ACK } from "./frame";
import { quorumOf } from "./health";
import { replacePrimary } from "./roles";

const LEAST_AUTH_MS = 2000;
/** Before it stands, a replica waits so long, so that FAIL has reached all; and a second more for each that has more data. */
const FIXED_DELAY_MS = 500;
const CHANCE_DELAY_MS = 500;
const RANK_DELAY_MS = 1000;
const RELOG_MS = 300_000;
const QUIET_MS = 5000;

const REASONS = {
  age: "Disconnected from master for longer than allowed. Please check the 'cluster-replica-validity-factor' configuration option.",
  delay: "Waiting the delay before I can start a new failover.",
  halted:
    "What my master told could not be done here, so my data is older than it looks. CLUSTER FAILOVER FORCE or TAKEOVER makes me a master all the same.",
  expired: "Failover attempt expired.",
  votes: "Waiting for votes, but majority still not reached.",
} as const;
type Reason = keyof typeof REASONS;

/**
 * A replica's way to its primary's place:
 *
 *   1. The primary has FAILed (a majority says so), or an operator asked. The data is not too old.
 *   2. A delay, longer the more of its siblings have more data. It tells them how much it has itself.
 *   3. A new epoch, and a request to all. Primaries vote once an epoch.
 *   4. A majority of votes in time: it takes the epoch as its own and claims the slots. Else it tries again after
 *      twice the time.
 */
export class Election {
  #startsMs: number | undefined;
  #votes = 0;
  #hasAsked = false;
  #rank = 0;
  #epoch = 0;
  /** Of the primary's data stream; kept here, for the link forgets it when it goes down. */
  #heardMs: number | undefined;
  #reason: Reason | undefined;
  #loggedMs = -Infinity;

  /** A primary's yes. */
  count({ state }: ClusterCore, epoch: number): void {
    if (epoch < this.#epoch || !this.#hasAsked) return;
    this.#votes++;
    state.owe("failover");
  }

  /** Every tick: how old the data is. */
  listen({ parts, state }: ClusterCore): void {
    if (isPrimary(state.myself)) this.#heardMs = undefined;
    else this.#heardMs = parts.replication.lastHeardMs ?? this.#heardMs;
  }

  step(core: ClusterCore): void {
    const { state } = core;
    const { manual } = state;
    state.owed.failover = false;
    const isManual = manual.endMs !== undefined && manual.canStart;
    if (!mayStand(core, isManual)) {
      this.#reason = undefined;
      return;
    }
    const next = (isManual ? undefined : this.#whyUnfit(core)) ?? this.#next(core);
    if (next === "schedule") this.#schedule(core);
    else if (next === "ask") this.#ask(core);
    else if (next === "win") this.#win(core);
    else this.#cannot(core, next);
  }

  #whyUnfit(core: ClusterCore): Reason | undefined {
    if (core.parts.replication.halted !== undefined) return "halted";
    return this.#isTooOld(core) ? "age" : undefined;
  }

  #next(core: ClusterCore): "schedule" | "ask" | "win" | Reason {
    const { state, settings } = core;
    const authMs = Math.max(LEAST_AUTH_MS, settings.timeoutMs * 2);
    if (this.#startsMs === undefined || state.nowMs - this.#startsMs > authMs * 2) return "schedule";
    if (!this.#hasAsked && state.manual.endMs === undefined) this.#postpone(core);
    if (state.nowMs < this.#startsMs) return "delay";
    if (state.nowMs - this.#startsMs > authMs) return "expired";
    if (!this.#hasAsked) return "ask";
    return this.#votes < quorumOf(state) ? "votes" : "win";
  }

  #win(core: ClusterCore): void {
    const { state, parts } = core;
    parts.world.log("warning", "Failover election won: I'm the new master.");
    if (state.myself.configEpoch < this.#epoch) {
      state.myself.configEpoch = this.#epoch;
      parts.world.log("warning", `configEpoch set to ${this.#epoch} after successful failover`);
    }
    this.#startsMs = undefined;
    this.#hasAsked = false;
    replacePrimary(core);
  }

  #isTooOld({ parts, state, settings }: ClusterCore): boolean {
    const { validityFactor, timeoutMs, replicaPingMs } = settings;
    if (validityFactor === 0) return false;
    const heardMs = parts.replication.lastHeardMs ?? this.#heardMs ?? -Infinity;
    const silentMs = state.nowMs - heardMs;
    const ageMs = silentMs > timeoutMs ? silentMs - timeoutMs : silentMs;
    return ageMs > replicaPingMs + timeoutMs * validityFactor;
  }

  #schedule(core: ClusterCore): void {
    const { state, parts, bus } = core;
    const isManual = state.manual.endMs !== undefined;
    this.#rank = isManual ? 0 : rankOf(core);
    const chance = parts.world.randomBytes(2).readUInt16LE() % CHANCE_DELAY_MS;
    const delayMs = isManual ? 0 : FIXED_DELAY_MS + chance + this.#rank * RANK_DELAY_MS;
    this.#startsMs = state.nowMs + delayMs;
    this.#votes = 0;
    this.#hasAsked = false;
    if (isManual) state.owe("failover");
    const why = `(rank #${this.#rank}, offset ${parts.replication.offset})`;
    parts.world.log("warning", `Start of election delayed for ${delayMs} milliseconds ${why}.`);
    bus.pong("replicas");
  }

  /** Siblings have told meanwhile that they have more. */
  #postpone(core: ClusterCore): void {
    const rank = rankOf(core);
    if (rank <= this.#rank || this.#startsMs === undefined) return;
    const addedMs = (rank - this.#rank) * RANK_DELAY_MS;
    this.#startsMs += addedMs;
    this.#rank = rank;
    core.parts.world.log("warning", `Replica rank updated to #${rank}, added ${addedMs} milliseconds of delay.`);
  }

  #ask({ state, bus, parts }: ClusterCore): void {
    state.currentEpoch++;
    this.#epoch = state.currentEpoch;
    this.#hasAsked = true;
    parts.world.log("warning", `Starting a failover election for epoch ${this.#epoch}.`);
    bus.broadcast({ kind: "auth-req" }, state.manual.endMs === undefined ? 0 : FORCE_ACK);
    state.owe("save", "update");
  }

  #cannot({ state, settings, parts }: ClusterCore, reason: Reason): void {
    if (reason === this.#reason && state.nowMs - this.#loggedMs < RELOG_MS) return;
    this.#reason = reason;
    const primary = state.myself.primary;
    const failedFor = state.nowMs - (primary?.failedMs ?? -Infinity);
    if (primary && hasFailed(primary) && failedFor < settings.timeoutMs + QUIET_MS) return;
    this.#loggedMs = state.nowMs;
    parts.world.log("warning", `Currently unable to failover: ${REASONS[reason]}`);
  }
}

function mayStand({ state, settings }: ClusterCore, isManual: boolean): boolean {
  const { primary } = state.myself;
  if (isPrimary(state.myself) || !primary || primary.slots.count === 0) return false;
  return isManual || (hasFailed(primary) && !settings.forbidsFailover);
}

/** How many siblings have more data. */
function rankOf({ state, parts }: ClusterCore): number {
  const siblings: readonly ClusterNode[] = state.myself.primary?.replicas ?? [];
  const { offset } = parts.replication;
  return siblings.filter(
    (sibling) => sibling !== state.myself && (sibling.flags & NO_FAILOVER) === 0 && sibling.offset > offset,
  ).length;
}
