import type { Client } from "../client";
import type { Database, Key, Watcher } from "./database";
import type { Keyspace } from "./keyspace";

/** Tries to serve a client from a key; false: there is nothing for it there. */
export type Attempt = (db: Database, key: Key) => boolean;

type Wait = {
  readonly client: Client;
  readonly db: Database;
  readonly keys: readonly Key[];
  readonly attempt: Attempt;
};

/**
 * Clients that wait for something to come into a key (BLPOP and its like), in the order they came. A change of the key only
 * marks it: `serve` is called when a command, or a whole transaction, is over, so that one never sees half of another.
 */
export class KeyWaiters implements Watcher {
  readonly #keyspace: Keyspace;
  readonly #byKey = new Map<string, Set<Wait>>();
  readonly #ready = new Set<string>();

  constructor(keyspace: Keyspace) {
    this.#keyspace = keyspace;
    keyspace.watch(this);
  }

  get blockedClients(): number {
    const clients = new Set<Client>();
    for (const waits of this.#byKey.values()) for (const { client } of waits) clients.add(client);
    return clients.size;
  }

  changed(db: number, key: Key | undefined): void {
    if (this.#byKey.size === 0 || key === undefined) return;
    const place = `${db}:${key}`;
    if (this.#byKey.has(place)) this.#ready.add(place);
  }

  before(): void {}

  /** The client's next command waits. `timedOut` answers when the time is over. */
  wait(
    wait: Wait,
    { untilMs, timedOut }: { readonly untilMs: number | undefined; readonly timedOut: () => void },
  ): void {
    for (const key of wait.keys) {
      const place = `${wait.db.number}:${key}`;
      const waits = this.#byKey.get(place) ?? new Set();
      this.#byKey.set(place, waits.add(wait));
    }
    wait.client.block = {
      reason: "list",
      untilMs,
      timedOut: () => {
        timedOut();
        this.#end(wait);
      },
      gone: () => this.#forget(wait),
    };
  }

  /** What was served may fill another key that someone waits for: until nothing is ready. */
  serve(): void {
    for (const place of this.#ready) {
      this.#ready.delete(place);
      const colon = place.indexOf(":");
      const db = this.#keyspace.databases[Number(place.slice(0, colon))];
      const key = place.slice(colon + 1);
      for (const wait of [...(this.#byKey.get(place) ?? [])]) {
        if (!db?.read(key)) break;
        if (wait.attempt(db, key)) this.#end(wait);
      }
    }
  }

  /** Those that wait for what cannot come here any more are answered with what `judge` says of their first key. */
  review(judge: (key: Key) => string | undefined, answered: (line: string) => void): void {
    const waits = new Set<Wait>();
    for (const some of this.#byKey.values()) for (const wait of some) waits.add(wait);
    for (const wait of waits) {
      const line = judge(wait.keys[0] ?? "");
      if (line === undefined) continue;
      wait.client.reply.error(line);
      answered(line);
      this.#end(wait);
    }
  }

  #end(wait: Wait): void {
    this.#forget(wait);
    wait.client.block = undefined;
  }

  #forget(wait: Wait): void {
    for (const key of wait.keys) {
      const place = `${wait.db.number}:${key}`;
      const waits = this.#byKey.get(place);
      waits?.delete(wait);
      if (waits?.size === 0) this.#byKey.delete(place);
    }
  }
}
