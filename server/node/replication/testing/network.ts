import type { ConnectionOwner } from "../../parts";
import { type Address, type ConnectionId, type Disk, TICK_MS, type World } from "../../world";

export type Peer = {
  readonly address: Address;
  accepted(connection: ConnectionId, remote: Address): void;
  owner(connection: ConnectionId): ConnectionOwner | undefined;
  tick(): void;
  settle(): void;
};

type End = { readonly id: ConnectionId; readonly of: Peer; other: End | undefined; outbox: Buffer[]; isOpen: boolean };

const noDisk: Disk = {
  read: () => undefined,
  write: () => {},
  overwrite: () => {},
  append: () => {},
  sync: () => {},
  syncBehind: () => {},
  remove: () => {},
  list: () => [],
};

/** Mulberry32: the same seed, the same run. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Nodes under one clock, with connections that carry bytes in pieces of any size, take no more than `takes` a turn, and break
 * when they are told to.
 */
export class Network {
  readonly #peers = new Map<string, Peer>();
  readonly #ends = new Map<ConnectionId, End>();
  readonly #random: () => number;
  #nextId = 1;
  nowMs = 1_000_000;
  /** Of a connection in one turn, bytes. */
  takes = Number.POSITIVE_INFINITY;
  readonly logs: string[] = [];

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  join(peer: Peer): void {
    this.#peers.set(nameOf(peer.address), peer);
  }

  leave(peer: Peer): void {
    this.#peers.delete(nameOf(peer.address));
    this.breakAll(peer);
  }

  /** Both sides hear of it; what was on its way is gone. */
  breakAll(peer: Peer): void {
    for (const end of [...this.#ends.values()]) if (end.of === peer && end.isOpen) this.#sever(end, "connection reset");
  }

  worldOf(peer: Peer): World {
    return {
      now: () => this.nowMs,
      monotonicMs: () => this.nowMs,
      randomBytes: (count) => Buffer.from(Array.from({ length: count }, () => Math.floor(this.#random() * 256))),
      dial: (to) => this.#dial(peer, to),
      send: (id, bytes) => {
        const end = this.#ends.get(id);
        if (end?.isOpen) end.outbox.push(bytes);
      },
      close: (id) => {
        const end = this.#ends.get(id);
        if (!end?.isOpen) return;
        end.isOpen = false;
        if (end.other) this.#closeOther(end.other, "closed by the other side");
      },
      unsent: (id) => this.#ends.get(id)?.outbox.reduce((sum, bytes) => sum + bytes.length, 0) ?? 0,
      disk: noDisk,
      log: (level, text) => this.logs.push(`${peer.address.port} ${level} ${text}`),
      relisten: () => {},
      exit: (code) => {
        throw new Error(`node ${peer.address.port} ends with ${code}`);
      },
    };
  }

  /** So many ms, tick by tick, with all that is sent delivered within the tick as far as `takes` lets it. */
  run(ms: number): void {
    for (let passed = 0; passed < ms; passed += TICK_MS) {
      this.nowMs += TICK_MS;
      for (const peer of this.#peers.values()) {
        peer.tick();
        peer.settle();
      }
      for (let turn = 0; turn < 20 && this.#deliver(); turn++);
    }
  }

  /** Whether it came before so many ms were over. */
  runUntil(isTrue: () => boolean, ms = 10_000): boolean {
    for (let passed = 0; passed < ms && !isTrue(); passed += TICK_MS) this.run(TICK_MS);
    return isTrue();
  }

  #dial(from: Peer, to: Address): ConnectionId {
    const near: End = { id: this.#nextId++, of: from, other: undefined, outbox: [], isOpen: true };
    this.#ends.set(near.id, near);
    return this.#connect(near, to);
  }

  #connect(near: End, to: Address): ConnectionId {
    this.#pending.push(() => {
      const peer = this.#peers.get(nameOf(to));
      if (!near.isOpen) return;
      if (!peer) return this.#sever(near, "connection refused");
      const far: End = { id: this.#nextId++, of: peer, other: near, outbox: [], isOpen: true };
      near.other = far;
      this.#ends.set(far.id, far);
      peer.accepted(far.id, near.of.address);
      near.of.owner(near.id)?.connected(near.of.address);
      return undefined;
    });
    return near.id;
  }

  readonly #pending: (() => void)[] = [];

  #deliver(): boolean {
    let hasMoved = this.#pending.length > 0;
    for (const connect of this.#pending.splice(0)) connect();
    for (const end of [...this.#ends.values()]) if (this.#carry(end)) hasMoved = true;
    if (hasMoved) for (const peer of this.#peers.values()) peer.settle();
    return hasMoved;
  }

  #carry(end: End): boolean {
    const { other } = end;
    if (!other || end.outbox.length === 0) return false;
    const bytes = Buffer.concat(end.outbox);
    const taken = bytes.subarray(0, this.takes);
    end.outbox = taken.length < bytes.length ? [bytes.subarray(taken.length)] : [];
    for (let at = 0; at < taken.length; ) {
      const size = 1 + Math.floor(this.#random() * Math.min(taken.length - at, 4096));
      if (other.isOpen) other.of.owner(other.id)?.received(Buffer.from(taken.subarray(at, at + size)));
      at += size;
    }
    return true;
  }

  #sever(end: End, why: string): void {
    this.#closeOther(end, why);
    if (end.other) this.#closeOther(end.other, why);
  }

  #closeOther(end: End, why: string): void {
    if (!end.isOpen) return;
    end.isOpen = false;
    end.outbox = [];
    end.of.owner(end.id)?.closed(why);
  }
}

const nameOf = ({ host, port }: Address): string => `${host}:${port}`;
