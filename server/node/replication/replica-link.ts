import { CommandReader } from "@/server/rdb/command-reader";
import type { Client } from "../client";
import type { OutputLimit } from "../clients/output-limit";
import type { ConnectionOwner } from "../parts";
import { commandBytes } from "../wire/command-bytes";
import type { Address, ConnectionId, World } from "../world";
import type { ReplicationStream } from "./stream";

/** What a replica said of itself before it asked for the stream. */
export type ReplicaFacts = {
  listeningPort: number | undefined;
  announcedHost: string | undefined;
  /** It reads a snapshot of a length that is not known before. */
  takesEof: boolean;
  takesPsync2: boolean;
  /** The snapshot, and then nothing. */
  isRdbOnly: boolean;
};

/**
 * waiting: for a snapshot to begin. snapshot: it is made and sent. loading: it is sent, and the replica has not said that it
 * has read its end (what came behind the mark in one piece with it, it would take for data). online: the stream.
 */
export type ReplicaPhase = "waiting" | "snapshot" | "loading" | "online";

export type ReplicaLinkOptions = {
  readonly world: World;
  readonly client: Client;
  readonly connection: ConnectionId;
  readonly facts: ReplicaFacts;
  readonly asksSync: boolean;
  acknowledged(link: ReplicaLink): void;
  sent(bytes: number): void;
  gone(link: ReplicaLink): void;
};

/** More than this is not given to a socket that does not take it: it stays where all replicas share it. */
const MAX_UNSENT = 16 * 1024 * 1024;
const MAX_ARG_BYTES = 64 * 1024;
const MAX_UNREAD = 256 * 1024;
const CRLF = "\r\n";

/** A replica as its primary sees it: how far it was told, how far it says it is. */
export class ReplicaLink implements ConnectionOwner {
  phase: ReplicaPhase = "waiting";
  /** Up to here of the stream it was sent. */
  place = 0;
  acknowledgedPlace = 0;
  heardMs: number;
  readonly sinceMs: number;
  readonly facts: ReplicaFacts;
  readonly client: Client;
  readonly asksSync: boolean;
  readonly #options: ReplicaLinkOptions;
  readonly #reader = new CommandReader(MAX_ARG_BYTES);
  #unread = 0;
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #mark: string | undefined;
  #overSoftSinceMs: number | undefined;
  #isClosed = false;
  #lastUnsent = 0;

  constructor(options: ReplicaLinkOptions) {
    this.#options = options;
    this.client = options.client;
    this.facts = options.facts;
    this.asksSync = options.asksSync;
    this.heardMs = this.sinceMs = options.world.monotonicMs();
  }

  get address(): Address {
    const { announcedHost, listeningPort } = this.facts;
    return { host: announcedHost ?? this.client.remote.host, port: listeningPort ?? 0 };
  }

  get name(): string {
    const { host, port } = this.address;
    return `${host}:${port === 0 ? "<unknown-replica-port>" : port}`;
  }

