import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
  writevSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Disk } from "../world";

/** The files of a node in its folder. What is appended to, or written in place, stays open. */
export class Files implements Disk {
  #folder: string;
  readonly #open = new Map<string, number>();
  readonly #inPlace = new Map<string, number>();
  /** Being synced behind: not to be closed before that is done. */
  readonly #syncing = new Set<number>();
  readonly #forgotten = new Set<number>();

  constructor(folder: string) {
    this.#folder = resolve(folder);
  }

  get folder(): string {
    return this.#folder;
  }

  read(name: string): Buffer | undefined {
    try {
      return readFileSync(this.#path(name));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  write(name: string, bytes: Buffer | readonly Buffer[]): void {
    const path = this.#path(name);
    this.#forget(name);
    mkdirSync(dirname(path), { recursive: true });
    const beside = `${path}.tmp-${process.pid}`;
    const file = openSync(beside, "w");
    try {
      writeAll(file, Array.isArray(bytes) ? bytes : [bytes as Buffer]);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
    syncFolder(dirname(path));
  }

  overwrite(name: string, bytes: Buffer): void {
    const file = this.#kept(name);
    const { size } = fstatSync(file);
    writeSync(
      file,
      size > bytes.length ? Buffer.concat([bytes, Buffer.alloc(size - bytes.length, "\n")]) : bytes,
      0,
      undefined,
      0,
    );
    fdatasyncSync(file);
    if (size > bytes.length) ftruncateSync(file, bytes.length);
  }

  append(name: string, bytes: Buffer): void {
    const file = this.#appending(name);
    const { size } = fstatSync(file);
    try {
      writeAll(file, [bytes]);
    } catch (error) {
      // A full disk takes a part: left there, it would stand in the middle when the whole is written again.
      ftruncateSync(file, size);
      throw error;
    }
  }

  sync(name: string): void {
    fsyncSync(this.#appending(name));
  }

  syncBehind(name: string, done: (error: Error | undefined) => void): void {
    const file = this.#appending(name);
    this.#syncing.add(file);
    fsync(file, (error) => {
      this.#syncing.delete(file);
      if (this.#forgotten.delete(file)) closeSync(file);
      done(error ?? undefined);
    });
  }

  remove(name: string): void {
    this.#forget(name);
    rmSync(this.#path(name), { force: true });
  }

  list(): readonly string[] {
    return readdirSync(this.#folder, { withFileTypes: true }).flatMap((entry) => {
      if (entry.isFile()) return [entry.name];
      if (!entry.isDirectory()) return [];
      const inside = readdirSync(join(this.#folder, entry.name), { withFileTypes: true });
      return inside.filter((one) => one.isFile()).map((one) => `${entry.name}/${one.name}`);
    });
  }

  #path(name: string): string {
    return resolve(this.#folder, name);
  }

  /** Open for writing in place. */
  #kept(name: string): number {
    const known = this.#inPlace.get(name);
    if (known !== undefined) return known;
    const file = openSync(this.#path(name), constants.O_RDWR | constants.O_CREAT, 0o644);
    this.#inPlace.set(name, file);
    return file;
  }

  #appending(name: string): number {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const path = this.#path(name);
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, "a");
    this.#open.set(name, file);
    return file;
  }

  #forget(name: string): void {
    const file = this.#open.get(name);
    if (file === undefined) return;
    this.#open.delete(name);
    if (this.#syncing.has(file)) this.#forgotten.add(file);
    else closeSync(file);
  }
}

/** A part of a write may be taken; the rest goes again. */
function writeAll(file: number, parts: readonly Buffer[]): void {
  for (let at = 0; at < parts.length; at += 512) {
    const some = parts.slice(at, at + 512);
    const total = some.reduce((sum, part) => sum + part.length, 0);
    const written = writevSync(file, some);
    if (written === total) continue;
    const rest = Buffer.concat(some).subarray(written);
    for (let done = 0; done < rest.length; ) done += writeSync(file, rest, done);
  }
}

function syncFolder(folder: string): void {
  const file = openSync(folder, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === "ENOENT";
