import { latin1KeySlot } from "@/lib/cluster/key-slot";
import { SLOT_COUNT } from "@/lib/cluster/slots";
import { UNKNOWN_USAGE, type Usage } from "./usage";
import type { StoredValue } from "./value";

/** A key as a latin1 string: a byte a character, so that a Map finds it by content. */
export type Key = string;

export type Entry = {
  value: StoredValue;
  /** Unix ms; undefined: it stays. */
  expiresAtMs: number | undefined;
  /** Of its last use, or its frequency: see Usage. */
  use: number;
};

export interface Watcher {
  /** A key was written, deleted or has expired; undefined: all of them. */
  changed(db: number, key: Key | undefined): void;
  /** Before anything of the slot changes: whoever copies the data slot by slot copies this one first. */
  before(db: number, slot: number): void;
}

export const slotOf: (key: Key) => number = latin1KeySlot;

/**
 * One database: 16384 maps, so that a slot's keys are counted, listed and deleted without a search. A standalone server has
 * them too: SCAN walks slot by slot.
 *
 * Whoever changes a value in place takes it by `write` and says `changed` when it did; `set`, `delete`, `expire` say so themselves.
 * A key past its time is not there for `read` and `write`; a primary deletes it then (`onExpired`), a replica waits for its primary's DEL.
 */
export class Database {
  readonly number: number;
  #slots: (Map<Key, Entry> | undefined)[] = new Array(SLOT_COUNT).fill(undefined);
  /** Keys with a time, by slot as well: active expiry takes its samples here. */
  #expiring = new Map<Key, Entry>();
  readonly #watchers: ReadonlySet<Watcher>;
  readonly #clock: { now(): number };
  readonly usage: Usage;
  #size = 0;
  /** Of `read`: how many found something. */
  hits = 0;
  misses = 0;
  /** Told of a key that a lookup found past its time; true: it is deleted. */
  onExpired: (key: Key) => boolean = () => false;

  constructor(number: number, watchers: ReadonlySet<Watcher>, clock: { now(): number }, usage: Usage = UNKNOWN_USAGE) {
    this.usage = usage;
    this.number = number;
    this.#watchers = watchers;
    this.#clock = clock;
  }

  get size(): number {
    return this.#size;
  }

  get expiring(): ReadonlyMap<Key, Entry> {
    return this.#expiring;
  }

  read(key: Key): Entry | undefined {
    const entry = this.look(key);
    if (entry) entry.use = this.usage.used(entry.use);
    return entry;
  }

  /** As `read`, and it does not count as a use. */
  look(key: Key): Entry | undefined {
    const entry = this.#find(key);
    if (entry) this.hits++;
    else this.misses++;
    return entry;
  }

  #find(key: Key): Entry | undefined {
    const entry = this.#slots[slotOf(key)]?.get(key);
    if (entry?.expiresAtMs === undefined || entry.expiresAtMs > this.#clock.now()) return entry;
    if (this.onExpired(key)) this.delete(key);
    return undefined;
  }

  /** To be changed in place: `changed` afterwards. */
  write(key: Key): Entry | undefined {
    const entry = this.#find(key);
    if (!entry) return undefined;
    entry.use = this.usage.used(entry.use);
    this.#before(slotOf(key));
    return entry;
  }

  /** Whether it is held, past its time or not. */
  holds(key: Key): boolean {
    return this.#slots[slotOf(key)]?.has(key) ?? false;
  }

  /** In place of what was there; a time goes with it unless it is given. */
  set(key: Key, value: StoredValue, expiresAtMs?: number): void {
    const slot = slotOf(key);
    this.#before(slot);
    const keys = this.#slots[slot] ?? new Map<Key, Entry>();
    this.#slots[slot] = keys;
    const old = keys.get(key);
    const entry: Entry = { value, expiresAtMs, use: this.usage.written(old?.use) };
    keys.set(key, entry);
    if (!old) this.#size++;
    if (expiresAtMs !== undefined) this.#expiring.set(key, entry);
    else if (old?.expiresAtMs !== undefined) this.#expiring.delete(key);
    this.changed(key);
  }

  delete(key: Key): boolean {
    const slot = slotOf(key);
    const keys = this.#slots[slot];
    if (!keys?.has(key)) return false;
    this.#before(slot);
    keys.delete(key);
    this.#expiring.delete(key);
    if (keys.size === 0) this.#slots[slot] = undefined;
    this.#size--;
    this.changed(key);
    return true;
  }

  expire(key: Key, expiresAtMs: number | undefined): boolean {
    const slot = slotOf(key);
    const entry = this.#slots[slot]?.get(key);
    if (!entry) return false;
    this.#before(slot);
    entry.expiresAtMs = expiresAtMs;
    if (expiresAtMs === undefined) this.#expiring.delete(key);
    else this.#expiring.set(key, entry);
    this.changed(key);
    return true;
  }

  changed(key: Key): void {
    for (const watcher of this.#watchers) watcher.changed(this.number, key);
  }

  countInSlot(slot: number): number {
    return this.#slots[slot]?.size ?? 0;
  }

  /** As they are held, those past their time too. Not to be changed while it is walked. */
  slot(slot: number): ReadonlyMap<Key, Entry> | undefined {
    return this.#slots[slot];
  }

  /** In place of all that was there: what `other` holds, which is left empty. In one move, however much it is. */
  adopt(other: Database): void {
    this.#beforeAll();
    this.#slots = other.#slots;
    this.#expiring = other.#expiring;
    this.#size = other.#size;
    other.#slots = new Array(SLOT_COUNT).fill(undefined);
    other.#expiring = new Map();
    other.#size = 0;
    for (const watcher of this.#watchers) watcher.changed(this.number, undefined);
  }

  /** Each holds what the other held. */
  swap(other: Database): void {
    const mine = new Database(this.number, new Set(), this.#clock);
    this.#beforeAll();
    mine.adopt(this);
    this.adopt(other);
    other.adopt(mine);
  }

  clear(): void {
    this.#beforeAll();
    this.#slots.fill(undefined);
    this.#expiring.clear();
    this.#size = 0;
    for (const watcher of this.#watchers) watcher.changed(this.number, undefined);
  }

  #beforeAll(): void {
    if (this.#watchers.size === 0) return;
    for (let slot = 0; slot < SLOT_COUNT; slot++) if (this.#slots[slot]) this.#before(slot);
  }

  #before(slot: number): void {
    for (const watcher of this.#watchers) watcher.before(this.number, slot);
  }
}
