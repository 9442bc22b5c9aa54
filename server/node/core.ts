import { noPersistence, noReplication } from "./alone";
import type { Client } from "./client";
import { Monitors } from "./clients/monitors";
import { PubSub } from "./clients/pubsub";
import type { Session } from "./clients/session";
import { Sessions } from "./clients/sessions";
import { Tracking } from "./clients/tracking";
import { Unread } from "./clients/unread";
import { Watches } from "./clients/watches";
import { withoutCluster } from "./cluster/commands/without-cluster";
import { CommandError } from "./command";
import { commandFamilies } from "./commands/table";
import type { NodeSettings } from "./config/settings";
import { ActiveExpiry } from "./dispatch/active-expiry";
import { admission } from "./dispatch/admission";
import { Dispatcher } from "./dispatch/dispatcher";
import type { Front } from "./dispatch/front";
import type { HostFacts } from "./dispatch/host";
import type { Known } from "./dispatch/known";
import { LatencyMonitor } from "./dispatch/latency";
import { Pauses } from "./dispatch/pauses";
import { Propagation } from "./dispatch/propagation";
import { Slowlog } from "./dispatch/slowlog";
import { Stats } from "./dispatch/stats";
import { CommandTable, hasRightCount, wrongArguments } from "./dispatch/table";
import { KeyWaiters } from "./keyspace/key-waiters";
import { Keyspace } from "./keyspace/keyspace";
import { KeyUsage } from "./keyspace/usage";
import type { ClusterPart, ConnectionOwner, MigrationPart, NodeParts, PersistencePart, ReplicationPart } from "./parts";
import { Shutdown } from "./shutdown";
import type { Address, ConnectionId, Listener, NodeInputs, World } from "./world";

export type NodeOptions = {
  readonly world: World;
  readonly settings: NodeSettings;
  readonly host: HostFacts;
  /** Each is built once, in this order, and sees the node when it is whole: at its first call, not in its constructor. */
  readonly replication?: ((node: NodeParts) => ReplicationPart) | undefined;
  readonly persistence?: ((node: NodeParts) => PersistencePart) | undefined;
  readonly migration?: ((node: NodeParts) => MigrationPart) | undefined;
  /** Asked only where cluster-enabled is yes. */
  readonly cluster?: ((node: NodeParts) => ClusterPart) | undefined;
};

const STATE_CHANGED = "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)";

/**
 * A node: its parts, and what comes in for them.
 *
 *   1. Bytes of a client become commands at once; their replies wait in its session.
 *   2. `settle` first lets the parts keep what was promised (append-only file, nodes.conf), then sends the replies.
 *   3. Connections that a part owns are its own: nothing of them is read here.
 */
export class NodeCore implements NodeInputs, NodeParts, Front {
  readonly world: World;
  readonly settings: NodeSettings;
  readonly host: HostFacts;
  readonly keyspace: Keyspace;
  readonly cluster: ClusterPart | undefined;
  readonly replication: ReplicationPart;
  readonly persistence: PersistencePart;
  readonly sessions: Sessions;
  readonly pubsub = new PubSub();
  readonly watches: Watches;
  readonly waiters: KeyWaiters;
  readonly tracking: Tracking;
  readonly monitors: Monitors;
  readonly slowlog: Slowlog;
  readonly latency: LatencyMonitor;
  readonly stats = new Stats();
  readonly table: CommandTable;
  readonly runId: string;
  readonly startedMs: number;
  readonly node: NodeParts = this;
  readonly shutdown = new Shutdown(this);
  readonly #migration: MigrationPart | undefined;
  readonly #owners = new Map<ConnectionId, ConnectionOwner>();
  readonly #pauses: Pauses;
  readonly #propagation: Propagation;
  readonly #dispatcher: Dispatcher;
  readonly #expiry: ActiveExpiry;
  readonly #unread: Unread;
  #isLoading = false;
  #now: number;
  /** What the primary sends is not judged by this node's clock. */
  #isTimeless = false;

