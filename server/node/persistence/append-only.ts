import type { NodeParts } from "../parts";
import type { ValueCodec } from "../replication/value-codec";
import { loadAof } from "./aof-load";
import { type AofPaths, aofPaths } from "./aof-paths";
import { AofWriter } from "./aof-writer";
import { type Manifest, NO_FILES, nextSequence, writeManifest } from "./manifest";
import { type Snapshot, snapshotOf } from "./rdb-file";

type Words = readonly (Buffer | string)[];
type Rewrite = Snapshot & { readonly keeps: Manifest["increments"] };

/** Of the time of one tick that a rewrite takes. */
export const STEP_MS = 20;
/** After a rewrite that failed: the next that comes by itself. */
const RETRY_MS = 60_000;

/**
 * The append-only file of redis 7.0: a folder with a base (an RDB file), increments, and a manifest that names them.
 *
 *   1. What a command changed waits in memory until `flush`, which comes before its reply; `always` syncs there too.
 *   2. A rewrite opens a new increment first, names it in the manifest, and takes a snapshot of that moment. When the snapshot
 *      is on disk the manifest is replaced by base and new increment: at every moment one manifest names one whole state.
 *   3. A rewrite that fails leaves the manifest as it is; nothing is lost by it.
 */
export class AppendOnly {
  readonly #node: NodeParts;
  readonly #codec: ValueCodec;
  readonly writer: AofWriter;
  #manifest: Manifest = NO_FILES;
  #isOpen = false;
  #rewrite: Rewrite | undefined;
  #isOutdated = false;
  #failedMs = Number.NEGATIVE_INFINITY;
  baseBytes = 0;
  rewrites = 0;
  isRewriteOk = true;

  constructor(node: NodeParts, codec: ValueCodec) {
    this.#node = node;
    this.#codec = codec;
    this.writer = new AofWriter(node, () => this.#current());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get isRewriting(): boolean {
    return this.#rewrite !== undefined;
  }

  tell(db: number, args: Words): void {
    if (this.#isOpen) this.writer.tell(db, args);
  }

  tick(): void {
    if (!this.#isOpen) return;
    const { world } = this.#node;
    this.writer.tick();
    const rewrite = this.#rewrite;
    if (rewrite) this.#attempt(() => this.#step(rewrite, world.monotonicMs() + STEP_MS));
    else if (this.#isDue()) this.rewrite();
  }

  /** In steps, by `tick`. */
  rewrite(): void {
    this.#attempt(() => this.#begin());
  }

  /** What is kept is not the data any more: it is written anew, and tried until it is. */
  restart(): void {
    this.#isOutdated = true;
    this.rewrite();
  }

  /** Begins to keep what is done from now on; what is there now becomes the base. Throws what the system says. */
  open(): void {
    this.#isOpen = true;
    if (this.#manifest.base && this.#manifest.increments.length > 0) return;
    try {
      this.#begin();
      if (this.#rewrite) this.#step(this.#rewrite, Number.POSITIVE_INFINITY);
    } catch (error) {
      this.#abandon();
      this.#isOpen = false;
      throw error;
    }
  }

  close(): void {
    this.writer.sync();
    this.#abandon();
    this.#isOpen = false;
  }

  load(): void {
    const loaded = loadAof(this.#node, this.#codec);
    if (!loaded) return;
    this.#manifest = loaded.manifest;
    this.baseBytes = loaded.baseBytes;
    this.writer.bytes = loaded.bytes;
  }

  #attempt(step: () => void): void {
    const { world } = this.#node;
    try {
      step();
    } catch (error) {
      this.#abandon();
      this.#failedMs = world.monotonicMs();
      this.isRewriteOk = false;
      world.log("warning", `Background AOF rewrite terminated with error: ${(error as Error).message}`);
    }
  }

  #abandon(): void {
    this.#rewrite?.job.close();
    this.#rewrite = undefined;
  }

  #isDue(): boolean {
    const { settings, world } = this.#node;
    if (!this.isRewriteOk && world.monotonicMs() - this.#failedMs < RETRY_MS) return false;
    if (this.#isOutdated) return true;
    const percentage = settings.number("auto-aof-rewrite-percentage");
    const { bytes } = this.writer;
    if (percentage === 0 || bytes < settings.number("auto-aof-rewrite-min-size")) return false;
    const base = this.baseBytes || 1;
    return ((bytes - base) * 100) / base >= percentage;
  }

  #begin(): void {
    this.#abandon();
    if (this.#manifest.increments.length > 0) this.writer.sync();
    const sequence = nextSequence(this.#manifest.increments);
    const increment = { name: `${this.#paths.filename}.${sequence}.incr.aof`, sequence };
    this.#publish({ ...this.#manifest, increments: [...this.#manifest.increments, increment] });
    this.writer.deselect();
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
    const base = { name: `${this.#paths.filename}.${sequence}.base.rdb`, sequence };
    world.disk.write(this.#paths.of(base.name), chunks);
    this.#publish({ base, increments: keeps });
    this.#rewrite = undefined;
    for (const file of [old.base, ...old.increments])
      if (file && !keeps.some(({ name }) => name === file.name)) world.disk.remove(this.#paths.of(file.name));
    this.baseBytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    this.writer.bytes = this.baseBytes;
    this.rewrites++;
    this.isRewriteOk = true;
    this.#isOutdated = false;
    world.log("notice", "Background AOF rewrite finished successfully");
  }

  #publish(manifest: Manifest): void {
    this.#node.world.disk.write(this.#paths.manifest, writeManifest(manifest));
    this.#manifest = manifest;
  }

  #current(): string {
    const last = this.#manifest.increments.at(-1);
    if (!last) throw new Error("the append-only file has no increment to write to");
    return this.#paths.of(last.name);
  }

  get #paths(): AofPaths {
    return aofPaths(this.#node.settings);
  }
}

/** What stands at the head of an RDB file. */
export const auxOf = ({ world }: NodeParts, isBase: boolean): Readonly<Record<string, string>> => ({
  "redis-ver": "7.0.15",
  "redis-bits": "64",
  ctime: String(Math.floor(world.now() / 1000)),
  "aof-base": isBase ? "1" : "0",
});
