/**
 * How many bytes a MIGRATE moves in a time, cautiously. 20 MB/s is what one big hash was measured to take on redis
 * 7.0.15 (245 MB in 11.9 s, FAULTS e6b); strings go ten times faster. Slower batches of this run lower the figure,
 * faster ones never raise it.
 */
const CAUTIOUS_BYTES_PER_MS = 20_000;
/** Smaller batches measure the round trip, not the data. */
const TELLING_BYTES = 256 * 1024;

export class Speed {
  #bytes = 0;
  #ms = 0;

  learn(bytes: number, ms: number): void {
    if (bytes < TELLING_BYTES) return;
    this.#bytes += bytes;
    this.#ms += ms;
  }

  /** The biggest value that can be expected to move within `ms`. */
  most(ms: number): number {
    const measured = this.#ms > 0 ? this.#bytes / this.#ms : CAUTIOUS_BYTES_PER_MS;
    return Math.min(measured, CAUTIOUS_BYTES_PER_MS) * ms;
  }
}
