import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const CHUNK = 64 * 1024;
/** However few lines there are, no more of the file than this is read for them. */
const MOST_BYTES = 4 * 1024 * 1024;
const LOOK_AGAIN_MS = 250;

/** The last lines of a file, oldest first, without control characters; none when there is no file. */
export async function lastLines(path: string, count: number): Promise<readonly string[]> {
  const file = await openLog(path);
  if (!file) return [];
  try {
    let at = (await file.stat()).size;
    const chunks: Buffer[] = [];
    for (let lines = 0, bytes = 0; at > 0 && lines <= count && bytes < MOST_BYTES; ) {
      const length = Math.min(CHUNK, at);
      at -= length;
      const chunk = await readAt(file, at, length);
      chunks.unshift(chunk);
      bytes += length;
      lines += chunk.filter((byte) => byte === 10).length;
    }
    const lines = Buffer.concat(chunks).toString("utf8").split("\n");
    if (lines.at(-1) === "") lines.pop();
    return lines.slice(-count).map(clean);
  } finally {
    await file.close();
  }
}

export async function sizeOf(path: string): Promise<number> {
  const file = await openLog(path);
  if (!file) return 0;
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/** All whole lines after `offset`. */
export async function linesSince(path: string, offset: number): Promise<readonly string[]> {
  const file = await openLog(path);
  if (!file) return [];
  try {
    const { size } = await file.stat();
    const from = Math.max(offset, size - MOST_BYTES);
    if (size <= from) return [];
    const text = (await readAt(file, from, size - from)).toString("utf8");
    return text.split("\n").filter(Boolean).map(clean);
  } finally {
    await file.close();
  }
}

/** Every line that is added from now on, until the signal. A file that became shorter is read from its start. */
export async function followLines(path: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
  let at = await sizeOf(path);
  let rest: Buffer = Buffer.alloc(0);
  while (!signal.aborted) {
    const size = await sizeOf(path);
    if (size < at) [at, rest] = [0, Buffer.alloc(0)];
    if (size > at) {
      const file = await openLog(path);
      const read = file ? await readAt(file, at, Math.min(size - at, MOST_BYTES)) : Buffer.alloc(0);
      await file?.close();
      at += read.length;
      const parts = splitLines(Buffer.concat([rest, read]));
      rest = parts.rest;
      for (const line of parts.lines) onLine(line);
      if (at < size) continue;
    }
    await sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => {});
  }
}

/** By bytes, so that a character that is half written is not torn. */
function splitLines(bytes: Buffer): { lines: readonly string[]; rest: Buffer } {
  const end = bytes.lastIndexOf(10) + 1;
  const lines = end
    ? bytes
        .subarray(0, end - 1)
        .toString("utf8")
        .split("\n")
        .map(clean)
    : [];
  return { lines, rest: bytes.subarray(end) };
}

/** Key names and client names land in logs: what could steer a terminal is shown as a mark. */
function clean(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  return line.replace(/\r$/, "").replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "�");
}

/** A link in place of the log is not followed. */
function openLog(path: string): Promise<FileHandle | undefined> {
  return open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined);
}

async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, at);
  return buffer.subarray(0, bytesRead);
}
