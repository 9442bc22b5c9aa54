import type { Client } from "./client";
import type { Database } from "./keyspace/database";
import type { NodeParts } from "./parts";
import type { Reply } from "./reply";

/** The flags of COMMAND INFO that this node has use for; spelled as there. */
export type CommandFlag =
  | "write"
  | "readonly"
  | "denyoom"
  | "admin"
  | "pubsub"
  | "noscript"
  | "blocking"
  | "loading"
  | "stale"
  | "skip_monitor"
  | "skip_slowlog"
  | "asking"
  | "fast"
  | "no_auth"
  | "no_multi"
  | "may_replicate"
  | "movablekeys"
  | "no_async_loading"
  | "allow_busy";

/**
 * Which arguments are keys: from `first` to `last` (negative: from the end), each `step`th; or, where that depends on the
 * arguments, by a function, which COMMAND marks `movablekeys`.
 */
export type KeySpec =
  | { readonly first: number; readonly last: number; readonly step: number }
  | ((args: readonly Buffer[]) => readonly Buffer[]);

/** One execution. `args[0]` is the name as it was sent. */
export type Call = {
  readonly node: NodeParts;
  readonly client: Client;
  readonly db: Database;
  readonly args: readonly Buffer[];
  readonly reply: Reply;
  /** Unix ms, the same for the whole command and transaction. */
  readonly now: number;
  /**
   * How many changes it made: none, and nothing is told to replicas and the append-only file. Told as it was sent, unless
   * `tell` named what to tell instead (times become points in time, what chance chose becomes what it chose).
   */
  dirty(changes: number): void;
  tell(...commands: readonly (readonly (Buffer | string)[])[]): void;
};

export type Command = {
  /** Lower case. */
  readonly name: string;
  /** Arguments with the name; negative: at least so many. */
  readonly arity: number;
  readonly flags: readonly CommandFlag[];
  readonly keys?: KeySpec | undefined;
  /** By name in lower case; the container's own `run` is not called. */
  readonly subcommands?: readonly Command[] | undefined;
  /** For COMMAND DOCS. */
  readonly summary: string;
  readonly group: string;
  readonly since: string;
  /** Throws `CommandError` for what the client did wrong; nothing is changed then. */
  run(call: Call): void;
};

/** What goes to the client as an error line. */
export class CommandError extends Error {
  readonly line: string;
  constructor(line: string) {
    super(line);
    this.line = line;
  }
}

export const wrongType = () => new CommandError("WRONGTYPE Operation against a key holding the wrong kind of value");
export const notInteger = () => new CommandError("ERR value is not an integer or out of range");
export const syntaxError = () => new CommandError("ERR syntax error");
export const noSuchKey = () => new CommandError("ERR no such key");

export const keyOf = (arg: Buffer | undefined): string => arg?.toString("latin1") ?? "";
