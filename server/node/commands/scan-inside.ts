import { matches } from "../clients/glob";
import { type Call, CommandError, keyOf, notInteger, syntaxError } from "../command";
import type { Dict } from "../keyspace/dict";
import { numberOf, upper } from "./numbers";

const DEFAULT_COUNT = 10;
const CURSOR = /^\d{1,20}$/;

type Scan = { readonly cursor: number; readonly pattern: string | undefined; readonly count: number };

/** Judged before the key is looked at, as the options are not. */
export function readCursor(args: readonly Buffer[]): number {
  const text = keyOf(args[2]);
  if (!CURSOR.test(text) || BigInt(text) >= 2n ** 64n) throw new CommandError("ERR invalid cursor");
  return Number(text);
}

function readScan(args: readonly Buffer[]): Scan {
  const cursor = readCursor(args);
  let pattern: string | undefined;
  let count = DEFAULT_COUNT;
  for (let at = 3; at < args.length; at += 2) {
    const word = upper(args[at]);
    if (at + 1 >= args.length) throw syntaxError();
    if (word === "MATCH") pattern = keyOf(args[at + 1]);
    else if (word === "COUNT") count = numberOf(args[at + 1], notInteger);
    else throw syntaxError();
    if (count < 1) throw syntaxError();
  }
  return { cursor, pattern, count };
}

type Walked<V> = Pick<Dict<V>, "size" | "nameAt" | "valueAt">;

/**
 * HSCAN, SSCAN, ZSCAN: from the last place down, which `Dict` says why; the cursor is how many are left. What is small (`isWhole`)
 * comes at once, as from a listpack. `show`: what stands behind each name, if anything does.
 */
export function scanEntries<V>(
  call: Call,
  walked: Walked<V> | undefined,
  isWhole: boolean,
  show?: (value: V) => Buffer | string,
): void {
  const { cursor, pattern, count } = readScan(call.args);
  const size = walked?.size ?? 0;
  const from = isWhole || cursor === 0 || cursor > size ? size : cursor;
  const to = isWhole ? 0 : Math.max(0, from - count);
  const found: number[] = [];
  for (let place = from - 1; place >= to; place--)
    if (pattern === undefined || matches(pattern, walked?.nameAt(place) ?? "")) found.push(place);
  if (isWhole) found.reverse();
  call.reply.array(2);
  call.reply.bulk(String(to));
  call.reply.array(show ? found.length * 2 : found.length);
  for (const place of found) {
    call.reply.bulk(walked?.nameAt(place) ?? "");
    if (show) call.reply.bulk(show(walked?.valueAt(place) as V));
  }
}
