import type { World } from "../world";
import { type ClusterNode, hasAddress, inHandshake, isPrimary, isSilent, unmark } from "./cluster-node";
import type { ClusterCore } from "./core";
import { FAIL, HANDSHAKE, MEET, MIGRATE_TO, MYSELF, NO_ADDRESS, PFAIL } from "./flags";
import type { Gossip } from "./frame";
import { judgeFailing } from "./health";
import type { ClusterState } from "./state";

/** Nodes that gossip names: a tenth of all, at least three. */
const LEAST_NAMED = 3;
/** Clocks of nodes differ; a pong from further in the future is not believed. */
const CLOCK_SKEW_MS = 500;
/** A cluster has a thousand nodes at most; one node alone must not fill the table of another. */
export const MOST_NODES = 4096;

/** Some nodes by chance, and all that are silent: a majority must hear of these soon. */
export function chooseGossip(state: ClusterState, receiver: ClusterNode | undefined, world: World): readonly Gossip[] {
  const silent: ClusterNode[] = [];
  const others: ClusterNode[] = [];
  for (const node of state.nodes.values()) {
    if (node === state.myself || node === receiver || inHandshake(node) || !hasAddress(node)) continue;
    if (isSilent(node)) silent.push(node);
    else if (node.link || node.slots.count > 0) others.push(node);
  }
  const wanted = Math.max(LEAST_NAMED, Math.floor(state.nodes.size / 10));
  const count = Math.min(wanted, others.length);
  const chance = count < others.length ? world.randomBytes(count * 4) : undefined;
  for (let at = 0; chance && at < count; at++) {
    const other = at + (chance.readUInt32LE(at * 4) % (others.length - at));
    const chosen = others[other] as ClusterNode;
    others[other] = others[at] as ClusterNode;
    others[at] = chosen;
  }
  return [...others.slice(0, count), ...silent].map((node) => entryOf(state, node));
}

const entryOf = (state: ClusterState, node: ClusterNode): Gossip => ({
  id: node.id,
  pingSentSec: Math.floor(state.unixMs(node.pingSentMs) / 1000),
  pongReceivedSec: Math.floor(state.unixMs(node.pongMs) / 1000),
  ip: node.ip,
  port: node.port,
  plainPort: node.plainPort,
  busPort: node.busPort,
  flags: node.flags & 0xffff,
});

/** What a node of the cluster says of others. Only primaries' words count as failure reports. */
export function takeGossip(core: ClusterCore, sender: ClusterNode, gossip: readonly Gossip[]): void {
  for (const entry of gossip) {
    const node = core.state.nodes.get(entry.id);
    if (node) hear(core, { sender, node, entry });
    else meetByGossip(core, entry);
  }
}

function hear(
  core: ClusterCore,
  { sender, node, entry }: { readonly sender: ClusterNode; readonly node: ClusterNode; readonly entry: Gossip },
): void {
  const { state, parts } = core;
  const saysFailing = (entry.flags & (FAIL | PFAIL)) !== 0;
  if (isPrimary(sender) && node !== state.myself) {
    if (saysFailing) {
      if (!node.reports.has(sender))
        parts.world.log("verbose", `Node ${sender.id} reported node ${node.id} as not reachable.`);
      node.reports.set(sender, state.nowMs);
      judgeFailing(core, node);
    } else if (node.reports.delete(sender))
      parts.world.log("verbose", `Node ${sender.id} reported node ${node.id} is back online.`);
  }
  if (saysFailing) return;
  if (node.pingSentMs === undefined && node.reports.size === 0) {
    const moment = state.momentOf(entry.pongReceivedSec * 1000);
    if (moment <= state.nowMs + CLOCK_SKEW_MS && moment > (node.pongMs ?? -Infinity) && entry.pongReceivedSec > 0)
      node.pongMs = moment;
  }
  const isLost = (node.flags & (FAIL | PFAIL)) !== 0 && (entry.flags & NO_ADDRESS) === 0;
  if (isLost && (node.ip !== entry.ip || node.port !== entry.port || node.busPort !== entry.busPort)) {
    core.bus.close(node.link);
    setAddress(node, entry);
  }
}

export function setAddress(
  node: ClusterNode,
  { ip, port, plainPort, busPort }: Pick<Gossip, "ip" | "port" | "plainPort" | "busPort">,
): void {
  node.ip = ip;
  node.port = port;
  node.plainPort = plainPort;
  node.busPort = busPort;
  unmark(node, NO_ADDRESS);
}

function meetByGossip({ state }: ClusterCore, entry: Gossip): void {
  if ((entry.flags & NO_ADDRESS) !== 0 || entry.ip === "" || state.isBanned(entry.id)) return;
  if (state.nodes.size >= MOST_NODES) return;
  setAddress(state.add(entry.flags & ~(MYSELF | HANDSHAKE | MEET | MIGRATE_TO), entry.id), entry);
}
