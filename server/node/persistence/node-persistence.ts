import { type Call, type Command, CommandError, keyOf, syntaxError } from "../command";
import { family } from "../commands/family";
import type { NodeParts, PersistencePart } from "../parts";
import type { ValueCodec } from "../replication/value-codec";
import { AppendOnly, auxOf, STEP_MS } from "./append-only";
import { historyAux, loadRdb, type Snapshot, snapshotOf } from "./rdb-file";

type SavePoint = { readonly seconds: number; readonly changes: number };
type Saving = Snapshot & { readonly sinceMs: number; readonly changes: number };

/** After a background save that failed: the next try of a save point. */
const RETRY_MS = 5000;

const NO_SAVE =
  "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.";

/** What a node keeps on disk: the snapshot (dump.rdb) and the append-only file, in the formats and folders of redis 7.0. */
export class NodePersistence implements PersistencePart {
  readonly commands: readonly Command[];
  readonly #node: NodeParts;
  readonly #codec: ValueCodec;
  readonly #aof: AppendOnly;
  #saving: Saving | undefined;
  #savedAt: number;
  #triedMs = Number.NEGATIVE_INFINITY;
  #changes = 0;
  #saves = 0;
  #isSaveOk = true;
  #lastSaveMs: number | undefined;
  #isCopied = false;
  #loaded = { keys: 0, expired: 0 };

