import type { Client } from "../client";

type Waiter = { readonly client: Client; readonly replicas: number; readonly place: number };

/** Clients in WAIT: answered when so many replicas say that they have the client's last write, or with how many do at its time. */
export class Waiters {
  readonly #waiting = new Set<Waiter>();
  readonly #countAt: (place: number) => number;
  #areNew = false;

  constructor(countAt: (place: number) => number) {
    this.#countAt = countAt;
  }

  add(waiter: Waiter, untilMs: number | undefined): void {
    this.#waiting.add(waiter);
    this.#areNew = true;
    const { client, place } = waiter;
    client.block = {
      reason: "wait",
      untilMs,
      timedOut: () => {
        if (!this.#waiting.has(waiter)) return;
        client.reply.integer(this.#countAt(place));
        this.#release(waiter);
      },
      gone: () => {
        this.#waiting.delete(waiter);
      },
    };
  }

  /** Whether somebody waits for whom the replicas were not asked yet. */
  takeNew(): boolean {
    const areNew = this.#areNew;
    this.#areNew = false;
    return areNew && this.#waiting.size > 0;
  }

  acknowledged(): void {
    for (const waiter of this.#waiting) {
      const count = this.#countAt(waiter.place);
      if (count < waiter.replicas) continue;
      waiter.client.reply.integer(count);
      this.#release(waiter);
    }
  }

  #release(waiter: Waiter): void {
    this.#waiting.delete(waiter);
    waiter.client.block = undefined;
  }
}
