import type { NodeId } from "@/lib/cluster/node";
import { withDeadline } from "@/server/deadline";
import { nap } from "@/server/nap";

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

export type BrakeState = {
  readonly level: number;
  /** What is usual here, in milliseconds. */
  readonly usualMs: number;
  /** Slow answers in a row with the brake full on. */
  readonly slowAtMost: number;
};

/**
 * Doubles while one in four answers is slow, halves when they are not. Full on, next to nothing is moved: what is slow
 * even then is not the move's doing, and resting helps nobody. That is usual from then on.
 */
export function nextBrake({ level, usualMs, slowAtMost }: BrakeState, recentMs: readonly number[]): BrakeState {
  const sorted = [...recentMs].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  const usual = Math.min(usualMs, Math.max(at(0.5), SLOW_MS));
  if (at(0.75) <= Math.max(SLOW_MS, TIMES_USUAL * usual))
    return { level: Math.floor(level / 2), usualMs: usual, slowAtMost: 0 };
  if (level < MOST_LEVEL) return { level: Math.max(1, 2 * level), usualMs: usual, slowAtMost: 0 };
  if (slowAtMost < SAMPLES) return { level, usualMs: usual, slowAtMost: slowAtMost + 1 };
  return { level: 0, usualMs: at(0.75), slowAtMost: 0 };
}

export type BrakeOptions = {
  readonly nodes: () => readonly NodeId[];
  readonly ping: ((id: NodeId) => Promise<number>) | undefined;
};

/**
 * Clients come first (I13): while slots move, both primaries are asked a PING on a connection that carries nothing of
 * the move, as a client of theirs would. When they answer slower than before the move, it rests between two portions
 * with nothing open, 25 to 200 ms each; until resting turns out not to help.
 */
export class Brake {
  readonly #options: BrakeOptions;
  readonly #stop = new AbortController();
  #state: BrakeState = { level: 0, usualMs: 0, slowAtMost: 0 };

  constructor(options: BrakeOptions) {
    this.#options = options;
  }

  /** Nothing new is opened before it has rested. */
  get isOn(): boolean {
    return this.#state.level > 0;
  }

  get restMs(): number {
    return this.#state.level * REST_MS;
  }

  async start(): Promise<void> {
    const { ping } = this.#options;
    if (!ping) return;
    const usual: number[] = [];
    for (let i = 0; i < USUAL; i++) usual.push(await this.#slowest(ping));
    const usualMs = usual.sort((a, b) => a - b)[Math.floor(USUAL / 2)] ?? 0;
    this.#state = { ...this.#state, usualMs };
    void this.#watch(ping);
  }

  stop(): void {
    this.#stop.abort();
  }

  async #watch(ping: (id: NodeId) => Promise<number>): Promise<void> {
    const { signal } = this.#stop;
    let recentMs: readonly number[] = [];
    while (!signal.aborted) {
      recentMs = [...recentMs, await this.#slowest(ping)].slice(-SAMPLES);
      if (recentMs.length >= USUAL) this.#state = nextBrake(this.#state, recentMs);
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
