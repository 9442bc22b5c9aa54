import { Keyspace } from "../keyspace/keyspace";
import type { ConnectionOwner, NodeParts } from "../parts";
import { commandBytes, type Word } from "../wire/command-bytes";
import { LineReader } from "../wire/line-reader";
import type { Address, ConnectionId } from "../world";
import { Applier } from "./applier";
import { CannotFollow, Halt } from "./halt";
import { type Question, questions } from "./handshake";
import { acknowledgement } from "./replica-link";
import { readSnapshotHead, SnapshotIntake } from "./snapshot-intake";
import type { ValueCodec } from "./value-codec";

/** Whose data it is that came, and up to where. */
export type Copied = { readonly keyspace: Keyspace; readonly id: string; readonly place: number };

export interface Follower {
  /** What this node holds, as it asks to go on from. */
  readonly held: { readonly id: string; readonly place: number };
  /** It goes on from there, in a history that may have a new name. */
  continued(id: string | undefined): void;
  copied(copy: Copied): void;
  heard(bytes: number): void;
  applied(bytes: Buffer): void;
}

export type PrimaryLinkOptions = {
  readonly node: NodeParts;
  readonly primary: Address;
  readonly codec: ValueCodec;
  readonly follower: Follower;
  /** Selected in the stream where it goes on. */
  readonly db: number;
};

/** idle: to be dialled again. handshake … psync: an answer is awaited. head: +FULLRESYNC came, the copy did not begin. */
export type PrimaryPhase = "idle" | "dialing" | "handshake" | "psync" | "head" | "copy" | "connected";

const RETRY_MS = 1000;
const ACK_EVERY_MS = 1000;

/**
 * A replica's link to its primary, dialled again whenever it breaks.
 *
 *   1. PING, AUTH, REPLCONF, PSYNC: a question an answer. Options that the primary does not know are no reason to stop.
 *   2. +CONTINUE: what was written since the place that was asked for. +FULLRESYNC: a whole copy first, which is loaded beside
 *      what is here and taken in when it is whole and its checksum right.
 *   3. The stream, executed as it comes; an ACK at once, each second, and when it is asked for.
 *
 *   4. What cannot be done or held here ends the link, at the place before it: see `Halt`.
 *
 * A break at any moment leaves either what was here before or all that was taken since, and the place that belongs to it.
 */
export class PrimaryLink implements ConnectionOwner {
  readonly #options: PrimaryLinkOptions;
  readonly primary: Address;
  phase: PrimaryPhase = "idle";
  heardMs: number | undefined;
  intake: SnapshotIntake | undefined;
  readonly halt = new Halt();
  downSinceMs: number;
  #connection: ConnectionId | undefined;
  #lines = new LineReader();
  #questions: Question[] = [];
  #triedMs: number;
  #acknowledgedMs = 0;
  #resync: { readonly id: string; readonly place: number } | undefined;
  #applier: Applier | undefined;
  #into: Keyspace | undefined;
  /** The database that is selected in the stream, kept over a break: who goes on is not told again. */
  #db: number;

  constructor(options: PrimaryLinkOptions) {
    this.#options = options;
    this.primary = options.primary;
    this.#db = options.db;
    this.downSinceMs = this.#now();
    this.#triedMs = this.#now();
  }

  /** Selected now, where the stream stands. */
  get db(): number {
    return this.#applier?.client.db ?? this.#db;
  }

