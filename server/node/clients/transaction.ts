import type { Known } from "../dispatch/known";

/** What stands between MULTI and EXEC. */
export type Transaction = {
  readonly queued: { readonly known: Known; readonly args: readonly Buffer[] }[];
  /** A command was refused: EXEC answers EXECABORT. */
  isSpoiled: boolean;
};
