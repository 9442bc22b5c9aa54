import type { NodeParts } from "../parts";
import type { Address, ConnectionId } from "../world";
import type { BusLink } from "./bus-link";
import { BusReader, MEMBER_LIMIT_BYTES } from "./bus-reader";
import { type ClusterNode, isReplica, unmark } from "./cluster-node";
import type { ClusterSettings } from "./cluster-settings";
import { decodeFrame } from "./decode-frame";
import { encodeFrame } from "./encode-frame";
import { HANDSHAKE, MEET, MYSELF } from "./flags";
import { type Body, type Frame, type FrameKind, FrameRefusal, type Head, PAUSED } from "./frame";
import { chooseGossip } from "./gossip";
import type { ClusterState } from "./state";

/**
 * The links to other nodes. Each node dials each other: what one has to say goes over the link it dialled, the answer to a
 * ping comes back over the same. What is sent waits until `flush`, so that no promise leaves before it is on disk.
 */
export class Bus {
  readonly sent = new Map<FrameKind, number>();
  readonly received = new Map<FrameKind, number>();
  /** Links closed because the other side took nothing more. */
  exceeded = 0;
  readonly #parts: NodeParts;
  readonly #state: ClusterState;
  readonly #settings: ClusterSettings;
  readonly #taken: (link: BusLink, frame: Frame) => void;
  /** Inbound links whose node is not known yet. */
  readonly #strangers = new Set<BusLink>();
  #waiting: { readonly link: BusLink; readonly bytes: Buffer }[] = [];

  constructor(
    parts: NodeParts,
    wiring: {
      readonly state: ClusterState;
      readonly settings: ClusterSettings;
      readonly taken: (link: BusLink, frame: Frame) => void;
    },
  ) {
    this.#parts = parts;
    this.#state = wiring.state;
    this.#settings = wiring.settings;
    this.#taken = wiring.taken;
  }

