import type { BusLink } from "./bus-link";
import { answerOldClaims, takeClaims } from "./claims";
import {
  type ClusterNode,
  hasFailed,
  inHandshake,
  isPrimary,
  isReplica,
  isSilent,
  joinPrimary,
  leavePrimary,
  mark,
  unmark,
} from "./cluster-node";
import type { ClusterCore } from "./core";
import type { Election } from "./election";
import { FAIL, HANDSHAKE, MIGRATE_TO, MYSELF, NO_ADDRESS, NO_FAILOVER, PFAIL, PRIMARY, REPLICA } from "./flags";
import { type Frame, type Head, PAUSED } from "./frame";
import { MOST_NODES, setAddress, takeGossip } from "./gossip";
import { forgiveIfDue, markFailed } from "./health";
import { holdWrites } from "./manual";
import { makePrimary } from "./roles";
import { vote } from "./vote";

type Taken = { readonly link: BusLink; readonly frame: Frame; readonly sender: ClusterNode | undefined };

/** One message of the bus. What a stranger says counts for nothing but its MEET. */
export function receive(core: ClusterCore, election: Election, link: BusLink, frame: Frame): void {
  const sender = senderOf(core, link, frame.head);
  if (sender) sender.heardMs = core.state.nowMs;
  if (sender && !inHandshake(sender)) takeHead(core, sender, frame.head);
  const { body, head } = frame;
  switch (body.kind) {
    case "ping":
    case "pong":
    case "meet":
      heartbeat(core, { link, frame, sender });
      return;
    case "fail":
      if (sender) takeFail(core, sender, body.about);
      return;
    case "publish":
    case "publishshard":
      if (sender) core.parts.deliver(body.channel, body.message, body.kind === "publishshard");
      return;
    case "auth-req":
      if (sender) vote(core, sender, head);
      return;
    case "auth-ack":
      if (sender && isPrimary(sender) && sender.slots.count > 0) election.count(core, head.currentEpoch);
      return;
    case "mfstart":
      if (sender && sender.primary === core.state.myself) holdWrites(core, sender, link);
      return;
    case "update":
      if (sender) takeUpdate(core, body);
      return;
    case "module":
      return;
  }
}

/** A link that is known belongs to its node, whatever the message says. */
function senderOf({ state, bus }: ClusterCore, link: BusLink, head: Head): ClusterNode | undefined {
  if (link.node && !inHandshake(link.node)) return link.node;
  const sender = state.nodes.get(head.sender);
  // This node's own ID comes back when it was told to meet itself.
  if (sender === state.myself) return undefined;
  if (sender && !link.node) bus.recognize(link, sender);
  return sender;
}

function takeHead({ state, parts }: ClusterCore, sender: ClusterNode, head: Head): void {
  if (head.currentEpoch > state.currentEpoch) state.currentEpoch = head.currentEpoch;
  if (head.configEpoch > sender.configEpoch) {
    sender.configEpoch = head.configEpoch;
    state.owe("save");
  }
  sender.offset = head.offset;
  const { manual, myself } = state;
  const isAwaited = manual.endMs !== undefined && manual.primaryOffset === undefined;
  if (isAwaited && isReplica(myself) && myself.primary === sender && (head.marks & PAUSED) !== 0) {
    manual.primaryOffset = head.offset;
    state.owe("manual");
    const text = `Received replication offset for paused master manual failover: ${head.offset}`;
    parts.world.log("warning", text);
  }
}

function heartbeat(core: ClusterCore, taken: Taken): void {
  const { state, bus } = core;
  const { link, frame, sender } = taken;
  const { kind } = frame.body;
  if (kind === "ping" || kind === "meet") {
    learnOwnAddress(core, taken);
    if (!sender && kind === "meet" && frame.head.sender !== state.myself.id) meet(core, taken);
    bus.ping(link, "pong");
  }
  if (!link.isInbound && !isExpectedSender(core, taken)) return;
  if (sender) unmark(sender, NO_FAILOVER);
  if (sender && (frame.head.flags & NO_FAILOVER) !== 0) mark(sender, NO_FAILOVER);
  if (sender && kind === "ping" && !inHandshake(sender)) moveAddress(core, taken, sender);
  if (!link.isInbound && kind === "pong" && link.node) takePong(core, link.node);
  if (!sender) return;
  takeRole(core, sender, frame.head);
  takeSlots(core, sender, frame.head);
  collide(core, sender, frame.head);
  if (!("gossip" in frame.body)) return;
  takeGossip(core, sender, frame.body.gossip);
  const hostname = frame.body.hostname ?? "";
  if (sender.hostname !== hostname) {
    sender.hostname = hostname;
    state.owe("save");
  }
}

/** The local end of a connection that another node dialled is an address this node is reached under. */
function learnOwnAddress({ state, settings, parts }: ClusterCore, { link, frame }: Taken): void {
  const { myself } = state;
  const host = link.local?.host;
  if (!host || settings.announcedIp || myself.ip === host) return;
  if (frame.body.kind !== "meet" && myself.ip !== "") return;
  myself.ip = host;
  parts.world.log("warning", `IP address for this node updated to ${host}`);
  state.owe("save");
}

