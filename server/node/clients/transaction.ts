import type { Known } from "../dispatch/known";

export type Queued = { readonly known: Known; readonly args: readonly Buffer[] };

/** What stands between MULTI and EXEC. */
export type Transaction = {
  readonly queued: Queued[];
  /** A command was refused: EXEC answers EXECABORT. */
  isSpoiled: boolean;
};