  /** How many connections there are with known nodes, and what waits in them. */
  get load(): { readonly count: number; readonly bytes: number } {
    let [count, bytes] = [0, 0];
    for (const { link, inbound } of this.#state.nodes.values())
      for (const one of [link, inbound]) {
        if (!one) continue;
        count++;
        bytes += this.#parts.world.unsent(one.connection);
      }
    return { count, bytes };
  }

  dial(node: ClusterNode): void {
    const remote = { host: node.ip, port: node.busPort };
    const link = this.#link(this.#parts.world.dial(remote, this.#settings.source), remote, { isInbound: false });
    link.node = node;
    link.reader.limitBytes = MEMBER_LIMIT_BYTES;
    node.link = link;
  }

  accept(connection: ConnectionId, remote: Address, local: Address): void {
    const link = this.#link(connection, remote, { isInbound: true });
    link.isOpen = true;
    link.local = local;
    this.#strangers.add(link);
  }

  /** The sender of an inbound link has said who it is. */
  recognize(link: BusLink, node: ClusterNode): void {
    this.#strangers.delete(link);
    if (node.inbound && node.inbound !== link) this.close(node.inbound);
    link.node = node;
    link.reader.limitBytes = MEMBER_LIMIT_BYTES;
    node.inbound = link;
  }

  close(link: BusLink | undefined): void {
    if (!link || link.isClosed) return;
    this.#forget(link);
    this.#parts.world.close(link.connection);
  }

  closeAll(node: ClusterNode): void {
    this.close(node.link);
    this.close(node.inbound);
  }

  send(link: BusLink | undefined, body: Body, marks = 0): void {
    if (!link?.isOpen || link.isClosed) return;
    this.sent.set(body.kind, (this.sent.get(body.kind) ?? 0) + 1);
    this.#waiting.push({ link, bytes: encodeFrame({ head: this.#head(marks), body }) });
  }

  /** To every node that is linked, and no stranger. */
  broadcast(body: Body, marks = 0): void {
    for (const node of this.#members()) this.send(node.link, body, marks);
  }

  /** Its answer is waited for from now on, where it is a ping over a dialled link. */
  ping(link: BusLink | undefined, kind: "ping" | "pong" | "meet"): void {
    if (!link) return;
    if (!link.isInbound && kind === "ping" && link.node) link.node.pingSentMs = this.#state.nowMs;
    const gossip = chooseGossip(this.#state, link.node, this.#parts.world);
    this.send(link, { kind, gossip, hostname: this.#state.myself.hostname || undefined });
  }

  /** To all, or to the replicas of this node's shard. */
  pong(whom: "all" | "replicas"): void {
    const { myself } = this.#state;
    const primary = myself.primary ?? myself;
    for (const node of this.#members())
      if (whom === "all" || (isReplica(node) && node.primary === primary)) this.ping(node.link, "pong");
  }

  /** Whether the other side lets too much wait. */
  closeIfFull(link: BusLink | undefined): void {
    const limit = this.#settings.linkLimitBytes;
    if (!link || limit === 0 || this.#parts.world.unsent(link.connection) <= limit) return;
    const way = link.isInbound ? "from" : "to";
    const text = `Freeing cluster link(${way} node ${link.node?.id ?? ""}) due to exceeding send buffer memory limit.`;
    this.#parts.world.log("warning", text);
    this.exceeded++;
    this.close(link);
  }

  /** Strangers that never said who they are. */
  closeStrangers(ageMs: number): void {
    for (const link of this.#strangers) if (this.#state.nowMs - link.createdMs > ageMs) this.close(link);
  }

  flush(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { link, bytes } of waiting) if (!link.isClosed) this.#parts.world.send(link.connection, bytes);
  }

  #members(): ClusterNode[] {
    return [...this.#state.nodes.values()].filter((node) => node.link && (node.flags & (MYSELF | HANDSHAKE)) === 0);
  }

  #head(marks: number): Head {
    const { myself, manual, currentEpoch, isOk } = this.#state;
    const owner = (isReplica(myself) && myself.primary) || myself;
    const isPaused = !isReplica(myself) && manual.endMs !== undefined;
    return {
      sender: myself.id,
      primary: myself.primary?.id,
      currentEpoch,
      configEpoch: owner.configEpoch,
      offset: this.#parts.replication.offset,
      slots: owner.slots.bytes,
      ip: this.#settings.announcedIp,
      port: this.#settings.announcedPort,
      plainPort: 0,
      busPort: this.#settings.announcedBusPort,
      flags: myself.flags,
      isDown: !isOk,
      marks: marks | (isPaused ? PAUSED : 0),
    };
  }

  #link(connection: ConnectionId, remote: Address, { isInbound }: { readonly isInbound: boolean }): BusLink {
    const link: BusLink = {
      connection,
      isInbound,
      node: undefined,
      isOpen: false,
      isClosed: false,
      createdMs: this.#state.nowMs,
      reader: new BusReader(),
      remote,
      local: undefined,
    };
    this.#parts.own(connection, {
      connected: (local) => this.#connected(link, local),
      received: (bytes) => this.#received(link, bytes),
      closed: () => this.#forget(link),
    });
    return link;
  }

  #connected(link: BusLink, local: Address): void {
    if (link.isClosed || !link.node) return;
    link.isOpen = true;
    link.local = local;
    // An older ping goes on being waited for: a connection that comes up is no sign of life.
    const before = link.node.pingSentMs;
    const isMeet = (link.node.flags & MEET) !== 0;
    this.ping(link, isMeet ? "meet" : "ping");
    if (before !== undefined) link.node.pingSentMs = before;
    unmark(link.node, MEET);
  }

  #received(link: BusLink, bytes: Buffer): void {
    if (link.isClosed) return;
    try {
      link.reader.take(bytes);
      for (let raw = link.reader.next(); raw && !link.isClosed; raw = link.reader.next()) this.#frame(link, raw);
    } catch (error) {
      if (!(error instanceof FrameRefusal)) throw error;
      this.#parts.world.log("warning", error.message);
      this.close(link);
    }
  }

  /** A message that is whole and yet none is dropped; the next may be one. */
  #frame(link: BusLink, raw: Buffer): void {
    let frame: Frame | undefined;
    try {
      frame = decodeFrame(raw);
    } catch (error) {
      if (!(error instanceof FrameRefusal) || error.isBroken) throw error;
      this.#parts.world.log("warning", error.message);
    }
    if (!frame) return;
    this.received.set(frame.body.kind, (this.received.get(frame.body.kind) ?? 0) + 1);
    this.#taken(link, frame);
  }

  #forget(link: BusLink): void {
    link.isClosed = true;
    link.isOpen = false;
    this.#strangers.delete(link);
    if (link.node?.link === link) link.node.link = undefined;
    if (link.node?.inbound === link) link.node.inbound = undefined;
    link.node = undefined;
  }
}
