import type { Command, CommandFlag, KeySpec } from "../command";

export type Entry = {
  readonly name: string;
  readonly arity: number;
  readonly flags: readonly CommandFlag[];
  readonly since: string;
  readonly summary: string;
  readonly keys?: KeySpec | undefined;
  readonly run: Command["run"];
};

export const FIRST: KeySpec = { first: 1, last: 1, step: 1 };
export const FIRST_TWO: KeySpec = { first: 1, last: 2, step: 1 };
export const ALL: KeySpec = { first: 1, last: -1, step: 1 };

export const READ: readonly CommandFlag[] = ["readonly"];
export const FAST_READ: readonly CommandFlag[] = ["readonly", "fast"];
export const WRITE: readonly CommandFlag[] = ["write"];
export const FAST_WRITE: readonly CommandFlag[] = ["write", "fast"];
export const GROW: readonly CommandFlag[] = ["write", "denyoom"];
export const FAST_GROW: readonly CommandFlag[] = ["write", "denyoom", "fast"];
export const BLOCK: readonly CommandFlag[] = ["write", "noscript", "blocking"];
export const BLOCK_GROW: readonly CommandFlag[] = ["write", "denyoom", "noscript", "blocking"];

/** Commands of one group; their key is the first argument unless they say otherwise. */
export const family = (group: string, entries: readonly Entry[]): readonly Command[] =>
  entries.map((entry) => ({ keys: FIRST, ...entry, group }));
