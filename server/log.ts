import { existsSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import pino, { type Logger } from "pino";

export type Log = Logger;

const LARGEST_BYTES = 10 * 1024 * 1024;

/**
 * JSON lines in `<data>/console.log`: what is said there is escaped by JSON, so that no name or reply can forge a line.
 * One older file is kept. Bodies, queries, cookies and tokens are never handed to it.
 */
export function openLog(dataFolder: string): Log {
  const path = join(dataFolder, "console.log");
  if (existsSync(path) && statSync(path).size > LARGEST_BYTES) renameSync(path, `${path}.1`);
  return pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime, level: "info", serializers: { err: plainError } },
    pino.destination({ dest: path, mode: 0o600, sync: true }),
  );
}

/** No field of an error but these: the driver's errors carry the command with its arguments, AUTH included. */
function plainError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  return { name, message, stack, ...(cause === undefined ? {} : { cause: plainError(cause) }) };
}
