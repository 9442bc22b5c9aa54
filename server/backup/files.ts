import { createHash } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { isOpsError } from "@/lib/errors";
import { refuse } from "@/server/refuse";

/** What is half-written carries this end: it is never taken for a file of a backup, and overwritten by the next try. */
const PARTIAL = ".partial";

export type Written = { readonly bytes: number; readonly sha256: string };

/**
 * A file that is whole or not there: a temporary name, fsync, rename, fsync of the folder. Whatever `chunks` throws is
 * thrown on, and leaves nothing behind. Throws OpsError `refused` when the disk does not take it.
 */
export async function writeWhole(path: string, chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<Written> {
  const draft = path + PARTIAL;
  try {
    const written = await fill(await open(draft, "w", 0o600), chunks);
    await rename(draft, path);
    await syncFolder(dirname(path));
    return written;
  } catch (error) {
    await rm(draft, { force: true });
    if (isOpsError(error) || !isOfDisk(error)) throw error;
    throw refuse("refused", "backupNotWritten", { file: basename(path), reason: error.message }, error);
  }
}

async function fill(file: FileHandle, chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<Written> {
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
      hash.update(chunk);
      bytes += chunk.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest("hex") };
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export const isOfDisk = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && "code" in error;

export const isMissing = (error: unknown): boolean => isOfDisk(error) && error.code === "ENOENT";