  constructor(node: NodeParts, codec: ValueCodec) {
    this.#node = node;
    this.#codec = codec;
    this.#aof = new AppendOnly(node, codec);
    this.#savedAt = node.world.now();
    this.commands = family("server", this.#entries());
  }

  tell(db: number, args: readonly (Buffer | string)[]): void {
    this.#changes++;
    this.#aof.tell(db, args);
  }

  load(): void {
    const { keyspace, settings, world } = this.#node;
    if (settings.isOn("appendonly")) {
      this.#aof.load();
      this.#aof.open();
    } else {
      const file = world.disk.read(settings.text("dbfilename"));
      if (file) this.#loadSnapshot(file);
    }
    this.#changes = 0;
    settings.onChange("appendonly", (value) => {
      if (value === "yes" && !this.#aof.isOpen) this.#openAof();
      else if (value === "no" && this.#aof.isOpen) this.#aof.close();
    });
    // A replica's data was replaced by its primary's copy: the append-only file must begin again.
    keyspace.watch({
      before: () => {},
      changed: (_, key) => {
        if (key === undefined && this.#node.replication.role === "replica") this.#isCopied = true;
      },
    });
  }

  /** A replica keeps what is past its time until its primary says so; a primary's replicas hear of what it left out. */
  #loadSnapshot(file: Buffer): void {
    const { keyspace, settings, world, replication, cluster } = this.#node;
    const isReplica = cluster ? cluster.isReplica : settings.text("replicaof") !== "";
    const now = isReplica ? undefined : world.now();
    const { keys, expired, history } = loadRdb(file, { keyspace, codec: this.#codec, now });
    this.#loaded = { keys, expired: expired.length };
    if (history) replication.restore(history);
    for (const { db, key } of expired) replication.tell(db, ["DEL", key]);
    world.log("notice", `DB loaded from disk: ${keys} keys`);
  }

  #openAof(): void {
    const { settings, world } = this.#node;
    try {
      this.#aof.open();
    } catch (error) {
      world.log("warning", `Unable to turn on AOF: ${(error as Error).message}`);
      settings.set("appendonly", "no");
      throw new CommandError(
        "ERR CONFIG SET failed (possibly related to argument 'appendonly') - Unable to turn on AOF. Check server logs.",
      );
    }
  }

  get denial(): string | undefined {
    const { settings } = this.#node;
    if (!this.#isSaveOk && settings.isOn("stop-writes-on-bgsave-error") && settings.text("save") !== "") return NO_SAVE;
    const failure = this.#aof.isOpen ? this.#aof.writer.failure : undefined;
    return failure === undefined ? undefined : `MISCONF Errors writing to the AOF file: ${failure}`;
  }

  get waitingBytes(): number {
    return this.#aof.writer.waitingBytes;
  }

  sync(): void {
    if (!this.#aof.isOpen) return;
    this.#node.world.log("notice", "Calling fsync() on the AOF file.");
    this.#aof.writer.sync();
  }

  save(): void {
    this.#saving?.job.close();
    const saving = this.#begin();
    saving.job.step(() => false);
    this.#finish(saving);
  }

  #begin(): Saving {
    const { keyspace, world } = this.#node;
    const aux = { ...auxOf(this.#node, false), ...historyAux(this.#node.replication.history) };
    const snapshot = snapshotOf({ keyspace, codec: this.#codec }, aux);
    this.#saving = { ...snapshot, sinceMs: world.monotonicMs(), changes: this.#changes };
    return this.#saving;
  }

  #finish({ chunks, sinceMs, changes }: Saving): void {
    const { settings, world } = this.#node;
    this.#saving = undefined;
    world.disk.write(settings.text("dbfilename"), chunks);
    this.#isSaveOk = true;
    this.#changes -= changes;
    this.#saves++;
    this.#savedAt = world.now();
    this.#lastSaveMs = world.monotonicMs() - sinceMs;
  }

  tick(): void {
    const { world } = this.#node;
    const nowMs = world.monotonicMs();
    if (this.#saving) {
      this.#saving.job.step(() => world.monotonicMs() >= nowMs + STEP_MS);
      if (this.#saving.job.isDone) this.#finishBehind(this.#saving);
    } else if (this.#isDue(nowMs)) {
      world.log("notice", `${this.#changes} changes are to be saved. Saving...`);
      this.#begin();
    }
    this.#aof.tick();
  }

  #finishBehind(saving: Saving): void {
    const { world } = this.#node;
    this.#triedMs = world.monotonicMs();
    try {
      this.#finish(saving);
      world.log("notice", "Background saving terminated with success");
    } catch (error) {
      this.#isSaveOk = false;
      world.log("warning", `Background saving error: ${(error as Error).message}`);
    }
  }

  #isDue(nowMs: number): boolean {
    if (this.#changes === 0 || (!this.#isSaveOk && nowMs - this.#triedMs < RETRY_MS)) return false;
    const seconds = (this.#node.world.now() - this.#savedAt) / 1000;
    const points = savePoints(this.#node.settings.text("save"));
    return points.some((point) => this.#changes >= point.changes && seconds > point.seconds);
  }

  settle(): void {
    if (this.#isCopied && this.#aof.isOpen) this.#aof.restart();
    this.#isCopied = false;
    this.#aof.writer.flush();
  }

  info(): readonly string[] {
    const now = this.#node.world.monotonicMs();
    const seconds = (ms: number | undefined) => (ms === undefined ? -1 : Math.floor(ms / 1000));
    const status = (isOk: boolean) => (isOk ? "ok" : "err");
    const aof = this.#aof;
    return [
      "loading:0",
      "async_loading:0",
      `rdb_changes_since_last_save:${this.#changes}`,
      `rdb_bgsave_in_progress:${this.#saving ? 1 : 0}`,
      `rdb_last_save_time:${Math.floor(this.#savedAt / 1000)}`,
      `rdb_last_bgsave_status:${status(this.#isSaveOk)}`,
      `rdb_last_bgsave_time_sec:${seconds(this.#lastSaveMs)}`,
      `rdb_current_bgsave_time_sec:${seconds(this.#saving && now - this.#saving.sinceMs)}`,
      `rdb_saves:${this.#saves}`,
      `rdb_last_load_keys_expired:${this.#loaded.expired}`,
      `rdb_last_load_keys_loaded:${this.#loaded.keys}`,
      `aof_enabled:${aof.isOpen ? 1 : 0}`,
      `aof_rewrite_in_progress:${aof.isRewriting ? 1 : 0}`,
      "aof_rewrite_scheduled:0",
      `aof_last_bgrewrite_status:${status(aof.isRewriteOk)}`,
      `aof_rewrites:${aof.rewrites}`,
      `aof_last_write_status:${status(aof.writer.failure === undefined)}`,
      ...(aof.isOpen
        ? [
            `aof_current_size:${aof.writer.bytes}`,
            `aof_base_size:${aof.baseBytes}`,
            `aof_buffer_length:${aof.writer.waitingBytes}`,
            `aof_pending_bio_fsync:${aof.writer.isSyncing ? 1 : 0}`,
            `aof_delayed_fsync:${aof.writer.delayedSyncs}`,
          ]
        : []),
    ];
  }

  #entries() {
    return [
      {
        name: "save",
        arity: 1,
        flags: ["admin", "noscript", "no_async_loading", "no_multi"],
        since: "1.0.0",
        summary: "Synchronously save the dataset to disk",
        run: (call: Call) => {
          if (this.#saving) throw new CommandError("ERR Background save already in progress");
          this.#saveNow(call);
        },
      },
      {
        name: "bgsave",
        arity: -1,
        flags: ["admin", "noscript", "no_async_loading"],
        since: "1.0.0",
        summary: "Asynchronously save the dataset to disk",
        run: (call: Call) => this.#bgsave(call),
      },
      {
        name: "lastsave",
        arity: 1,
        flags: ["loading", "stale", "fast"],
        since: "1.0.0",
        summary: "Get the UNIX time stamp of the last successful save to disk",
        run: (call: Call) => call.reply.integer(Math.floor(this.#savedAt / 1000)),
      },
      {
        name: "bgrewriteaof",
        arity: 1,
        flags: ["admin", "noscript", "no_async_loading"],
        since: "1.0.0",
        summary: "Asynchronously rewrite the append-only file",
        run: (call: Call) => this.#bgrewrite(call),
      },
    ].map((entry) => ({ ...entry, keys: undefined, flags: entry.flags as Command["flags"] }));
  }

  /** As redis: the log says why. */
  #saveNow({ reply, node }: Call): void {
    try {
      this.save();
    } catch (error) {
      node.world.log("warning", `Error saving the DB: ${(error as Error).message}`);
      throw new CommandError("ERR");
    }
    reply.ok();
  }

  #bgsave({ args, reply }: Call): void {
    if (args.length > 2 || (args.length === 2 && keyOf(args[1]).toLowerCase() !== "schedule")) throw syntaxError();
    if (this.#saving) throw new CommandError("ERR Background save already in progress");
    this.#begin();
    reply.simple("Background saving started");
  }

  #bgrewrite({ reply }: Call): void {
    if (this.#aof.isRewriting) throw new CommandError("ERR Background append only file rewriting already in progress");
    if (this.#aof.isOpen) this.#aof.rewrite();
    reply.simple("Background append only file rewriting started");
  }
}

function savePoints(text: string): readonly SavePoint[] {
  const words = text
    .split(" ")
    .filter((word) => word !== "")
    .map(Number);
  return words.flatMap((seconds, at) => (at % 2 === 0 ? [{ seconds, changes: words[at + 1] ?? 0 }] : []));
}
