import type { NodeParts } from "../parts";

export type ActiveExpiryOptions = {
  readonly node: NodeParts;
  /** Counts and tells it. */
  readonly expired: (db: number, key: string) => boolean;
};

/** Of one tick, ms. */
const BUDGET_MS = 10;
const SAMPLE = 20;
/** As long as more than one in ten of a sample was past its time, another is taken. */
const SHARE = 0.1;

/** Keys past their time that nobody asks for: found by samples, a part of each tick at most. */
export class ActiveExpiry {
  readonly #options: ActiveExpiryOptions;
  readonly #places = new Map<number, Iterator<readonly [string, { readonly expiresAtMs: number | undefined }]>>();

  isOn = true;

  constructor(options: ActiveExpiryOptions) {
    this.#options = options;
  }

  tick(): void {
    if (!this.isOn) return;
    const { node } = this.#options;
    const untilMs = node.world.monotonicMs() + BUDGET_MS;
    const now = node.world.now();
    for (const db of node.keyspace.databases) {
      if (db.expiring.size === 0) continue;
      while (this.#sample(db.number, now) > SAMPLE * SHARE) if (node.world.monotonicMs() > untilMs) return;
    }
  }

  /** How many were past their time. The walk goes on where the last one ended. */
  #sample(number: number, now: number): number {
    const db = this.#options.node.keyspace.databases[number];
    if (!db) return 0;
    let found = 0;
    for (let count = 0; count < SAMPLE; count++) {
      const walk = this.#places.get(number) ?? db.expiring.entries();
      this.#places.set(number, walk);
      const { value, done } = walk.next();
      if (done) {
        this.#places.delete(number);
        break;
      }
      const [key, entry] = value;
      const { expiresAtMs } = entry;
      if (expiresAtMs === undefined || expiresAtMs > now || db.expiring.get(key) !== entry) continue;
      if (this.#options.expired(number, key)) db.delete(key);
      found++;
    }
    return found;
  }
}
