import type { NodeId } from "@/lib/cluster/node";
import { withDeadline } from "@/server/deadline";
import { nap } from "./nap";

/** How often a node is asked, and how many answers make a picture: those of a second. */
const EVERY_MS = 50;
const SAMPLES = 20;
/** Asked so often before anything moves: what is usual here. */
const USUAL = 5;
/** Slow is so many times the usual, and never less than this: a batch alone takes some milliseconds. */
const TIMES_USUAL = 4;
const SLOW_MS = 10;
/** An answer is not waited for any longer. */
const LATE_MS = 500;
const REST_MS = 25;
const MOST_LEVEL = 8;

export type Pinged = { readonly usualMs: number; readonly recentMs: readonly number[] };

/** Doubles while one in four answers is slow, halves when they are not. */
export function nextLevel(level: number, { usualMs, recentMs }: Pinged): number {
  const sorted = [...recentMs].sort((a, b) => a - b);
  const quartile = sorted[Math.floor(sorted.length * 0.75)] ?? 0;
  const isSlow = quartile > Math.max(SLOW_MS, TIMES_USUAL * usualMs);
  return isSlow ? Math.min(MOST_LEVEL, Math.max(1, 2 * level)) : Math.floor(level / 2);
}

export type BrakeOptions = {
  readonly nodes: () => readonly NodeId[];
  readonly ping: ((id: NodeId) => Promise<number>) | undefined;
};

/**
 * Clients come first (I13): while slots move, both primaries are asked a PING on a connection that carries nothing of
 * the move, as a client of theirs would. When they answer slower than before the move, it rests between two portions
 * with nothing open, 25 to 200 ms each.
 */
export class Brake {
  readonly #options: BrakeOptions;
  readonly #stop = new AbortController();
  #level = 0;

  constructor(options: BrakeOptions) {
    this.#options = options;
  }

  /** Nothing new is opened before it has rested. */
  get isOn(): boolean {
    return this.#level > 0;
  }

  get restMs(): number {
    return this.#level * REST_MS;
  }

  async start(): Promise<void> {
    const { ping } = this.#options;
    if (!ping) return;
    const usual: number[] = [];
    for (let i = 0; i < USUAL; i++) usual.push(await this.#slowest(ping));
    const usualMs = usual.sort((a, b) => a - b)[Math.floor(USUAL / 2)] ?? 0;
    void this.#watch(ping, usualMs);
  }

  stop(): void {
    this.#stop.abort();
  }

  async #watch(ping: (id: NodeId) => Promise<number>, usualMs: number): Promise<void> {
    const { signal } = this.#stop;
    let recentMs: readonly number[] = [];
    while (!signal.aborted) {
      recentMs = [...recentMs, await this.#slowest(ping)].slice(-SAMPLES);
      if (recentMs.length >= USUAL) this.#level = nextLevel(this.#level, { usualMs, recentMs });
      await nap(EVERY_MS, signal);
    }
  }

  async #slowest(ping: (id: NodeId) => Promise<number>): Promise<number> {
    const late = new Error("late");
    const ask = (id: NodeId) =>
      withDeadline(ping(id), LATE_MS, () => late).catch((error: unknown) => (error === late ? LATE_MS : 0));
    return Math.max(0, ...(await Promise.all(this.#options.nodes().map(ask))));
  }
}
