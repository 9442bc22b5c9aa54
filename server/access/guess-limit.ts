import { refuse } from "@/server/refuse";

type Record = { failures: number; untilMs: number };

const FREE_PER_ADDRESS = 5;
const FREE_FOR_ALL = 20;
const LONGEST_MS = 300_000;
/** All addresses together wait less: somebody who guesses must not lock out those who know. */
const LONGEST_FOR_ALL_MS = 15_000;
const ADDRESSES_KEPT = 1000;

/** Failed sign-ins cost time: a few are free, then each doubles the wait, by address and for all together. */
export class GuessLimit {
  readonly #now: () => number;
  readonly #byAddress = new Map<string, Record>();
  #all: Record = { failures: 0, untilMs: 0 };

  constructor({ now }: { now: () => number }) {
    this.#now = now;
  }

  /** Throws `refused` while the address has to wait: the guess is not looked at. */
  check(address: string): void {
    const untilMs = Math.max(this.#byAddress.get(address)?.untilMs ?? 0, this.#all.untilMs);
    const waitMs = untilMs - this.#now();
    if (waitMs <= 0) return;
    throw refuse("refused", "tooManyGuesses", { seconds: Math.ceil(waitMs / 1000) });
  }

  failed(address: string): void {
    const record = this.#byAddress.get(address) ?? { failures: 0, untilMs: 0 };
    this.#byAddress.delete(address);
    this.#byAddress.set(address, this.#grown(record, FREE_PER_ADDRESS, LONGEST_MS));
    this.#all = this.#grown(this.#all, FREE_FOR_ALL, LONGEST_FOR_ALL_MS);
    const oldest = this.#byAddress.keys().next();
    if (this.#byAddress.size > ADDRESSES_KEPT && !oldest.done) this.#byAddress.delete(oldest.value);
  }

  succeeded(address: string): void {
    this.#byAddress.delete(address);
    this.#all = { failures: 0, untilMs: 0 };
  }

  #grown({ failures }: Record, free: number, longestMs: number): Record {
    const over = failures + 1 - free;
    const waitMs = over < 0 ? 0 : Math.min(1000 * 2 ** over, longestMs);
    return { failures: failures + 1, untilMs: this.#now() + waitMs };
  }
}
