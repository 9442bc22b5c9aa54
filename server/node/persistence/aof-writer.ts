import type { NodeParts } from "../parts";
import { commandBytes } from "../wire/command-bytes";

type Words = readonly (Buffer | string)[];

const SYNC_MS = 1000;
const MOST_HELD_MS = 2000;

/**
 * What is told, on its way into the last increment. `always`: written and synced before the reply. `everysec`: written before
 * the reply, synced each second behind the loop; a write would stop where the system syncs the same file, so it waits for the
 * end of that, two seconds at most.
 */
export class AofWriter {
  readonly #node: NodeParts;
  readonly #current: () => string;
  #waiting: Buffer[] = [];
  #db: number | undefined;
  #isUnsynced = false;
  #isSyncing = false;
  #syncedMs = 0;
  #heldSinceMs: number | undefined;
  #isWriteOk = true;
  #isSyncOk = true;
  #failure = "";
  delayedSyncs = 0;
  bytes = 0;

  constructor(node: NodeParts, current: () => string) {
    this.#node = node;
    this.#current = current;
  }

  get waitingBytes(): number {
    return this.#waiting.reduce((sum, bytes) => sum + bytes.length, 0);
  }

  get isWriteOk(): boolean {
    return this.#isWriteOk;
  }

  get isSyncing(): boolean {
    return this.#isSyncing;
  }

  /** What the system says against writing or syncing; undefined: both went well. */
  get failure(): string | undefined {
    return this.#isWriteOk && this.#isSyncOk ? undefined : this.#failure;
  }

  tell(db: number, args: Words): void {
    if (db !== this.#db) this.#waiting.push(commandBytes(["SELECT", String(db)]));
    this.#db = db;
    this.#waiting.push(commandBytes(args));
  }

  /** The next command goes into another file. */
  deselect(): void {
    this.#db = undefined;
  }

  flush(): void {
    if (this.#waiting.length === 0) return;
    const isAlways = this.#node.settings.text("appendfsync") === "always";
    if (!isAlways && this.#isSyncing && this.#mayHold()) return;
    this.#write(isAlways);
  }

  tick(): void {
    this.flush();
    const { world, settings } = this.#node;
    if (!this.#isUnsynced || this.#isSyncing || settings.text("appendfsync") !== "everysec") return;
    if (world.monotonicMs() - this.#syncedMs >= SYNC_MS) this.#syncBehind();
  }

  /** All that was told is on disk. Throws what the system says. */
  sync(): void {
    this.#write(false);
    if (this.#waiting.length > 0) throw new Error(this.#failure);
    if (!this.#isUnsynced && !this.#isSyncing) return;
    this.#node.world.disk.sync(this.#current());
    this.#isUnsynced = false;
    this.#syncedMs = this.#node.world.monotonicMs();
  }

  #mayHold(): boolean {
    const nowMs = this.#node.world.monotonicMs();
    this.#heldSinceMs ??= nowMs;
    if (nowMs - this.#heldSinceMs < MOST_HELD_MS) return true;
    this.delayedSyncs++;
    return false;
  }

  /** Under `always` a node that cannot write ends: it must not answer what it does not hold. */
  #write(isAlways: boolean): void {
    if (this.#waiting.length === 0) return;
    const { world } = this.#node;
    const bytes = this.#waiting.length === 1 ? (this.#waiting[0] as Buffer) : Buffer.concat(this.#waiting);
    const name = this.#current();
    try {
      world.disk.append(name, bytes);
      if (isAlways) world.disk.sync(name);
    } catch (error) {
      this.#failure = (error as Error).message;
      if (this.#isWriteOk || isAlways) world.log("warning", `Error writing to the AOF file: ${this.#failure}`);
      this.#isWriteOk = false;
      this.#waiting = [bytes];
      if (isAlways) world.exit(1);
      return;
    }
    if (!this.#isWriteOk) world.log("warning", "AOF write error looks solved, Redis can write again.");
    this.#isWriteOk = true;
    this.#heldSinceMs = undefined;
    this.#waiting = [];
    this.bytes += bytes.length;
    this.#isUnsynced = !isAlways;
  }

  #syncBehind(): void {
    const { world } = this.#node;
    this.#isSyncing = true;
    this.#isUnsynced = false;
    this.#syncedMs = world.monotonicMs();
    world.disk.syncBehind(this.#current(), (error) => {
      this.#isSyncing = false;
      if (error && this.#isSyncOk) world.log("warning", `Fail to fsync the AOF file: ${error.message}`);
      this.#isSyncOk = error === undefined;
      if (!error) return;
      this.#failure = error.message;
      this.#isUnsynced = true;
    });
  }
}
