import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isOpsError, type OpsError } from "@/lib/errors";
import { refuse } from "./refuse";
import { Store } from "./store/sqlite";

/**
 * One console per data folder. The lock is a write transaction held open in a database of its own: the kernel lets go
 * of it when the process ends, however it ends, so there is never a stale lock to judge.
 */
export class FolderLock {
  readonly #store: Store;

  private constructor(store: Store) {
    this.#store = store;
  }

  /** Makes the folder (0700) when there is none. Throws OpsError `invalid` (not usable) or `busy` (a console lives). */
  static take(dataFolder: string): FolderLock {
    const path = join(dataFolder, "lock.sqlite");
    let store: Store;
    try {
      mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
      chmodSync(dataFolder, 0o700);
      store = new Store(path);
      store.get("PRAGMA busy_timeout = 0");
    } catch (cause) {
      throw unusable(dataFolder, cause);
    }
    try {
      store.run("BEGIN IMMEDIATE");
      return new FolderLock(store);
    } catch (cause) {
      store.close();
      throw isOpsError(cause) && /locked|busy/i.test(cause.message)
        ? refuse("busy", "dataFolderTaken", { dataFolder, who: holder(dataFolder) }, cause)
        : unusable(dataFolder, cause);
    }
  }

  release(): void {
    this.#store.run("ROLLBACK");
    this.#store.close();
  }
}

function holder(dataFolder: string): string {
  try {
    const { pid, url } = JSON.parse(readFileSync(join(dataFolder, "console.json"), "utf8")) as Record<string, unknown>;
    return `process ${String(pid)}, ${String(url)}`;
  } catch {
    return "";
  }
}

function unusable(dataFolder: string, cause: unknown): OpsError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return refuse("invalid", "dataFolderUnusable", { dataFolder, reason }, cause);
}
