import type { Database, Watcher } from "../keyspace/database";
import type { Keyspace } from "../keyspace/keyspace";
import type { Session } from "./session";

type Watched = { readonly db: Database; readonly key: string; isHeld: boolean; readonly sessions: Set<Session> };

/**
 * WATCH: who is to be told that a key was changed. Costs nothing while nobody watches. As in redis 7.0 a key that comes to its
 * time while it is watched was changed, whether it is deleted already or not; one that was past it before WATCH was not there,
 * and that it is deleted changes nothing.
 */
export class Watches implements Watcher {
  readonly #keyspace: Keyspace;
  readonly #clock: { now(): number };
  readonly #watched = new Map<string, Watched>();
  #unwatch: (() => void) | undefined;

  constructor(keyspace: Keyspace, clock: { now(): number }) {
    this.#keyspace = keyspace;
    this.#clock = clock;
  }

  add(session: Session, key: string): void {
    const db = this.#keyspace.databases[session.db];
    const name = `${session.db}:${key}`;
    session.watched ??= new Map();
    if (!db || session.watched.has(name)) return;
    session.watched.set(name, this.#isPast(db, key) ? "past" : "live");
    const watched = this.#watched.get(name) ?? { db, key, isHeld: db.holds(key), sessions: new Set() };
    this.#watched.set(name, watched);
    watched.sessions.add(session);
    this.#unwatch ??= this.#keyspace.watch(this);
  }

  clear(session: Session): void {
    session.isDirty = false;
    for (const name of session.watched?.keys() ?? []) {
      const watched = this.#watched.get(name);
      watched?.sessions.delete(session);
      if (watched?.sessions.size === 0) this.#watched.delete(name);
    }
    session.watched = undefined;
    if (this.#watched.size > 0) return;
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  /** Whether a key was changed since, or came to its time. */
  isStale(session: Session): boolean {
    if (session.isDirty) return true;
    for (const [name, state] of session.watched ?? []) {
      const watched = this.#watched.get(name);
      if (watched && state === "live" && this.#isPast(watched.db, watched.key)) return true;
    }
    return false;
  }

  changed(db: number, key: string | undefined): void {
    if (key === undefined) {
      for (const watched of this.#watched.values()) if (watched.db.number === db) this.#replaced(watched);
      return;
    }
    const watched = this.#watched.get(`${db}:${key}`);
    if (!watched) return;
    watched.isHeld = watched.db.holds(key);
    for (const session of watched.sessions)
      if (!watched.isHeld && this.#wasPast(session, watched)) this.#see(session, watched, "live");
      else session.isDirty = true;
  }

  before(): void {}

  /** All of a database went, or another's data came in its place. */
  #replaced(watched: Watched): void {
    const { db, key, isHeld: wasHeld } = watched;
    watched.isHeld = db.holds(key);
    if (!wasHeld && !watched.isHeld) return;
    const isPast = this.#isPast(db, key);
    for (const session of watched.sessions)
      if (this.#wasPast(session, watched) && (!watched.isHeld || isPast))
        this.#see(session, watched, isPast ? "past" : "live");
      else if (!wasHeld && isPast) this.#see(session, watched, "past");
      else session.isDirty = true;
  }

  #wasPast(session: Session, { db, key }: Watched): boolean {
    return session.watched?.get(`${db.number}:${key}`) === "past";
  }

  #see(session: Session, { db, key }: Watched, state: "past" | "live"): void {
    session.watched?.set(`${db.number}:${key}`, state);
  }

  #isPast(db: Database, key: string): boolean {
    const at = db.expiring.get(key)?.expiresAtMs;
    return at !== undefined && at <= this.#clock.now();
  }
}
