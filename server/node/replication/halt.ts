/** What a primary told, or sent as a copy, cannot be done or held here: to go on would be to hold other data than it. */
export class CannotFollow extends Error {}

const FIRST_MS = 1000;
const MOST_MS = 600_000;

/**
 * The pause of a replica that cannot do what its primary tells: a command that it does not know, one that fails here alone, a
 * value that it cannot hold. It stops at the place before it, so that its data is that of one moment, shows its link as down, and
 * stands in no election. Only a whole copy brings it further, and the next such command stops it again: the time until the next
 * try doubles, up to ten minutes, for a copy costs the primary a fork. A link that held for so long is counted as a new one.
 */
export class Halt {
  /** Undefined: the primary is followed, or may be. */
  why: string | undefined;
  #untilMs = 0;
  #lastMs = 0;
  #copiedMs = Number.POSITIVE_INFINITY;

  begin(why: string, nowMs: number): number {
    const held = nowMs - this.#copiedMs >= MOST_MS;
    this.#lastMs = this.#lastMs === 0 || held ? FIRST_MS : Math.min(MOST_MS, this.#lastMs * 2);
    this.#copiedMs = Number.POSITIVE_INFINITY;
    this.#untilMs = nowMs + this.#lastMs;
    this.why = why;
    return this.#lastMs;
  }

  isOver(nowMs: number): boolean {
    return this.why === undefined || nowMs >= this.#untilMs;
  }

  /** A whole copy is here: the data is the primary's again. */
  copied(nowMs: number): void {
    this.why = undefined;
    this.#copiedMs = nowMs;
  }
}
