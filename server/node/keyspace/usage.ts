import type { Settings } from "../parts";

/** When a key was last used, or how often: what an entry keeps of it in one number. */
export interface Usage {
  /** Frequencies are kept, in place of times. */
  readonly countsUse: boolean;
  /** Of a key that is new, or written over one that kept `old`. */
  written(old: number | undefined): number;
  used(kept: number): number;
  idleSeconds(kept: number): number;
  frequency(kept: number): number;
}

/** A keyspace of which nobody asks. */
export const UNKNOWN_USAGE: Usage = {
  countsUse: false,
  written: () => 0,
  used: (kept) => kept,
  idleSeconds: () => 0,
  frequency: () => 0,
};

const FIRST_COUNT = 5;
const MOST_COUNT = 255;
const MINUTES = 0xffff;

export type UsageOptions = {
  readonly settings: Settings;
  readonly nowMs: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
};

/**
 * As redis 7.0 keeps it: seconds of the last use; or, under a policy of frequencies, a count of 8 bits that grows the slower
 * the larger it is, by chance, and falls with the minutes (16 bits beside it) in which nobody asked.
 */
export class KeyUsage implements Usage {
  readonly #options: UsageOptions;
  #countsUse = false;
  #logFactor = 0;
  #decayMinutes = 0;

  constructor(options: UsageOptions) {
    const { settings } = options;
    this.#options = options;
    const read = () => {
      this.#countsUse = settings.text("maxmemory-policy").endsWith("-lfu");
      this.#logFactor = settings.number("lfu-log-factor");
      this.#decayMinutes = settings.number("lfu-decay-time");
    };
    for (const name of ["maxmemory-policy", "lfu-log-factor", "lfu-decay-time"]) settings.onChange(name, read);
    read();
  }

  get countsUse(): boolean {
    return this.#countsUse;
  }

  written(old: number | undefined): number {
    if (!this.#countsUse) return this.#seconds();
    return old ?? (this.#minutes() << 8) | FIRST_COUNT;
  }

  used(kept: number): number {
    if (!this.#countsUse) return this.#seconds();
    const count = this.frequency(kept);
    const chance = 1 / (Math.max(0, count - FIRST_COUNT) * this.#logFactor + 1);
    const grown = count < MOST_COUNT && this.#options.random() < chance ? count + 1 : count;
    return (this.#minutes() << 8) | grown;
  }

  idleSeconds(kept: number): number {
    return Math.max(0, this.#seconds() - kept);
  }

  frequency(kept: number): number {
    const count = kept & MOST_COUNT;
    if (this.#decayMinutes === 0) return count;
    const minutes = (this.#minutes() - (kept >>> 8)) & MINUTES;
    return Math.max(0, count - Math.floor(minutes / this.#decayMinutes));
  }

  #seconds(): number {
    return Math.floor(this.#options.nowMs() / 1000);
  }

  #minutes(): number {
    return Math.floor(this.#options.nowMs() / 60_000) & MINUTES;
  }
}
