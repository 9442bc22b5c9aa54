import type { Watcher } from "../keyspace/database";
import type { Keyspace } from "../keyspace/keyspace";
import type { Settings } from "../parts";
import type { Session } from "./session";

/** CLIENT TRACKING of one client. */
export type TrackingState = {
  readonly mode: "all" | "optin" | "optout" | "broadcast";
  readonly isWithoutOwn: boolean;
  /** Who is told in its place. */
  readonly redirect: Session | undefined;
  /** Of broadcast; "": every key. */
  readonly prefixes: ReadonlySet<string>;
  /** CLIENT CACHING: of the next command, or of the transaction that it begins. */
  isCachingGiven: boolean;
  isRedirectBroken: boolean;
};

type Change = { readonly by: Session | undefined };

const CHANNEL = "__redis__:invalidate";

/**
 * Server assisted client side caching, as redis 7.0 does it.
 *
 *   1. What a tracking client reads is remembered, a key once for all databases. The first change of it tells all who read it,
 *      and forgets it.
 *   2. A client hears of its own change behind the answer to it, or not at all (NOLOOP).
 *   3. Who listens to prefixes hears of all changed keys of one turn of the loop together, read or not.
 *
 * Costs nothing while nobody tracks. Held: `tracking-table-max-keys` keys at most; beyond, the oldest are told as changed.
 */
export class Tracking implements Watcher {
  readonly #keyspace: Keyspace;
  readonly #settings: Settings;
  readonly #sessions = new Map<number, Session>();
  readonly #readers = new Map<string, Set<number>>();
  readonly #changes = new Map<string, Change>();
  #broadcasters = 0;
  #isFlushed = false;
  #own: (string | undefined)[] = [];
  #current: Session | undefined;
  #unwatch: (() => void) | undefined;

  constructor(keyspace: Keyspace, settings: Settings) {
    this.#keyspace = keyspace;
    this.#settings = settings;
  }

  get isOn(): boolean {
    return this.#sessions.size > 0;
  }

  enable(session: Session, state: TrackingState): void {
    session.tracking = state;
    this.#sessions.set(session.id, session);
    this.#count();
    this.#unwatch ??= this.#keyspace.watch(this);
  }

  disable(session: Session): void {
    session.tracking = undefined;
    this.#sessions.delete(session.id);
    this.#count();
    if (this.#sessions.size > 0) return;
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#readers.clear();
    this.#changes.clear();
    this.#own = [];
  }

  /** Whose command runs from now on. */
  begin(session: Session): void {
    this.#current = session;
  }

  /** The command is answered: what it changed of what its own client had read. */
  end(): void {
    const session = this.#current;
    this.#tellFlush();
    this.#current = undefined;
    if (this.#own.length === 0 || !session) return;
    const keys = this.#own;
    this.#own = [];
    if (session.tracking) for (const key of keys) this.#tell(session, key === undefined ? undefined : [key]);
  }

  /** A command that only reads was answered. */
  read(session: Session, keys: readonly Buffer[]): void {
    const { tracking } = session;
    if (!tracking || tracking.mode === "broadcast") return;
    if (tracking.mode === "optin" ? !tracking.isCachingGiven : tracking.mode === "optout" && tracking.isCachingGiven)
      return;
    for (const key of keys) {
      const name = key.toString("latin1");
      const readers = this.#readers.get(name) ?? new Set();
      this.#readers.set(name, readers.add(session.id));
    }
    this.#limit();
  }

  changed(_: number, key: string | undefined): void {
    if (key === undefined) {
      this.#flushed();
      return;
    }
    if (this.#broadcasters > 0) this.#changes.set(key, { by: this.#current });
    this.#invalidate(key);
  }

  before(): void {}

  /** What changed since the last time, to those who listen to prefixes. */
  broadcast(): void {
    this.#tellFlush();
    if (this.#changes.size === 0) return;
    const keys = [...this.#changes.keys()].sort();
    for (const session of this.#sessions.values()) {
      const { tracking } = session;
      if (tracking?.mode !== "broadcast") continue;
      for (const prefix of tracking.prefixes) {
        const isTold = (key: string) =>
          key.startsWith(prefix) && !(tracking.isWithoutOwn && this.#changes.get(key)?.by === session);
        const told = keys.filter(isTold);
        if (told.length > 0) this.#tell(session, told);
      }
    }
    this.#changes.clear();
  }

  #count(): void {
    this.#broadcasters = [...this.#sessions.values()].filter(({ tracking }) => tracking?.mode === "broadcast").length;
  }

  #invalidate(key: string): void {
    const readers = this.#readers.get(key);
    if (!readers) return;
    this.#readers.delete(key);
    for (const id of readers) {
      const session = this.#sessions.get(id);
      const { tracking } = session ?? {};
      if (!session || !tracking || tracking.mode === "broadcast") continue;
      if (session !== this.#current) this.#tell(session, [key]);
      else if (!tracking.isWithoutOwn) this.#own.push(key);
    }
  }

  /** FLUSHALL comes once for each database, and is told once. */
  #flushed(): void {
    this.#readers.clear();
    this.#changes.clear();
    this.#isFlushed = true;
  }

  #tellFlush(): void {
    if (!this.#isFlushed) return;
    this.#isFlushed = false;
    for (const session of this.#sessions.values())
      if (session === this.#current) this.#own.push(undefined);
      else this.#tell(session, undefined);
  }

  #limit(): void {
    const most = this.#settings.number("tracking-table-max-keys");
    if (most === 0 || this.#readers.size <= most) return;
    for (const key of this.#readers.keys()) {
      if (this.#readers.size <= most) return;
      this.#invalidate(key);
    }
  }

  /** Undefined: all keys are gone. A client that does not read must not be told half: its connection ends. */
  #tell(session: Session, keys: readonly string[] | undefined): void {
    const { tracking } = session;
    const target = tracking?.redirect ?? session;
    if (tracking?.redirect?.isGone) {
      tracking.isRedirectBroken = true;
      if (session.reply.resp === 3)
        aloud(session, () => {
          session.reply.push(2);
          session.reply.bulk("tracking-redir-broken");
          session.reply.integer(tracking.redirect?.id ?? 0);
        });
      return;
    }
    const isMessage = target.reply.resp === 2 && target !== session && target.kind === "pubsub";
    if (target.reply.resp === 2 && !isMessage) return;
    if (target.isStalled) target.closeAfterReplies();
    else aloud(target, () => write(target, { keys, isMessage, resp: session.reply.resp }));
  }
}

/** CLIENT REPLY OFF keeps no message away. */
function aloud({ reply }: Session, write: () => void): void {
  const wasMute = reply.isMute;
  reply.isMute = false;
  write();
  reply.isMute = wasMute;
}

type Message = { readonly keys: readonly string[] | undefined; readonly isMessage: boolean; readonly resp: 2 | 3 };

function write({ reply }: Session, { keys, isMessage, resp }: Message): void {
  if (isMessage) {
    reply.array(3);
    reply.bulk("message");
    reply.bulk(CHANNEL);
  } else {
    reply.push(2);
    reply.bulk("invalidate");
  }
  if (!keys) {
    // The nothing of the one who tracks, even where another is told.
    reply.raw(Buffer.from(resp === 2 ? "$-1\r\n" : "_\r\n"));
    return;
  }
  reply.array(keys.length);
  for (const key of keys) reply.bulk(key);
}
