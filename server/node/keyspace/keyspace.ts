import { Database, type Watcher } from "./database";
import type { Usage } from "./usage";

/** All databases of a node: one in a cluster, `databases` of them in a standalone server. */
export class Keyspace {
  readonly databases: readonly Database[];
  readonly #watchers = new Set<Watcher>();

  constructor(count: number, clock: { now(): number }, usage?: Usage) {
    this.databases = Array.from({ length: count }, (_, number) => new Database(number, this.#watchers, clock, usage));
  }

  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** The only one of a cluster node, the first of a standalone server. */
  get first(): Database {
    const [first] = this.databases;
    if (!first) throw new RangeError("a keyspace has at least one database");
    return first;
  }

  clear(): void {
    for (const database of this.databases) database.clear();
  }
}
