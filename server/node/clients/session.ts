import type { Block, Client, ClientKind } from "../client";
import { ReplyWriter } from "../resp/reply-writer";
import { RequestParser } from "../resp/request-parser";
import type { Address, ConnectionId } from "../world";
import type { TrackingState } from "./tracking";
import type { Transaction } from "./transaction";

export type SessionOptions = {
  readonly id: number;
  readonly connection: ConnectionId | undefined;
  readonly remote: Address;
  readonly local: Address;
  readonly nowMs: number;
  readonly maxBulkBytes: number;
  readonly maxHeldBytes: number;
  /** The first bytes of a reply wait. */
  readonly wrote: (session: Session) => void;
  readonly unblocked: (session: Session) => void;
};

/** Of strangers, until they have said the password. */
const STRANGER = { maxBulkBytes: 16 * 1024, maxArguments: 10 };
const MAX_ARGUMENTS = 1024 * 1024;

/** A client with all that the node keeps of it. */
export class Session implements Client {
  readonly id: number;
  readonly connection: ConnectionId | undefined;
  readonly remote: Address;
  readonly local: Address;
  readonly reply: ReplyWriter;
  readonly parser: RequestParser;
  readonly createdMs: number;
  kind: ClientKind = "normal";
  name = "";
  db = 0;
  asking = false;
  readonly = false;
  canBlock = true;
  transaction: Transaction | undefined;
  lastWriteOffset = 0;
  activeMs: number;
  lastCommand = "NULL";
  /** Watched keys, `db:key`, each with whether it was past its time at WATCH; and whether one was changed since. */
  watched: Map<string, "live" | "past"> | undefined;
  isDirty = false;
  channels: Set<string> | undefined;
  patterns: Set<string> | undefined;
  shardChannels: Set<string> | undefined;
  /** CLIENT REPLY SKIP: of the next command, then of this one. */
  skip: "no" | "next" | "this" = "no";
  /** CLIENT REPLY OFF. */
  isSilent = false;
  isClosing = false;
  /** It leaves so much unread that nothing more is done for it. */
  isStalled = false;
  /** Monotonic ms since which it leaves more unread than its soft limit. */
  overSoftSinceMs: number | undefined;
  isMonitor = false;
  tracking: TrackingState | undefined;
  /** The connection is closed: who still knows it must not write to it. */
  isGone = false;
  /** Its parser broke, or the connection belongs to someone else now. */
  isDeaf = false;
  /** The rest of a transaction, one of whose commands waits for another node: done before anything else is. */
  unfinished: (() => void) | undefined;
  /** A command that waits until a pause is over. */
  postponed: Buffer[] | undefined;
  readonly #limits: { maxBulkBytes: number; maxArguments: number; maxHeldBytes: number };
  readonly #options: SessionOptions;
  #isAuthenticated = false;
  #block: Block | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.id = options.id;
    this.connection = options.connection;
    this.remote = options.remote;
    this.local = options.local;
    this.createdMs = options.nowMs;
    this.activeMs = options.nowMs;
    this.reply = new ReplyWriter(() => options.wrote(this));
    this.#limits = { ...STRANGER, maxHeldBytes: options.maxHeldBytes };
    this.parser = new RequestParser(this.#limits);
  }

  get isAuthenticated(): boolean {
    return this.#isAuthenticated;
  }

  set isAuthenticated(is: boolean) {
    this.#isAuthenticated = is;
    this.#limits.maxBulkBytes = is ? this.#options.maxBulkBytes : STRANGER.maxBulkBytes;
    this.#limits.maxArguments = is ? MAX_ARGUMENTS : STRANGER.maxArguments;
  }

  get block(): Block | undefined {
    return this.#block;
  }

  set block(block: Block | undefined) {
    const was = this.#block;
    this.#block = block;
    if (was && !block) this.#options.unblocked(this);
  }

  get subscriptions(): number {
    return (this.channels?.size ?? 0) + (this.patterns?.size ?? 0) + (this.shardChannels?.size ?? 0);
  }

  closeAfterReplies(): void {
    this.isClosing = true;
    this.#options.wrote(this);
  }
}
