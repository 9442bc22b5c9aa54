import type { Reply } from "./reply";
import type { Address, ConnectionId } from "./world";

/** What a connection of the client port is to the node. `primary`: the node's own link to the primary that it replicates. */
export type ClientKind = "normal" | "replica" | "pubsub" | "primary" | "none";

/** Why the next command of a connection waits. Whoever blocks it unblocks it. */
export type Block = {
  readonly reason: "wait" | "list" | "migrate" | "pause" | "shutdown" | "config";
  /** Monotonic ms; undefined: as long as it takes. */
  readonly untilMs: number | undefined;
  /** Answers in its place; called once, at the end of its time or when it is ended from outside. */
  timedOut(): void;
  /** The connection went away. */
  gone(): void;
};

/** A connection as commands see it. `none` has no connection: replay of a file, the node's own commands. */
export interface Client {
  readonly id: number;
  readonly connection: ConnectionId | undefined;
  readonly remote: Address;
  readonly local: Address;
  readonly reply: Reply;
  kind: ClientKind;
  name: string;
  db: number;
  isAuthenticated: boolean;
  /** For the next command alone. */
  asking: boolean;
  /** READONLY: a replica of the slot's primary may answer. */
  readonly: boolean;
  /** Inside MULTI, or undefined. */
  transaction: unknown;
  block: Block | undefined;
  /** Inside EXEC, and without a connection, a command that would wait answers as if its time were over. */
  readonly canBlock: boolean;
  /** The replication offset behind its last write: what WAIT waits for. */
  lastWriteOffset: number;
  /** Its replies go out, then it is closed. */
  closeAfterReplies(): void;
}
