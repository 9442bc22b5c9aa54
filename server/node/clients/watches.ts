import type { Watcher } from "../keyspace/database";
import type { Keyspace } from "../keyspace/keyspace";
import type { Session } from "./session";

/** WATCH: who is to be told that a key was changed. Costs nothing while nobody watches. */
export class Watches implements Watcher {
  readonly #keyspace: Keyspace;
  readonly #sessions = new Map<string, Set<Session>>();
  #unwatch: (() => void) | undefined;

  constructor(keyspace: Keyspace) {
    this.#keyspace = keyspace;
  }

  add(session: Session, key: string): void {
    const name = `${session.db}:${key}`;
    session.watched ??= new Set();
    session.watched.add(name);
    const sessions = this.#sessions.get(name) ?? new Set();
    this.#sessions.set(name, sessions.add(session));
    this.#unwatch ??= this.#keyspace.watch(this);
  }

  clear(session: Session): void {
    session.isDirty = false;
    for (const name of session.watched ?? []) {
      const sessions = this.#sessions.get(name);
      sessions?.delete(session);
      if (sessions?.size === 0) this.#sessions.delete(name);
    }
    session.watched = undefined;
    if (this.#sessions.size > 0) return;
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  changed(db: number, key: string | undefined): void {
    if (key !== undefined) {
      for (const session of this.#sessions.get(`${db}:${key}`) ?? []) session.isDirty = true;
      return;
    }
    for (const [name, sessions] of this.#sessions)
      if (name.startsWith(`${db}:`)) for (const session of sessions) session.isDirty = true;
  }

  before(): void {}
}
