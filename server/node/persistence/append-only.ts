import type { NodeParts } from "../parts";
import type { ValueCodec } from "../replication/value-codec";
import { commandBytes } from "../wire/command-bytes";
import { aofCommands, BadAof } from "./aof-commands";
import { type Manifest, NO_FILES, nextSequence, readManifest, writeManifest } from "./manifest";
import { loadRdb, type Snapshot, snapshotOf } from "./rdb-file";

type Words = readonly (Buffer | string)[];
type Rewrite = Snapshot & { readonly keeps: Manifest["increments"] };

const SYNC_MS = 1000;
/** Of the time of one tick that a rewrite takes. */
export const STEP_MS = 20;
const RDB_MAGIC = "REDIS";

/**
 * The append-only file of redis 7.0: a folder with a base (an RDB file), increments, and a manifest that names them.
 *
 *   1. What a command changed waits in memory until `flush`, which comes before its reply; `always` syncs there too.
 *   2. A rewrite opens a new increment first, names it in the manifest, and takes a snapshot of that moment. When the snapshot
 *      is on disk the manifest is replaced by base and new increment: at every moment one manifest names one whole state.
 *   3. A file that ends within a command, or within MULTI and EXEC, is cut there if aof-load-truncated says so.
 */
export class AppendOnly {
  readonly #node: NodeParts;
  readonly #codec: ValueCodec;
  #manifest: Manifest = NO_FILES;
  #waiting: Buffer[] = [];
  #db: number | undefined;
  #isOpen = false;
  #isUnsynced = false;
  #syncedMs = 0;
  #rewrite: Rewrite | undefined;
  baseBytes = 0;
  bytes = 0;
  isWriteOk = true;
  rewrites = 0;

  constructor(node: NodeParts, codec: ValueCodec) {
    this.#node = node;
    this.#codec = codec;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get isRewriting(): boolean {
    return this.#rewrite !== undefined;
  }

  get waitingBytes(): number {
    return this.#waiting.reduce((sum, bytes) => sum + bytes.length, 0);
  }

