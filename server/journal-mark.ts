import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { refuse } from "./refuse";
import type { Store } from "./store/sqlite";

const MARK = "operations.last";

/**
 * The number of the last operation that was begun, in a file of its own beside the journal, fsynced before the
 * operation's first step. A journal whose end is gone (a file cut by a sick disk, an old copy put back) opens as one of
 * an earlier day and says nothing of it: here it is noticed, and refused, before anything is begun on top.
 */
export function markBegun(dataFolder: string, operationId: number): void {
  const path = join(dataFolder, MARK);
  try {
    const draft = openSync(`${path}.draft`, "w", 0o600);
    writeSync(draft, `${operationId}\n`);
    fsyncSync(draft);
    closeSync(draft);
    renameSync(`${path}.draft`, path);
    const folder = openSync(dirname(path), "r");
    fsyncSync(folder);
    closeSync(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw refuse("refused", "journalNotMarked", { operation: operationId, path, reason }, error);
  }
}

/** Throws OpsError `refused` where an operation was begun that the journal does not know. */
export function insistOnMark(dataFolder: string, store: Store): void {
  const path = join(dataFolder, MARK);
  const begun = Number(textOf(path) ?? 0);
  const known = Number(store.get("SELECT seq FROM sqlite_sequence WHERE name = 'operations'")?.seq ?? 0);
  if (known < begun) throw refuse("refused", "journalCut", { dataFolder, known, begun, path });
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
