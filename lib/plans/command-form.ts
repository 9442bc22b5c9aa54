import type { SlotRanges } from "@/lib/cluster/slots";

/** One command as it is sent: to each of `at`, for each of `slots` when it has any. */
export type Form = {
  readonly at: readonly string[];
  /** How many nodes are called in one word when there are too many to list. */
  readonly many?: string;
  readonly text: (slot: string) => string;
  readonly slots?: SlotRanges;
  readonly keysOf?: (slot: number) => number | undefined;
};