  tell(db: number, args: Words): void {
    if (!this.#isOpen) return;
    if (db !== this.#db) this.#waiting.push(commandBytes(["SELECT", String(db)]));
    this.#db = db;
    this.#waiting.push(commandBytes(args));
  }

  /** What waits goes to disk. Under `always` a node that cannot write ends: it must not answer what it does not hold. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const { world, settings } = this.#node;
    const isAlways = settings.text("appendfsync") === "always";
    const bytes = this.#waiting.length === 1 ? (this.#waiting[0] as Buffer) : Buffer.concat(this.#waiting);
    const name = this.#current();
    try {
      world.disk.append(name, bytes);
      if (isAlways) world.disk.sync(name);
    } catch (error) {
      if (this.isWriteOk || isAlways)
        world.log("warning", `Error writing to the AOF file: ${(error as Error).message}`);
      this.isWriteOk = false;
      if (isAlways) world.exit(1);
      this.#waiting = [bytes];
      return;
    }
    this.isWriteOk = true;
    this.#waiting = [];
    this.bytes += bytes.length;
    this.#isUnsynced = !isAlways;
  }

  tick(): void {
    if (!this.#isOpen) return;
    const { world, settings } = this.#node;
    const nowMs = world.monotonicMs();
    if (this.#isUnsynced && settings.text("appendfsync") === "everysec" && nowMs - this.#syncedMs >= SYNC_MS)
      this.sync();
    if (this.#rewrite) this.#step(this.#rewrite, world.monotonicMs() + STEP_MS);
    else if (this.#hasGrown()) this.rewrite();
  }

  sync(): void {
    if (!this.#isUnsynced) return;
    this.#node.world.disk.sync(this.#current());
    this.#isUnsynced = false;
    this.#syncedMs = this.#node.world.monotonicMs();
  }

  #hasGrown(): boolean {
    const { settings } = this.#node;
    const percentage = settings.number("auto-aof-rewrite-percentage");
    if (percentage === 0 || this.bytes < settings.number("auto-aof-rewrite-min-size")) return false;
    const base = this.baseBytes || 1;
    return ((this.bytes - base) * 100) / base >= percentage;
  }

  /** In steps, by `tick`. */
  rewrite(): void {
    if (this.#rewrite) this.#rewrite.job.close();
    this.flush();
    this.sync();
    const sequence = nextSequence(this.#manifest.increments);
    const increment = { name: `${this.#filename}.${sequence}.incr.aof`, sequence };
    this.#publish({ ...this.#manifest, increments: [...this.#manifest.increments, increment] });
    this.#db = undefined;
    this.#rewrite = {
      ...snapshotOf({ keyspace: this.#node.keyspace, codec: this.#codec }, auxOf(this.#node, true)),
      keeps: [increment],
    };
  }

  #step(rewrite: Rewrite, untilMs: number): void {
    const { world } = this.#node;
    rewrite.job.step(() => world.monotonicMs() >= untilMs);
    if (rewrite.job.isDone) this.#finish(rewrite);
  }

  #finish({ chunks, keeps }: Rewrite): void {
    const { world } = this.#node;
    const old = this.#manifest;
    const sequence = nextSequence([old.base]);
    const base = { name: `${this.#filename}.${sequence}.base.rdb`, sequence };
    this.flush();
    world.disk.write(this.#path(base.name), chunks);
    this.#publish({ base, increments: keeps });
    for (const file of [old.base, ...old.increments])
      if (file && !keeps.some(({ name }) => name === file.name)) world.disk.remove(this.#path(file.name));
    this.#rewrite = undefined;
    this.baseBytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    this.bytes = this.baseBytes;
    this.rewrites++;
    world.log("notice", "Background AOF rewrite finished successfully");
  }

  /** Begins to keep what is done from now on; what is there now becomes the base. */
  open(): void {
    this.#isOpen = true;
    if (this.#manifest.base && this.#manifest.increments.length > 0) return;
    this.rewrite();
    if (this.#rewrite) this.#step(this.#rewrite, Number.POSITIVE_INFINITY);
  }

  close(): void {
    this.flush();
    this.sync();
    this.#rewrite?.job.close();
    this.#rewrite = undefined;
    this.#isOpen = false;
  }

  load(): void {
    const { world } = this.#node;
    const written = world.disk.read(this.#manifestPath) ?? this.#upgraded();
    if (!written) return;
    this.#manifest = readManifest(written);
    const { base, increments } = this.#manifest;
    const files = [...(base ? [base] : []), ...increments];
    files.forEach(({ name }, index) => {
      const file = world.disk.read(this.#path(name));
      if (!file && index < files.length - 1 && files[index] === base)
        throw new Error(`The AOF file ${name} doesn't exist`);
      if (file) this.#loadFile(name, file, index === files.length - 1);
      this.bytes += file?.length ?? 0;
      if (files[index] === base) this.baseBytes = file?.length ?? 0;
    });
    world.log("notice", `DB loaded from append only file: ${files.length} files`);
  }

  #loadFile(name: string, file: Buffer, isLast: boolean): void {
    const { world, settings } = this.#node;
    let good = 0;
    try {
      if (file.toString("latin1", 0, RDB_MAGIC.length) === RDB_MAGIC)
        good = loadRdb(file, { keyspace: this.#node.keyspace, codec: this.#codec, now: undefined }, true).bytes;
      good = this.#replay(file, good);
    } catch (error) {
      if (!(error instanceof BadAof)) throw error;
      throw new Error(
        `Bad file format reading the append only file ${name}: ${error.message}. Make a backup of it, then use redis-check-aof --fix ${this.#filename}.manifest`,
      );
    }
    if (good === file.length) return;
    if (!isLast || !settings.isOn("aof-load-truncated"))
      throw new Error(
        `Unexpected end of file reading the append only file ${name}. You can: 1) Make a backup of your AOF file, then use redis-check-aof --fix ${this.#filename}.manifest. 2) Alternatively you can set the 'aof-load-truncated' configuration option to yes and restart the server.`,
      );
    world.log("warning", `!!! Warning: short read while loading the AOF file ${name}!!!`);
    world.log("warning", `Truncating the AOF ${name} at offset ${good}`);
    world.disk.write(this.#path(name), file.subarray(0, good));
  }

  /**
   * Where the last command ends that is whole, and not inside a transaction that is not. Nothing expires meanwhile, as under a
   * primary's stream: what was done to a key before its time must find it.
   */
  #replay(file: Buffer, from: number): number {
    const client = this.#node.inner();
    client.kind = "primary";
    let good = from;
    for (const { args, end } of aofCommands(file, from)) {
      this.#node.execute(client, args);
      if (client.transaction === undefined) good = end;
    }
    return good;
  }

  /** A single file, as it was before 7.0, becomes the base. */
  #upgraded(): Buffer | undefined {
    const { disk } = this.#node.world;
    const single = disk.read(this.#filename);
    if (!single) return undefined;
    const manifest: Manifest = { base: { name: this.#filename, sequence: 1 }, increments: [] };
    disk.write(this.#path(this.#filename), single);
    const written = writeManifest(manifest);
    disk.write(this.#manifestPath, written);
    disk.remove(this.#filename);
    return written;
  }

  #publish(manifest: Manifest): void {
    this.#node.world.disk.write(this.#manifestPath, writeManifest(manifest));
    this.#manifest = manifest;
  }

  #current(): string {
    const last = this.#manifest.increments.at(-1);
    if (!last) throw new Error("the append-only file has no increment to write to");
    return this.#path(last.name);
  }

  get #filename(): string {
    return this.#node.settings.text("appendfilename");
  }

  get #manifestPath(): string {
    return this.#path(`${this.#filename}.manifest`);
  }

  #path(name: string): string {
    return `${this.#node.settings.text("appenddirname")}/${name}`;
  }
}

/** What stands at the head of an RDB file. */
export const auxOf = ({ world }: NodeParts, isBase: boolean): Readonly<Record<string, string>> => ({
  "redis-ver": "7.0.15",
  "redis-bits": "64",
  ctime: String(Math.floor(world.now() / 1000)),
  "aof-base": isBase ? "1" : "0",
});
