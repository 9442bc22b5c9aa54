import type { Client } from "../client";
import { type OutputLimit, replicaLimit } from "../clients/output-limit";
import type { NodeParts } from "../parts";
import type { Word } from "../wire/command-bytes";
import type { ConnectionId } from "../world";
import { FullCopies } from "./full-copies";
import type { Identity } from "./identity";
import { type ReplicaFacts, ReplicaLink } from "./replica-link";
import { ReplicationStream } from "./stream";
import type { ValueCodec } from "./value-codec";

export type ReplicasOptions = {
  readonly node: NodeParts;
  readonly identity: Identity;
  readonly codec: ValueCodec;
  /** Of a replica: the database that is selected in the stream that it passes on. */
  readonly streamDb: () => number | undefined;
  readonly acknowledged: () => void;
  readonly sent: (bytes: number) => void;
};

/** Of one turn of the loop, ms: between inputs, and of a tick that has nothing else to do. */
const STEP_MS = 5;
const TICK_STEP_MS = 40;
const KEEP_ALIVE_MS = 1000;

/**
 * Those who follow this node: a primary's replicas, or a replica's own.
 *
 *   1. A full copy waits for repl-diskless-sync-delay, so that others who come meanwhile share it. One is made at a time.
 *   2. It is of the place where the stream stands when it begins; a replica is held in the stream there until it has the copy.
 *   3. The stream keeps what the slowest replica needs, up to client-output-buffer-limit, and else repl-backlog-size.
 *
 * Until the first replica comes there is no stream, and telling costs nothing.
 */
export class Replicas {
  readonly #options: ReplicasOptions;
  readonly #links = new Set<ReplicaLink>();
  #stream: ReplicationStream | undefined;
  /** Where a stream begins that is not there yet. */
  #place = 0;
  readonly #copies: FullCopies;
  /** Of the stream that this node writes itself. −1: the next command says it first. */
  #selected = -1;
  #backlogBytes = 0;
  #limit: OutputLimit = { hardBytes: 0, softBytes: 0, softMs: 0 };
  #pingedMs = 0;
  #keptAliveMs = 0;
  #aloneSinceMs: number | undefined;

  constructor(options: ReplicasOptions) {
    this.#options = options;
    this.#copies = new FullCopies({ ...options, begins: () => this.#beginCopy() });
    this.#readSettings();
  }

  get links(): ReadonlySet<ReplicaLink> {
    return this.#links;
  }

  get stream(): ReplicationStream | undefined {
    return this.#stream;
  }

  get place(): number {
    return this.#stream?.end ?? this.#place;
  }

  get backlogBytes(): number {
    return this.#backlogBytes;
  }

  /** There is a stream from now on. */
  open(): ReplicationStream {
    this.#stream ??= new ReplicationStream(this.#place);
    return this.#stream;
  }

  /** The data is another's now, at this place: whoever followed has to ask anew. */
  restart(place: number): void {
    this.dismiss();
    this.#stream = new ReplicationStream(place);
    this.#place = place;
  }

  dismiss(): void {
    for (const link of [...this.#links]) link.close();
    this.#selected = -1;
  }

  tell(db: number, words: readonly Word[]): void {
    const stream = this.#stream;
    if (!stream) return;
    if (db !== this.#selected) stream.command(["SELECT", String(db)]);
    this.#selected = db;
    stream.command(words);
  }

  /** Of no database: PING, REPLCONF GETACK. */
  announce(...words: readonly string[]): void {
    this.#stream?.command(words);
  }

  admit(client: Client, connection: ConnectionId, facts: ReplicaFacts, way: { asksSync: boolean }): ReplicaLink {
    const { world } = this.#options.node;
    const link = new ReplicaLink({
      world,
      client,
      connection,
      facts,
      asksSync: way.asksSync,
      acknowledged: this.#options.acknowledged,
      sent: this.#options.sent,
      gone: (link) => this.#gone(link),
    });
    this.#links.add(link);
    this.#aloneSinceMs = undefined;
    client.kind = "replica";
    this.#options.node.own(connection, link);
    return link;
  }

  settle(): void {
    if (this.#links.size === 0) return;
    this.#copies.step(STEP_MS);
    this.#pump();
  }

  tick(isPrimary: boolean): void {
    this.#readSettings();
    const now = this.#now();
    if (this.#links.size > 0) {
      if (isPrimary) this.#ping(now);
      this.#keepAlive(now);
      this.#dropSilent(now);
      this.#copies.begin(this.#links, now);
      this.#copies.step(TICK_STEP_MS);
      this.#pump();
    }
    this.#trim();
    if (isPrimary) this.#forget(now);
  }

  #readSettings(): void {
    const { settings } = this.#options.node;
    this.#backlogBytes = settings.number("repl-backlog-size");
    this.#limit = replicaLimit(settings.text("client-output-buffer-limit"), this.#backlogBytes);
  }

  #pump(): void {
    const end = this.place;
    for (const link of this.#links) {
      link.pump(this.#stream);
      if (link.phase === "waiting" || !link.exceeds(this.#limit, end)) continue;
      this.#warn(
        `Replica ${link.name} is closed: it takes less than client-output-buffer-limit allows it to be behind`,
      );
      link.close();
    }
  }

  #ping(now: number): void {
    const period = this.#options.node.settings.number("repl-ping-replica-period") * 1000;
    if (now - this.#pingedMs < period || this.#options.node.isPaused) return;
    this.#pingedMs = now;
    this.announce("PING");
  }

  /** A line without a word: whoever waits for a snapshot sees that this node lives. */
  #keepAlive(now: number): void {
    if (now - this.#keptAliveMs < KEEP_ALIVE_MS) return;
    this.#keptAliveMs = now;
    for (const link of this.#links) if (link.waits) link.keepAlive();
  }

  #dropSilent(now: number): void {
    const timeoutMs = this.#options.node.settings.number("repl-timeout") * 1000;
    for (const link of [...this.#links]) {
      if (link.waits || now - link.heardMs <= timeoutMs) continue;
      this.#warn(`Disconnecting timedout replica ${link.name}`);
      link.close();
    }
  }

  /** Whoever has the copy goes on in the stream from here, and is told which database is selected. */
  #beginCopy(): number {
    this.#selected = -1;
    return this.open().end;
  }

  #gone(link: ReplicaLink): void {
    this.#links.delete(link);
    if (this.#links.size === 0) this.#aloneSinceMs = this.#now();
    this.#copies.gone(link);
  }

  #trim(): void {
    const stream = this.#stream;
    if (!stream) return;
    let keep = stream.end - this.#backlogBytes;
    for (const link of this.#links) if (link.phase !== "waiting" && link.place < keep) keep = link.place;
    stream.trim(keep);
  }

  /** Nobody followed for repl-backlog-ttl: whoever comes then gets a full copy, of a history with a new name. */
  #forget(now: number): void {
    const ttlMs = this.#options.node.settings.number("repl-backlog-ttl") * 1000;
    if (!this.#stream || this.#aloneSinceMs === undefined || ttlMs === 0 || now - this.#aloneSinceMs < ttlMs) return;
    this.#place = this.#stream.end;
    this.#stream = undefined;
    this.#options.identity.renew();
  }

  #now(): number {
    return this.#options.node.world.monotonicMs();
  }

  #warn(text: string): void {
    this.#options.node.world.log("warning", text);
  }
}
