import type { FlagName, FlagValues } from "./flags";

export const rooms = ["cluster", "node", "sandbox"] as const;
export type Room = (typeof rooms)[number];

/** 0 done and proved, 1 not, 2 the command line itself is wrong. */
export type ExitCode = 0 | 1 | 2;

/** `cluster`: any member, `host:port` or `host port`; with --console also the cluster's name. */
export type Positional = {
  readonly name: string;
  readonly kind: "cluster" | "address" | "node" | "word";
  readonly many?: true;
  readonly optional?: true;
};

/** One command line, understood. */
export type Asked = {
  readonly room: Room;
  readonly verb: string;
  readonly args: Readonly<Record<string, readonly string[]>>;
  readonly flags: FlagValues;
};

export type Run = (asked: Asked) => Promise<ExitCode>;

/** A verb of the table: everything that parsing, help and completion are made from, and where its work is. */
export type VerbRow = {
  readonly room: Room;
  readonly name: string;
  readonly also?: readonly string[];
  readonly takes: readonly Positional[];
  readonly flags: readonly FlagName[];
  /** Taken because scripts give them to redis-cli; a line on stderr says that they change nothing here. */
  readonly noEffect?: readonly FlagName[];
  readonly load: () => Promise<Run>;
};

/** The command line is wrong: said in one sentence, exit code 2. */
export class UsageError extends Error {}

export const first = ({ args }: Asked, name: string): string => args[name]?.[0] ?? "";
