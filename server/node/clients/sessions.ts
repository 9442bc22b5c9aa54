import type { Settings } from "../parts";
import type { Address, ConnectionId, World } from "../world";
import { Session } from "./session";

/** Those who are connected, and whose replies wait. */
export class Sessions {
  readonly #world: World;
  readonly #settings: Settings;
  readonly #byConnection = new Map<ConnectionId, Session>();
  #lastId = 0;
  /** Replies wait. */
  readonly waiting = new Set<Session>();
  /** What they were blocked by is over: their next commands can go on. */
  readonly resumable = new Set<Session>();
  readonly blocked = new Set<Session>();
  readonly stalled = new Set<Session>();

  constructor(world: World, settings: Settings) {
    this.#world = world;
    this.#settings = settings;
  }

  get size(): number {
    return this.#byConnection.size;
  }

  all(): IterableIterator<Session> {
    return this.#byConnection.values();
  }

  of(connection: ConnectionId): Session | undefined {
    return this.#byConnection.get(connection);
  }

  open(connection: ConnectionId, remote: Address, local: Address): Session {
    const session = this.#make(connection, remote, local);
    this.#byConnection.set(connection, session);
    return session;
  }

  /** A client without a connection: its replies go nowhere. */
  inner(): Session {
    const nobody = { host: "", port: 0 };
    const session = this.#make(undefined, nobody, nobody);
    session.kind = "none";
    session.canBlock = false;
    session.isAuthenticated = true;
    session.reply.isMute = true;
    return session;
  }

  forget(session: Session): void {
    if (session.connection !== undefined) this.#byConnection.delete(session.connection);
    this.waiting.delete(session);
    this.resumable.delete(session);
    this.blocked.delete(session);
    this.stalled.delete(session);
  }

  /** The rest of a transaction comes at once: between it and what it waited for nobody else's command is executed. */
  #unblocked(session: Session): void {
    this.blocked.delete(session);
    const rest = session.unfinished;
    session.unfinished = undefined;
    rest?.();
    const { connection } = session;
    if (connection === undefined || !this.#byConnection.has(connection)) return;
    if (session.block) this.blocked.add(session);
    else this.resumable.add(session);
  }

  #make(connection: ConnectionId | undefined, remote: Address, local: Address): Session {
    return new Session({
      id: connection === undefined ? 0 : ++this.#lastId,
      connection,
      remote,
      local,
      nowMs: this.#world.now(),
      maxBulkBytes: this.#settings.number("proto-max-bulk-len"),
      maxHeldBytes: this.#settings.number("client-query-buffer-limit"),
      wrote: (session) => {
        if (session.connection !== undefined) this.waiting.add(session);
      },
      unblocked: (session) => this.#unblocked(session),
    });
  }
}
