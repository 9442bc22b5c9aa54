import { type ClusterNode, hasAddress, inHandshake, isPrimary, isReplica, mark } from "./cluster-node";
import type { ClusterCore } from "./core";
import type { Election } from "./election";
import { FAIL, HANDSHAKE, MYSELF, NO_ADDRESS, NO_FAILOVER, PFAIL } from "./flags";
import type { Health } from "./health";
import { endManualIfLate, stepManual } from "./manual";
import { migrateReplica } from "./replica-migration";
import { follow } from "./roles";

const LEAST_HANDSHAKE_MS = 1000;
const PING_EVERY_TICKS = 10;
const PING_TRIES = 5;

/** What comes ten times a second: links, pings, silence, failover. */
export class Cron {
  readonly #election: Election;
  readonly #health: Health;
  #ticks = 0;

  constructor(election: Election, health: Health) {
    this.#election = election;
    this.#health = health;
  }

  tick(core: ClusterCore): void {
    const { state } = core;
    this.#ticks++;
    updateMyself(core);
    keepLinks(core);
    if (this.#ticks % PING_EVERY_TICKS === 0) pingQuietest(core);
    const isNewlySilent = judgeSilence(core);
    followIfApart(core);
    endManualIfLate(core);
    this.#election.listen(core);
    if (isReplica(state.myself)) {
      stepManual(core);
      this.#election.step(core);
      migrateReplica(core);
    }
    if (isNewlySilent || !state.isOk) this.#health.update(core);
  }
}

/** The configuration may have changed. */
export function updateMyself({ state, settings }: ClusterCore): void {
  const { myself } = state;
  const hostname = settings.announcedHostname;
  const flags = settings.forbidsFailover ? myself.flags | NO_FAILOVER : myself.flags & ~NO_FAILOVER;
  if (hostname !== myself.hostname || flags !== myself.flags) state.owe("save");
  myself.hostname = hostname;
  myself.flags = flags;
  myself.port = settings.announcedPort;
  myself.busPort = settings.announcedBusPort;
  if (settings.announcedIp) myself.ip = settings.announcedIp;
}

function keepLinks(core: ClusterCore): void {
  const { state, bus, settings } = core;
  const handshakeMs = Math.max(LEAST_HANDSHAKE_MS, settings.timeoutMs);
  bus.closeStrangers(handshakeMs);
  for (const node of [...state.nodes.values()]) {
    bus.closeIfFull(node.link);
    bus.closeIfFull(node.inbound);
    if ((node.flags & (MYSELF | NO_ADDRESS)) !== 0) continue;
    if (inHandshake(node) && state.nowMs - node.createdMs > handshakeMs) {
      bus.closeAll(node);
      state.remove(node);
    } else if (!node.link) bus.dial(node);
  }
}

/** Of five by chance, the one whose last pong is oldest: a large cluster is not pinged by all at once. */
function pingQuietest({ state, bus, parts }: ClusterCore): void {
  const nodes = [...state.nodes.values()];
  const chance = parts.world.randomBytes(PING_TRIES * 4);
  let quietest: ClusterNode | undefined;
  for (let at = 0; at < PING_TRIES; at++) {
    const node = nodes[chance.readUInt32LE(at * 4) % nodes.length] as ClusterNode;
    if (!node.link || node.pingSentMs !== undefined || (node.flags & (MYSELF | HANDSHAKE)) !== 0) continue;
    if (!quietest || (node.pongMs ?? -Infinity) < (quietest.pongMs ?? -Infinity)) quietest = node;
  }
  if (quietest) bus.ping(quietest.link, "ping");
}

/** Pings whom it has not heard of for half the timeout; who does not answer for the whole is PFAIL. True: somebody newly is. */
function judgeSilence({ state, bus, settings, parts }: ClusterCore): boolean {
  const { timeoutMs } = settings;
  const { manual, myself, nowMs } = state;
  let isNewlySilent = false;
  for (const node of state.nodes.values()) {
    if ((node.flags & (MYSELF | NO_ADDRESS | HANDSHAKE)) !== 0) continue;
    const waitedMs = nowMs - (node.pingSentMs ?? nowMs);
    const unheardMs = nowMs - (node.heardMs ?? -Infinity);
    const isStale = waitedMs > timeoutMs / 2 && unheardMs > timeoutMs / 2;
    // A link that has lived and does not bring the pong may be dead though nobody closed it: another is dialled.
    if (node.link && nowMs - node.link.createdMs > timeoutMs && isStale) bus.close(node.link);
    if (node.link && node.pingSentMs === undefined && nowMs - (node.pongMs ?? -Infinity) > timeoutMs / 2) {
      bus.ping(node.link, "ping");
      continue;
    }
    if (manual.endMs !== undefined && isPrimary(myself) && manual.replica === node && node.link) {
      bus.ping(node.link, "ping");
      continue;
    }
    if (node.pingSentMs === undefined || Math.min(waitedMs, unheardMs) <= timeoutMs) continue;
    if ((node.flags & (PFAIL | FAIL)) !== 0) continue;
    parts.world.log("debug", `*** NODE ${node.id} possibly failing`);
    mark(node, PFAIL);
    isNewlySilent = true;
  }
  return isNewlySilent;
}

/** A replica that started, and knew no address of its primary then. */
function followIfApart(core: ClusterCore): void {
  const { myself } = core.state;
  const { primary } = myself;
  if (!isReplica(myself) || !primary || core.parts.replication.primary || !hasAddress(primary) || !primary.ip) return;
  follow(core, primary);
}
