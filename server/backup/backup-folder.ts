import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { isOpsError } from "@/lib/errors";
import type { Of } from "@/lib/of";
import { type BackupManifest, backupManifestSchema, type ShardFile, shardFileSchema } from "@/lib/wire/backups";
import { verifyRdb } from "@/server/rdb/read";
import { refuse } from "@/server/refuse";
import { isMissing, type Written, writeWhole } from "./files";
import { tally } from "./tally";

export const MANIFEST = "manifest.json";
export const NODES = "nodes.json";

const READ_BYTES = 1024 * 1024;

/**
 * One backup on disk (0700, its files 0600):
 *
 *   shard-<n>.rdb    a snapshot, verified before it got this name
 *   shard-<n>.json   its record: size, SHA-256, keys, where it came from. Written after it, so a record without a file,
 *                    or with another one, is damage, and a file without a record was never finished.
 *   nodes.json       shape, settings and labels of every node that answered
 *   manifest.json    all of this once more; written last, after every file has been read back
 *
 * Nothing here is ever changed once it has its name; saving a shard again replaces file and record whole.
 */
export class BackupFolder {
  readonly id: string;
  readonly path: string;

  constructor(path: string, id: string) {
    this.path = path;
    this.id = id;
  }

  async make(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
  }

  write(file: string, chunks: AsyncIterable<Buffer>): Promise<Written> {
    return writeWhole(join(this.path, file), chunks);
  }

  writeJson(file: string, value: unknown): Promise<Written> {
    return writeWhole(join(this.path, file), [Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`)]);
  }

  /** Undefined when there is none. Throws OpsError `refused` when it says nothing. */
  async readJson<S extends z.ZodType>(file: string, schema: S): Promise<Of<S> | undefined> {
    const text = await readFile(join(this.path, file), "utf8").catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    const parsed = schema.safeParse(jsonOf(text));
    if (parsed.success) return parsed.data as Of<S>;
    throw this.#damaged(file, "it cannot be read.");
  }

  recordOf(shard: number): Promise<ShardFile | undefined> {
    return this.readJson(`shard-${shard}.json`, shardFileSchema);
  }

  manifest(): Promise<BackupManifest | undefined> {
    return this.readJson(MANIFEST, backupManifestSchema);
  }

  chunks(file: string): AsyncIterable<Buffer> {
    return createReadStream(join(this.path, file), { highWaterMark: READ_BYTES });
  }

  /** The whole file is read: its SHA-256, its own checksum, its keys. Throws OpsError `refused` with file and reason. */
  async readBack(record: ShardFile, signal?: AbortSignal): Promise<void> {
    await this.checkSize(record);
    const hash = createHash("sha256");
    const count = tally();
    const chunks = createReadStream(join(this.path, record.file), { highWaterMark: READ_BYTES });
    try {
      for await (const chunk of verifyRdb(chunks, count.seen, signal)) hash.update(chunk);
    } catch (error) {
      if (isOpsError(error) && error.code === "invalid") throw this.#damaged(record.file, error.message, error);
      throw error;
    } finally {
      chunks.destroy();
    }
    const found = hash.digest("hex");
    if (found !== record.sha256) throw this.#damaged(record.file, `expected SHA-256 ${record.sha256}, found ${found}.`);
    const { keys } = count.result();
    if (keys !== record.keys) throw this.#damaged(record.file, `expected ${record.keys} keys, found ${keys}.`);
  }

  async checkSize({ file, bytes }: { readonly file: string; readonly bytes: number }): Promise<void> {
    const found = await stat(join(this.path, file)).catch((error: unknown) => {
      if (isMissing(error)) throw refuse("refused", "backupFileMissing", { file: this.#named(file) }, error);
      throw error;
    });
    if (found.size !== bytes) throw this.#damaged(file, `expected ${bytes} bytes, found ${found.size}.`);
  }

  #damaged(file: string, reason: string, cause?: unknown) {
    return refuse("refused", "backupFileDamaged", { file: this.#named(file), reason }, cause);
  }

  #named(file: string): string {
    return `${this.id}/${file}`;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
