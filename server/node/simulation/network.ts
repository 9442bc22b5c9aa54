import type { Address, ConnectionId } from "../world";
import type { Chance } from "./chance";
import type { Timeline } from "./timeline";

export type Weather = {
  readonly fastestMs: number;
  readonly slowestMs: number;
  /** Of each piece that is sent: the connection breaks instead. */
  readonly breaks: number;
};

export const FAIR: Weather = { fastestMs: 0.1, slowestMs: 2, breaks: 0 };
const DIAL_TIMEOUT_MS = 20_000;

/** Who listens at an address. */
export interface Host {
  readonly name: string;
  readonly isUp: boolean;
  accepted(connection: ConnectionId, remote: Address, local: Address): void;
  connected(connection: ConnectionId, local: Address): void;
  received(connection: ConnectionId, bytes: Buffer): void;
  closed(connection: ConnectionId, why: string): void;
}

type End = { readonly id: ConnectionId; readonly host: Host; readonly address: Address; isClosed: boolean };
type Wire = { readonly near: End; far: End | undefined; lastMs: number; held: (() => void)[] };

/**
 * Connections between simulated hosts, as TCP gives them: bytes arrive whole and in order, late, or the connection ends. Across
 * a cut nothing arrives, no end either; when it heals, what was held arrives after all, or the connection breaks: as chance will.
 */
export class Network {
  weather: Weather = FAIR;
  readonly #timeline: Timeline;
  readonly #chance: Chance;
  readonly #hosts = new Map<string, Host>();
  readonly #wires = new Map<ConnectionId, Wire>();
  /** A group for each host that is cut off; hosts in the same group reach each other. */
  #groups = new Map<Host, number>();
  #nextId = 1;

  constructor(timeline: Timeline, chance: Chance) {
    this.#timeline = timeline;
    this.#chance = chance;
  }

  listen(address: Address, host: Host): void {
    this.#hosts.set(keyOf(address), host);
  }

  isCut(a: Host, b: Host): boolean {
    return (this.#groups.get(a) ?? 0) !== (this.#groups.get(b) ?? 0);
  }

  hostAt(address: Address): Host | undefined {
    return this.#hosts.get(keyOf(address));
  }

  /** Each group reaches only its own members; who is in none is in the last. */
  cut(groups: readonly (readonly Host[])[]): void {
    this.#groups = new Map(groups.flatMap((group, at) => group.map((host) => [host, at + 1] as const)));
  }

  heal(): void {
    this.#groups = new Map();
    for (const wire of new Set(this.#wires.values())) {
      const { held } = wire;
      wire.held = [];
      if (held.length > 0 && this.#chance.happens(0.5)) this.#break(wire, "reset");
      else for (const one of held) one();
    }
  }

  dial(host: Host, from: Address, to: Address): ConnectionId {
    const id = this.#nextId++;
    const wire: Wire = { near: { id, host, address: from, isClosed: false }, far: undefined, lastMs: 0, held: [] };
    this.#wires.set(id, wire);
    const target = this.#hosts.get(keyOf(to));
    this.#timeline.at(this.#timeline.nowMs + DIAL_TIMEOUT_MS, () => {
      if (!wire.far) this.#end(wire.near, "timed out");
    });
    if (target) this.#carry(wire, target, () => this.#join(wire, target, to));
    return id;
  }

  send(id: ConnectionId, bytes: Buffer): void {
    const wire = this.#wires.get(id);
    const to = wire && otherEnd(wire, id);
    if (!wire || !to || endOf(wire, id).isClosed) return;
    if (this.#chance.happens(this.weather.breaks)) this.#break(wire, "reset");
    else
      this.#carry(wire, to.host, () => {
        if (!to.isClosed && to.host.isUp) to.host.received(to.id, bytes);
      });
  }

  close(id: ConnectionId): void {
    const wire = this.#wires.get(id);
    if (!wire) return;
    endOf(wire, id).isClosed = true;
    this.#wires.delete(id);
    const to = otherEnd(wire, id);
    if (to) this.#carry(wire, to.host, () => this.#end(to, "closed by the other side"));
  }

  /** A process that dies: its system closes what it held. */
  drop(host: Host): void {
    for (const [id, wire] of [...this.#wires]) if (endOf(wire, id).host === host) this.close(id);
  }

  #join(wire: Wire, target: Host, at: Address): void {
    const { near } = wire;
    if (near.isClosed) return;
    if (!target.isUp) {
      this.#end(near, "refused");
      return;
    }
    const far: End = { id: this.#nextId++, host: target, address: at, isClosed: false };
    wire.far = far;
    this.#wires.set(far.id, wire);
    target.accepted(far.id, near.address, at);
    this.#carry(wire, near.host, () => {
      if (!near.isClosed && near.host.isUp) near.host.connected(near.id, near.address);
    });
  }

  /** In order with what the wire carries already. */
  #carry(wire: Wire, to: Host, arrive: () => void): void {
    const other = to === wire.near.host ? wire.far?.host : wire.near.host;
    if (wire.held.length > 0 || (other && this.isCut(to, other))) {
      wire.held.push(() => this.#carry(wire, to, arrive));
      return;
    }
    const delayMs = this.#chance.between(this.weather.fastestMs, this.weather.slowestMs);
    wire.lastMs = Math.max(wire.lastMs, this.#timeline.nowMs + delayMs);
    this.#timeline.at(wire.lastMs, () => {
      // The cut came while it was under way.
      if (other && this.isCut(to, other)) wire.held.push(() => this.#carry(wire, to, arrive));
      else arrive();
    });
  }

  #break(wire: Wire, why: string): void {
    for (const end of [wire.near, wire.far]) if (end) this.#end(end, why);
  }

  #end(end: End, why: string): void {
    if (end.isClosed) return;
    end.isClosed = true;
    this.#wires.delete(end.id);
    if (end.host.isUp) end.host.closed(end.id, why);
  }
}

const keyOf = ({ host, port }: Address): string => `${host}:${port}`;
const endOf = (wire: Wire, id: ConnectionId): End => (wire.far?.id === id ? wire.far : wire.near);
const otherEnd = (wire: Wire, id: ConnectionId): End | undefined => (wire.far?.id === id ? wire.near : wire.far);
