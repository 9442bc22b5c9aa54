import type { LinkState, ReplicationPart } from "../parts";
import type { Address } from "../world";

/** What a replica can see of its primary at this moment; undefined: nothing, the network is cut or it is no primary. */
export type Glimpse = (primary: Address) => number | undefined;

/**
 * Replication without its stream: a primary's offset grows by what clients write, a replica that reaches its primary has
 * a tick later what that one had. Enough for ranks, ages and manual failovers.
 */
export class SimulatedReplication implements ReplicationPart {
  readonly commands = [];
  readonly lacksReplicas = false;
  readonly replicas = [];
  readonly history = undefined;
  readonly memory = { streamBytes: 0, replicaBytes: 0 };
  readonly counts = { full: 0, partial: 0, refusedPartial: 0, bytesIn: 0, bytesOut: 0 };
  halted: string | undefined;
  primary: Address | undefined;
  link: LinkState = "connect";
  lastHeardMs: number | undefined;
  offset = 0;
  readonly #clock: { monotonicMs(): number };
  readonly #glimpse: Glimpse;
  #seen: number | undefined;

  constructor(clock: { monotonicMs(): number }, glimpse: Glimpse) {
    this.#clock = clock;
    this.#glimpse = glimpse;
  }

  get role(): "primary" | "replica" {
    return this.primary ? "replica" : "primary";
  }

  follow(primary: Address): void {
    this.primary = primary;
    this.link = "connect";
    this.lastHeardMs = undefined;
    this.#seen = undefined;
  }

  restore(): void {}

  resetCounts(): void {}

  lead(): void {
    this.primary = undefined;
    this.link = "connect";
    this.lastHeardMs = undefined;
  }

  tell(): void {
    this.offset += 30;
  }

  info(): readonly string[] {
    return [];
  }

  tick(): void {
    if (!this.primary) return;
    if (this.#seen !== undefined) this.offset = this.#seen;
    this.#seen = this.#glimpse(this.primary);
    this.link = this.#seen === undefined ? "connect" : "connected";
    if (this.#seen !== undefined) this.lastHeardMs = this.#clock.monotonicMs();
  }

  settle(): void {}
}