  /** Whole seconds, as redis counts them. */
  get lagSeconds(): number {
    return this.phase === "online" ? Math.floor((this.#now() - this.heardMs) / 1000) : 0;
  }

  /** Of the snapshot, made and not taken yet. Without a mark its size is told first: nothing can be taken before all is made. */
  get owedBytes(): number {
    return this.#mark === undefined ? 0 : this.#queuedBytes + this.#unsent();
  }

  /** Of a copy, and in the socket. */
  get waitingBytes(): number {
    return this.#queuedBytes + this.#unsent();
  }

  get waits(): boolean {
    return this.phase === "waiting" || (this.phase === "snapshot" && this.#mark === undefined);
  }

  /** A snapshot of this place begins. `mark`: 40 characters that no data can guess. */
  begin(place: number, head: string, mark: string): void {
    this.phase = "snapshot";
    this.place = place;
    if (!this.asksSync) this.#send(Buffer.from(head, "latin1"));
    if (!this.facts.takesEof) return;
    this.#mark = mark;
    this.#send(Buffer.from(`$EOF:${mark}${CRLF}`, "latin1"));
  }

  deliver(bytes: Buffer): void {
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
  }

  /** The snapshot is made. Without a mark its size comes first, and nothing went out until now. */
  finish(): void {
    if (this.#mark !== undefined) this.deliver(Buffer.from(this.#mark, "latin1"));
    else this.#queue.unshift(Buffer.from(`$${this.#queuedBytes}${CRLF}`, "latin1"));
    this.phase = "loading";
    this.heardMs = this.#now();
    this.pump(undefined);
  }

  /** It goes on from `place`: what stands behind it is sent. The line goes before it, and not by the client's replies. */
  resume(place: number, line: string): void {
    this.#send(Buffer.from(line, "latin1"));
    this.phase = "online";
    this.place = place;
    this.acknowledgedPlace = place;
    this.heardMs = this.#now();
  }

  keepAlive(): void {
    this.#send(Buffer.from("\n"));
  }

  pump(stream: ReplicationStream | undefined): void {
    if (this.#isClosed) return;
    this.#noteProgress();
    const isHeldBack = this.phase === "snapshot" && this.#mark === undefined;
    while (!isHeldBack && this.#queue.length > 0 && this.#unsent() < MAX_UNSENT) this.#sendQueued();
    if (this.phase === "loading" && this.#queue.length === 0) this.#afterSnapshot();
    if (this.phase !== "online" || !stream) return;
    while (this.place < stream.end && this.#unsent() < MAX_UNSENT) {
      const bytes = stream.from(this.place);
      this.place += bytes.length;
      this.#send(bytes);
    }
  }

  /** Why it has to go: it takes less than it is told. Checked with what the stream holds for it. */
  exceeds({ hardBytes, softBytes, softMs }: OutputLimit, end: number): boolean {
    const pending = end - this.place + (this.phase === "online" ? this.#unsent() : 0);
    if (hardBytes > 0 && pending > hardBytes) return true;
    if (softBytes === 0 || pending <= softBytes) {
      this.#overSoftSinceMs = undefined;
      return false;
    }
    this.#overSoftSinceMs ??= this.#now();
    return this.#now() - this.#overSoftSinceMs > softMs;
  }

  close(): void {
    if (this.#isClosed) return;
    this.client.closeAfterReplies();
    this.closed();
  }

  connected(): void {}

  received(bytes: Buffer): void {
    this.heardMs = this.#now();
    this.#unread += bytes.length;
    try {
      for (const command of this.#reader.push(bytes)) {
        this.#unread -= command.bytes;
        this.#take(command.args);
      }
    } catch {
      this.close();
    }
    if (this.#unread > MAX_UNREAD) this.close();
  }

  closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#options.gone(this);
  }

  #take(args: readonly Buffer[]): void {
    const [name, what, value] = args.map((arg) => arg.toString("latin1"));
    if (name?.toUpperCase() !== "REPLCONF" || what?.toUpperCase() !== "ACK" || !/^\d{1,16}$/.test(value ?? "")) return;
    if (this.phase === "snapshot" || this.phase === "waiting") return;
    this.acknowledgedPlace = Math.max(this.acknowledgedPlace, Number(value));
    if (this.phase === "loading" && this.#queue.length === 0) this.phase = "online";
    this.#options.acknowledged(this);
  }

  #sendQueued(): void {
    const bytes = this.#queue.shift();
    if (!bytes) return;
    this.#queuedBytes = Math.max(0, this.#queuedBytes - bytes.length);
    this.#send(bytes);
  }

  #afterSnapshot(): void {
    if (this.facts.isRdbOnly) this.close();
    else if (this.#mark === undefined) this.phase = "online";
  }

  #noteProgress(): void {
    const unsent = this.#unsent();
    if (this.phase !== "online" && unsent < this.#lastUnsent) this.heardMs = this.#now();
    this.#lastUnsent = unsent;
  }

  #send(bytes: Buffer): void {
    this.#options.sent(bytes.length);
    this.#options.world.send(this.#options.connection, bytes);
  }

  #unsent(): number {
    return this.#options.world.unsent(this.#options.connection);
  }

  #now(): number {
    return this.#options.world.monotonicMs();
  }
}

export const acknowledgement = (place: number): Buffer => commandBytes(["REPLCONF", "ACK", String(place)]);