/** A stranger that an operator sent: this node shakes hands with it, and learns of whom it knows later, by gossip. */
function meet({ state }: ClusterCore, { link, frame }: Taken): void {
  if (state.nodes.size >= MOST_NODES) return;
  const { head } = frame;
  const ip = head.ip || link.remote.host;
  for (const node of state.nodes.values())
    if (inHandshake(node) && node.ip === ip && node.port === head.port && node.busPort === head.busPort) return;
  setAddress(state.add(HANDSHAKE), { ip, port: head.port, plainPort: head.plainPort, busPort: head.busPort });
  state.owe("save");
}

/** Whether it is the node that was dialled. Ends the handshake with one that was met. */
function isExpectedSender(core: ClusterCore, { link, frame, sender }: Taken): boolean {
  const { state, bus, parts } = core;
  const node = link.node;
  if (!node) return false;
  const { head } = frame;
  if (inHandshake(node)) {
    if (sender || head.sender === state.myself.id) {
      if (sender) moveAddress(core, { link, frame, sender }, sender);
      bus.closeAll(node);
      state.remove(node);
      return false;
    }
    state.rename(node, head.sender);
    unmark(node, HANDSHAKE);
    mark(node, head.flags & (PRIMARY | REPLICA));
    state.owe("save");
    return true;
  }
  if (node.id === head.sender) return true;
  parts.world.log("debug", `PONG contains mismatching sender ID. About node ${node.id}, having flags ${node.flags}`);
  setAddress(node, { ip: "", port: 0, plainPort: 0, busPort: 0 });
  mark(node, NO_ADDRESS);
  bus.close(link);
  state.owe("save");
  return false;
}

/** The node is at another address than known. What it announces counts, else where it called from. */
function moveAddress({ state, bus, parts }: ClusterCore, { link, frame }: Taken, node: ClusterNode): void {
  if (link === node.link) return;
  const { head } = frame;
  const ip = head.ip || link.remote.host;
  const isSame = node.port === head.port && node.busPort === head.busPort && node.plainPort === head.plainPort;
  if (isSame && node.ip === ip) return;
  setAddress(node, { ip, port: head.port, plainPort: head.plainPort, busPort: head.busPort });
  bus.close(node.link);
  parts.world.log("warning", `Address updated for node ${node.id}, now ${ip}:${head.port}`);
  if (isReplica(state.myself) && state.myself.primary === node) parts.replication.follow({ host: ip, port: head.port });
  state.owe("save", "update");
}

function takePong(core: ClusterCore, node: ClusterNode): void {
  node.pongMs = core.state.nowMs;
  node.pingSentMs = undefined;
  if (isSilent(node)) {
    unmark(node, PFAIL);
    core.state.owe("save", "update");
  } else if (hasFailed(node)) forgiveIfDue(core, node);
}

function takeRole(core: ClusterCore, sender: ClusterNode, head: Head): void {
  const { state } = core;
  if (head.primary === undefined) {
    makePrimary(core, sender);
    return;
  }
  if (isPrimary(sender)) {
    state.takeAll(sender);
    unmark(sender, PRIMARY | MIGRATE_TO);
    mark(sender, REPLICA);
    state.owe("save", "update");
  }
  const primary = state.nodes.get(head.primary);
  if (!primary || primary === sender || sender.primary === primary) return;
  leavePrimary(sender);
  joinPrimary(primary, sender);
  state.owe("save");
}

function takeSlots(core: ClusterCore, sender: ClusterNode, head: Head): void {
  const owner = isPrimary(sender) ? sender : sender.primary;
  if (!owner || owner.slots.bytes.equals(head.slots)) return;
  const claims = { sender, epoch: head.configEpoch, slots: head.slots };
  if (isPrimary(sender)) takeClaims(core, claims);
  answerOldClaims(core, claims);
}

/** Two primaries under one epoch: the one with the lower ID takes a new one. Both see it; only one moves. */
function collide({ state, parts }: ClusterCore, sender: ClusterNode, head: Head): void {
  const { myself } = state;
  if (!isPrimary(myself) || !isPrimary(sender)) return;
  if (head.configEpoch !== myself.configEpoch || sender.configEpoch !== myself.configEpoch) return;
  if (sender.id <= myself.id) return;
  state.currentEpoch++;
  myself.configEpoch = state.currentEpoch;
  state.owe("save");
  const text = `WARNING: configEpoch collision with node ${sender.id}. configEpoch set to ${myself.configEpoch}`;
  parts.world.log("verbose", text);
}

function takeFail({ state, parts }: ClusterCore, sender: ClusterNode, about: string): void {
  const failing = state.nodes.get(about);
  if (!failing || (failing.flags & (FAIL | MYSELF)) !== 0) return;
  parts.world.log("notice", `FAIL message received from ${sender.id} about ${about}`);
  markFailed(state, failing);
}

function takeUpdate(core: ClusterCore, body: { about: string; configEpoch: number; slots: Buffer }): void {
  const node = core.state.nodes.get(body.about);
  if (!node || node.configEpoch >= body.configEpoch) return;
  if (isReplica(node) && node !== core.state.myself) makePrimary(core, node);
  node.configEpoch = body.configEpoch;
  core.state.owe("save");
  takeClaims(core, { sender: node, epoch: body.configEpoch, slots: body.slots });
}
