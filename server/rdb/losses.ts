import type { rdbLosses } from "@/lib/words/en/rdb-errors";

/** What an older version, or the other family, has no place for. Nothing of this is left out unless it was accepted by name. */
export type Loss = keyof typeof rdbLosses;
