import type { Command, CommandFlag } from "../command";

/** A command with what is asked of it at every call, found out once. */
export type Known = {
  readonly command: Command;
  /** `config|get` of a subcommand. */
  readonly fullName: string;
  readonly isWrite: boolean;
  readonly isRead: boolean;
  readonly mayReplicate: boolean;
  readonly needsMemory: boolean;
  readonly isForStrangers: boolean;
  readonly isForSubscribers: boolean;
  readonly isWhileLoading: boolean;
  readonly isWhileStale: boolean;
  readonly isNotInMulti: boolean;
  /** EXEC, DISCARD, MULTI, WATCH, QUIT, RESET: run inside a transaction, not queued. */
  readonly isImmediate: boolean;
  readonly isUnlogged: boolean;
  /** Not shown by MONITOR. */
  readonly isUnseen: boolean;
  readonly isFast: boolean;
  calls: number;
  usec: number;
  rejected: number;
  failed: number;
};

const IMMEDIATE: ReadonlySet<string> = new Set(["exec", "discard", "multi", "watch", "quit", "reset"]);
const FOR_SUBSCRIBERS: ReadonlySet<string> = new Set([
  "ping",
  "subscribe",
  "ssubscribe",
  "unsubscribe",
  "sunsubscribe",
  "psubscribe",
  "punsubscribe",
  "quit",
  "reset",
]);

export function know(command: Command, container?: Command): Known {
  const has = (flag: CommandFlag) => command.flags.includes(flag);
  return {
    command,
    fullName: container ? `${container.name}|${command.name}` : command.name,
    isWrite: has("write"),
    isRead: has("readonly"),
    mayReplicate: has("write") || has("may_replicate"),
    needsMemory: has("denyoom"),
    isForStrangers: has("no_auth"),
    isForSubscribers: !container && FOR_SUBSCRIBERS.has(command.name),
    isWhileLoading: has("loading"),
    isWhileStale: has("stale"),
    isNotInMulti: has("no_multi"),
    isImmediate: !container && IMMEDIATE.has(command.name),
    isUnlogged: has("skip_slowlog"),
    isUnseen: has("skip_monitor") || has("admin"),
    isFast: has("fast"),
    calls: 0,
    usec: 0,
    rejected: 0,
    failed: 0,
  };
}