  constructor(options: NodeOptions) {
    const { world, settings } = options;
    this.world = world;
    this.settings = settings;
    this.host = options.host;
    this.#now = world.now();
    this.startedMs = this.#now;
    this.runId = world.randomBytes(20).toString("hex");
    const isCluster = settings.isOn("cluster-enabled");
    const clock = { now: () => (this.#isTimeless ? 0 : this.#now) };
    const usage = new KeyUsage({
      settings,
      nowMs: () => this.#now,
      random: () => world.randomBytes(4).readUInt32BE(0) / 2 ** 32,
    });
    this.keyspace = new Keyspace(isCluster ? 1 : settings.number("databases"), clock, usage);
    this.sessions = new Sessions(world, settings);
    this.#unread = new Unread({ world, settings, sessions: this.sessions });
    this.watches = new Watches(this.keyspace, { now: () => this.#now });
    this.waiters = new KeyWaiters(this.keyspace);
    this.tracking = new Tracking(this.keyspace, settings);
    this.monitors = new Monitors(world);
    this.slowlog = new Slowlog(settings);
    this.latency = new LatencyMonitor(world, settings);
    this.#pauses = new Pauses(() => world.monotonicMs());
    this.#propagation = new Propagation((db, args) => this.#send(db, args));
    this.replication = options.replication?.(this) ?? noReplication();
    this.persistence = options.persistence?.(this) ?? noPersistence();
    this.#migration = options.migration?.(this);
    this.cluster = isCluster ? options.cluster?.(this) : undefined;
    const { replication, persistence, cluster } = this;
    const brought = [
      replication.commands,
      persistence.commands,
      cluster?.commands ?? withoutCluster(),
      this.#migration?.commands ?? [],
    ];
    this.table = new CommandTable([...commandFamilies(this), ...brought]);
    const isLoading = () => this.#isLoading;
    this.#dispatcher = new Dispatcher({
      front: this,
      pauses: this.#pauses,
      propagation: this.#propagation,
      isLoading,
      now: () => this.#now,
    });
    this.#expiry = new ActiveExpiry({ node: this, expired: (db, key) => this.#expired(db, key) });
    for (const db of this.keyspace.databases) db.onExpired = (key) => this.#expired(db.number, key);
  }

  /** What the folder holds. Throws an Error with a sentence for the log. */
  load(): void {
    this.#isLoading = true;
    try {
      this.persistence.load();
    } finally {
      this.#isLoading = false;
    }
    this.cluster?.loaded();
  }

  accepted(connection: ConnectionId, via: Listener, remote: Address, local: Address): void {
    if (via === "bus") {
      if (this.cluster) this.cluster.accepted(connection, remote, local);
      else this.world.close(connection);
      return;
    }
    const refusal = admission(this, remote);
    if (refusal) {
      this.stats.rejectedConnections++;
      this.world.send(connection, Buffer.from(`-${refusal}\r\n`));
      this.world.close(connection);
      return;
    }
    this.stats.connections++;
    const session = this.sessions.open(connection, remote, local);
    session.isAuthenticated = this.settings.text("requirepass") === "";
  }

  connected(connection: ConnectionId, local: Address): void {
    this.#owners.get(connection)?.connected(local);
  }

  received(connection: ConnectionId, bytes: Buffer): void {
    this.#now = this.world.now();
    const owner = this.#owners.get(connection);
    if (owner) {
      owner.received(bytes);
      return;
    }
    const session = this.sessions.of(connection);
    if (!session || session.isClosing) return;
    this.stats.inputBytes += bytes.length;
    this.stats.reads++;
    session.activeMs = this.#now;
    session.parser.push(bytes);
    this.#proceed(session);
  }

  closed(connection: ConnectionId, why: string): void {
    const owner = this.#owners.get(connection);
    this.#owners.delete(connection);
    owner?.closed(why);
    const session = this.sessions.of(connection);
    if (session) this.#forget(session);
  }

  tick(): void {
    this.#now = this.world.now();
    const monotonicMs = this.world.monotonicMs();
    for (const session of [...this.sessions.blocked]) {
      const { block } = session;
      if (block?.untilMs !== undefined && block.untilMs <= monotonicMs) block.timedOut();
    }
    const { cluster } = this;
    if (cluster)
      this.waiters.review(
        (key) => cluster.routeBlocked(key),
        (line) => this.stats.failed(line),
      );
    this.stats.sample(monotonicMs);
    if (!this.#pauses.isPaused && this.replication.role === "primary") this.#expiry.tick();
    this.replication.tick();
    this.persistence.tick();
    this.#migration?.tick();
    cluster?.tick();
    this.shutdown.tick();
    this.#unread.tick();
    this.#closeIdle();
  }

  settle(): void {
    this.#resume();
    this.persistence.settle();
    this.cluster?.settle();
    this.replication.settle();
    this.tracking.broadcast();
    for (const session of this.sessions.waiting) this.#flush(session);
  }

  pause(kind: "write" | "all", untilMs: number): void {
    this.#pauses.pause(kind, untilMs);
  }

  unpause(): void {
    this.#pauses.unpause();
  }

  get isPaused(): boolean {
    return this.#pauses.isPaused;
  }

  hold(): void {
    this.#pauses.hold();
  }

  release(): void {
    this.#pauses.release();
  }

  dismissBlocked(): void {
    for (const session of [...this.sessions.blocked]) {
      const { block } = session;
      if (block?.reason !== "list" && block?.reason !== "wait") continue;
      block.gone();
      this.stats.failed(STATE_CHANGED);
      session.reply.error(STATE_CHANGED);
      session.block = undefined;
      session.closeAfterReplies();
    }
  }

  tell(db: number, args: readonly (Buffer | string)[]): void {
    this.#propagation.tell(db, args);
  }

  execute(client: Client, args: readonly Buffer[]): void {
    const session = client as Session;
    this.#isTimeless = session.kind === "primary";
    try {
      this.#dispatcher.replay(session, args);
    } finally {
      this.#isTimeless = false;
    }
  }

  refusalOf(args: readonly Buffer[]): string | undefined {
    try {
      const known = this.table.find(args);
      return hasRightCount(known.command, args) ? undefined : wrongArguments(known.fullName).line;
    } catch (error) {
      if (error instanceof CommandError) return error.line;
      throw error;
    }
  }

  deliver(channel: Buffer, message: Buffer, sharded: boolean): number {
    return sharded ? this.pubsub.publishSharded(channel, message) : this.pubsub.publish(channel, message);
  }

  dropShardChannels(slot: number): void {
    this.pubsub.dropSlot(slot);
  }

  setActiveExpiry(isOn: boolean): void {
    this.#expiry.isOn = isOn;
  }

  inner(): Client {
    return this.sessions.inner();
  }

  own(connection: ConnectionId, owner: ConnectionOwner): void {
    this.#owners.set(connection, owner);
    const session = this.sessions.of(connection);
    if (!session) return;
    session.isDeaf = true;
    if (session.reply.waitingBytes > 0) this.#flush(session);
  }

  call(session: Session, known: Known, args: readonly Buffer[]): void {
    this.#dispatcher.call(session, known, args);
  }

  finish(session: Session): void {
    this.#dispatcher.finish(session);
  }

  discard(session: Session): void {
    session.transaction = undefined;
    this.watches.clear(session);
  }

  drop(session: Session, why: string): void {
    const { connection } = session;
    if (connection === undefined) return;
    this.#flush(session);
    this.world.close(connection);
    this.closed(connection, why);
  }

  #proceed(session: Session): void {
    this.#dispatcher.run(session);
    if (session.block) this.sessions.blocked.add(session);
    if (session.postponed) this.sessions.resumable.add(session);
    if (!session.isDeaf || session.connection === undefined) return;
    const unread = session.parser.takeUnread();
    if (unread.length > 0) this.#owners.get(session.connection)?.received(unread);
  }

  /** Those whose waiting is over, until none of them can go on. */
  #resume(): void {
    const { resumable } = this.sessions;
    if (resumable.size === 0) return;
    const waiting: Session[] = [];
    for (const session of resumable) {
      resumable.delete(session);
      if (session.postponed && this.#pauses.isPaused) waiting.push(session);
      else this.#proceed(session);
    }
    for (const session of waiting) resumable.add(session);
  }

  #flush(session: Session): void {
    const { connection } = session;
    this.sessions.waiting.delete(session);
    if (connection === undefined) return;
    const taken = session.reply.take();
    this.stats.writes++;
    let sent = 0;
    for (const bytes of Array.isArray(taken) ? taken : [taken as Buffer]) {
      sent += bytes.length;
      if (bytes.length > 0) this.world.send(connection, bytes);
    }
    this.stats.outputBytes += sent;
    const isTooMuch = this.#unread.sent(session, sent);
    if (isTooMuch) this.world.log("warning", `Client ${session.id} closed for overcoming of output buffer limits.`);
    if (!isTooMuch && !session.isClosing) return;
    this.world.close(connection);
    this.closed(connection, "");
  }

  #forget(session: Session): void {
    session.isGone = true;
    this.sessions.forget(session);
    this.monitors.remove(session);
    if (session.tracking) this.tracking.disable(session);
    this.pubsub.clear(session);
    this.watches.clear(session);
    const { block } = session;
    if (!block) return;
    block.gone();
    this.sessions.forget(session);
  }

  #closeIdle(): void {
    const limitMs = this.settings.number("timeout") * 1000;
    if (limitMs === 0) return;
    for (const session of this.sessions.all())
      if (session.kind === "normal" && !session.block && this.#now - session.activeMs > limitMs)
        this.drop(session, "idle");
  }

  #expired(db: number, key: string): boolean {
    if (this.replication.role === "replica" || this.#pauses.isPaused || this.#isLoading) return false;
    this.stats.expiredKeys++;
    this.tell(db, ["DEL", Buffer.from(key, "latin1")]);
    return true;
  }

  #send(db: number, args: readonly (Buffer | string)[]): void {
    if (this.#isLoading) return;
    if (this.replication.role === "primary") this.replication.tell(db, args);
    this.persistence.tell(db, args);
  }
}
