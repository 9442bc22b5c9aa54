import { refuse } from "@/server/refuse";
import { type ParserOptions, RdbParser } from "./parser";
import type { RdbRecord } from "./records";

/** So much is parsed in one turn of the event loop, about a millisecond. */
const TURN_BYTES = 256 * 1024;

type ReadOptions = ParserOptions & { readonly signal?: AbortSignal | undefined };

/**
 * The records of an RDB file, from its chunks in any sizes (a file's stream, a replication's snapshot). Throws OpsError
 * `invalid` at the first byte that is not as it should be, with its offset. What came before is good only if `end` comes.
 */
export async function* readRdb(
  chunks: AsyncIterable<Buffer>,
  { signal, ...options }: ReadOptions = {},
): AsyncGenerator<RdbRecord> {
  const parser = new RdbParser(options);
  for await (const part of inTurns(chunks, signal)) yield* parser.push(part);
  parser.end();
}

/**
 * The same chunks, each given on after it was verified to go on a whole RDB file: for a copy that is checked on its way.
 * Values are not kept, so the largest costs no memory. Throws before the last chunk unless the file was whole.
 */
export async function* verifyRdb(
  chunks: AsyncIterable<Buffer>,
  seen: (record: RdbRecord) => void,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const parser = new RdbParser({ values: "skipped" });
  let last: Buffer | undefined;
  for await (const part of inTurns(chunks, signal)) {
    for (const record of parser.push(part)) seen(record);
    if (last) yield last;
    last = part;
  }
  parser.end();
  if (last) yield last;
}

async function* inTurns(chunks: AsyncIterable<Buffer>, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length; at += TURN_BYTES) {
      if (signal?.aborted) throw refuse("cancelled", "cancelled", undefined);
      if (at > 0) await new Promise((resolve) => setImmediate(resolve));
      yield chunk.subarray(at, at + TURN_BYTES);
    }
}
