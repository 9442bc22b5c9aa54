import { isOpsError } from "@/lib/errors";
import type { Link } from "@/server/link";
import { nap } from "@/server/nap";
import type { ReplicatedCommand, Replication } from "@/server/rdb/replication";
import { refuse } from "@/server/refuse";
import { SourceAway } from "./source-away";
import { type CommandTable, commandTable, crossesDatabases, touchedBy, wordOf } from "./touched";

/** So many names are kept; above, the source's own buffer holds the rest. */
const MOST_NAMES = 500_000;
const LOOK_MS = 5;

type Parts = {
  readonly replication: Replication;
  readonly link: Link;
  readonly db: number;
  /** Selected where the stream begins. */
  readonly startDb: number;
  /** Writes to other databases: left behind by choice, or a reason to stop. */
  readonly skipsOthers: boolean;
  readonly source: string;
  readonly signal: AbortSignal;
};

/**
 * What is written to a source while it is read, as names of keys: whatever a command does, the keys it touches are read
 * again. So a command that comes twice, a transaction, an expiry or the effects of a script need no care of their own, and
 * nothing has to be carried out at the cluster in the order of the source.
 */
export class SourceStream {
  readonly #parts: Parts;
  readonly #table: CommandTable;
  #names = new Map<string, Buffer>();
  #offset: number;
  /** The database that is selected there. */
  #db: number;
  #writes = 0;
  #failure: Error | undefined;

  private constructor(parts: Parts, table: CommandTable) {
    this.#parts = parts;
    this.#table = table;
    this.#offset = parts.replication.offset;
    this.#db = parts.startDb;
  }

  /** The snapshot is read away: only what comes behind it counts, because every key is read from the source itself. */
  static async open(parts: Parts): Promise<SourceStream> {
    const { replication, link } = parts;
    try {
      const stream = new SourceStream(parts, await commandTable(link));
      if (!replication.continues) for await (const _ of replication.snapshot());
      void stream.#pump();
      return stream;
    } catch (error) {
      replication.close();
      throw error;
    }
  }

  /** Everything up to here has been told of. */
  get offset(): number {
    return this.#offset;
  }

  /** Commands that touched keys. */
  get writes(): number {
    return this.#writes;
  }

  get waiting(): number {
    return this.#names.size;
  }

  /** Names since the last time, and the offset up to which they count. Throws what ended the stream. */
  take(): { readonly names: readonly Buffer[]; readonly offset: number; readonly db: number } {
    this.check();
    const taken = { names: [...this.#names.values()], offset: this.#offset, db: this.#db };
    this.#names = new Map();
    return taken;
  }

  /** To be told again: an owner did not take them. */
  giveBack(names: readonly Buffer[]): void {
    for (const name of names) this.#names.set(name.toString("latin1"), name);
  }

  check(): void {
    if (this.#failure) throw this.#failure;
  }

  /** Whether the source's stream has come so far, in time. */
  async reaches(offset: number, withinMs: number): Promise<boolean> {
    const ends = performance.now() + withinMs;
    while (this.#offset < offset) {
      this.check();
      if (performance.now() > ends || this.#parts.signal.aborted) return false;
      await nap(LOOK_MS, this.#parts.signal);
    }
    return true;
  }

  close(): void {
    this.#parts.replication.close();
  }

  async #pump(): Promise<void> {
    try {
      for await (const command of this.#parts.replication.commands()) {
        await this.#hear(command);
        this.#offset = command.offset;
        this.#db = command.db;
        while (this.#names.size > MOST_NAMES && !this.#parts.signal.aborted) await nap(LOOK_MS, this.#parts.signal);
      }
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      if (isOpsError(error) && (error.code === "unreachable" || error.code === "timed_out"))
        this.#failure = new SourceAway(error.message);
    }
  }

  async #hear({ db, args }: ReplicatedCommand): Promise<void> {
    const touched = touchedBy(args, this.#table);
    if (touched.kind === "nothing") return;
    const isOurs = db === this.#parts.db;
    const isOver = isOurs || !this.#parts.skipsOthers || crossesDatabases(args);
    if (touched.kind === "stop" && isOver) throw this.#stop(wordOf(args[0]) || "an unknown command");
    if (!isOurs && !this.#parts.skipsOthers) throw this.#stop(`a write to database ${db}`);
    if (!isOurs) return;
    const keys = touched.kind === "keys" ? touched.keys : await this.#askKeys(args);
    this.#writes++;
    for (const key of keys) this.#names.set(key.toString("latin1"), key);
  }

  async #askKeys(args: readonly Buffer[]): Promise<readonly Buffer[]> {
    const [reply] = await this.#parts.link.pipeline([["COMMAND", "GETKEYS", ...args]], { buffers: true });
    if (reply?.ok && Array.isArray(reply.value)) return reply.value as readonly Buffer[];
    throw this.#stop(wordOf(args[0]));
  }

  #stop(what: string): Error {
    return refuse("refused", "importNotFollowed", { source: this.#parts.source, what });
  }
}