  dial(): void {
    const { world, settings } = this.#options.node;
    this.#triedMs = this.#now();
    this.phase = "dialing";
    const from = settings.text("bind-source-addr");
    const connection = world.dial(this.primary, from === "" ? undefined : from);
    this.#connection = connection;
    this.#lines = new LineReader();
    this.#options.node.own(connection, {
      connected: () => this.#connection === connection && this.connected(),
      received: (bytes) => this.#connection === connection && this.received(bytes),
      closed: (why) => this.#connection === connection && this.closed(why),
    });
  }

  tick(): void {
    const now = this.#now();
    if (this.phase === "idle") {
      if (now - this.#triedMs >= RETRY_MS && this.halt.isOver(now)) this.dial();
      return;
    }
    const timeoutMs = this.#options.node.settings.number("repl-timeout") * 1000;
    if (now - (this.heardMs ?? this.#triedMs) > timeoutMs) this.#fail(`it was silent for ${timeoutMs} ms`);
    else if (this.phase === "connected" && now - this.#acknowledgedMs >= ACK_EVERY_MS) this.#acknowledge();
  }

  connected(): void {
    this.phase = "handshake";
    this.heardMs = this.#now();
    this.#questions = questions(this.#options.node.settings);
    this.#ask();
  }

  received(bytes: Buffer): void {
    this.heardMs = this.#now();
    this.#options.follower.heard(bytes.length);
    try {
      let rest = bytes;
      while (rest.length > 0 && this.#connection !== undefined) rest = this.#take(rest);
    } catch (error) {
      if (error instanceof CannotFollow) this.#halted(error.message);
      else this.#fail((error as Error).message);
    }
  }

  closed(why: string): void {
    this.#lost(why);
  }

  /** For good: another primary, or none. */
  close(): void {
    const connection = this.#connection;
    this.#forget();
    this.phase = "idle";
    if (connection !== undefined) this.#options.node.world.close(connection);
  }

  #take(bytes: Buffer): Buffer {
    switch (this.phase) {
      case "copy":
        return this.#copy(bytes);
      case "connected":
        this.#applier?.push(bytes);
        return bytes.subarray(bytes.length);
      case "idle":
      case "dialing":
        return bytes.subarray(bytes.length);
      case "handshake":
      case "psync":
      case "head": {
        this.#lines.push(bytes);
        const line = this.#lines.next();
        if (line === undefined) return bytes.subarray(bytes.length);
        if (line.trim() !== "") this.#answer(line);
        return this.#lines.rest();
      }
    }
  }

  #answer(line: string): void {
    if (this.phase === "head") this.#begin(line);
    else if (this.phase === "psync") this.#resynced(line);
    else {
      const question = this.#questions.shift();
      if (!question || question.isFatal(line)) this.#fail(`it answered ${question?.words[0] ?? "nothing"}: ${line}`);
      else this.#ask();
    }
  }

  #ask(): void {
    const [question] = this.#questions;
    if (!question) this.phase = "psync";
    const { id, place } = this.#options.follower.held;
    const asked = this.halt.why === undefined ? [id, String(place + 1)] : ["?", "-1"];
    this.#send(question?.words ?? ["PSYNC", ...asked]);
  }

  #resynced(line: string): void {
    const goesOn = /^\+CONTINUE(?: ([0-9a-f]{40}))?$/i.exec(line);
    const whole = /^\+FULLRESYNC ([0-9a-f]{40}) (\d{1,15})$/i.exec(line);
    if (goesOn) {
      this.#log("notice", "goes on from where it was left");
      this.#options.follower.continued(goesOn[1]?.toLowerCase());
      this.#stream(this.#db);
    } else if (whole) {
      this.#resync = { id: (whole[1] as string).toLowerCase(), place: Number(whole[2]) };
      this.phase = "head";
    } else this.#fail(`it answered PSYNC: ${line}`);
  }

  #begin(line: string): void {
    const { keyspace, world } = this.#options.node;
    this.#into = new Keyspace(keyspace.databases.length, world);
    this.intake = new SnapshotIntake(readSnapshotHead(line), { into: this.#into, codec: this.#options.codec });
    this.#log("notice", `sends a whole copy, of offset ${this.#resync?.place}`);
    this.phase = "copy";
  }

  #copy(bytes: Buffer): Buffer {
    const { intake } = this;
    if (!intake || !this.#into || !this.#resync) throw new Error("a copy came that was not asked for");
    const rest = intake.push(bytes);
    if (!intake.isWhole) return rest;
    const copy: Copied = { keyspace: this.#into, ...this.#resync };
    this.#endCopy();
    this.#options.follower.copied(copy);
    this.halt.copied(this.#now());
    this.#log("notice", `sent a whole copy of ${intake.readBytes} bytes, and it is taken in`);
    if (intake.passedOver > 0)
      this.#log("warning", `sent ${intake.passedOver} functions or module data, which this node has no use for`);
    this.#stream(intake.streamDb);
    return rest;
  }

  #stream(db: number): void {
    this.phase = "connected";
    this.#applier = new Applier({
      node: this.#options.node,
      db,
      applied: (bytes) => this.#options.follower.applied(bytes),
      asked: () => this.#acknowledge(),
    });
    this.#acknowledge();
  }

  #acknowledge(): void {
    this.#acknowledgedMs = this.#now();
    if (this.#connection === undefined) return;
    this.#options.node.world.send(this.#connection, acknowledgement(this.#options.follower.held.place));
  }

  #send(words: readonly Word[]): void {
    if (this.#connection !== undefined) this.#options.node.world.send(this.#connection, commandBytes(words));
  }

  #fail(why: string): void {
    const connection = this.#connection;
    this.#lost(why);
    if (connection !== undefined) this.#options.node.world.close(connection);
  }

  #halted(why: string): void {
    const waitMs = this.halt.begin(why, this.#now());
    this.#fail(`${why}. Its data would not be that of its primary: it asks for a whole copy in ${waitMs / 1000} s`);
  }

  #lost(why: string): void {
    this.#log("warning", `is not followed for now: ${why}`);
    const wasConnected = this.phase === "connected";
    if (wasConnected) this.downSinceMs = this.#now();
    this.#forget();
    this.phase = "idle";
    // The backlog may not wait: after a broken stream it is asked for again at once, after all else in a second.
    this.#triedMs = wasConnected ? this.#now() - RETRY_MS : this.#now();
  }

  #forget(): void {
    this.#db = this.db;
    this.#connection = undefined;
    this.#applier = undefined;
    this.heardMs = undefined;
    this.#questions = [];
    this.#endCopy();
  }

  #endCopy(): void {
    this.intake = undefined;
    this.#into = undefined;
    this.#resync = undefined;
  }

  #log(level: "notice" | "warning", what: string): void {
    this.#options.node.world.log(level, `Primary ${this.primary.host}:${this.primary.port} ${what}`);
  }

  #now(): number {
    return this.#options.node.world.monotonicMs();
  }
}
