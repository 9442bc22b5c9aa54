import { type Call, CommandError, keyOf, syntaxError } from "../command";
import type { SortedSet } from "../keyspace/sorted-set";
import { upper } from "./numbers";
import { emptyZset, readZset, scoreOf, settleEncoding, unsigned, writeZset } from "./zset-values";

type Options = { nx: boolean; xx: boolean; gt: boolean; lt: boolean; ch: boolean; incr: boolean };

const isOption = (word: string): word is keyof Options => ["nx", "xx", "gt", "lt", "ch", "incr"].includes(word);

function readOptions(args: readonly Buffer[]): { readonly options: Options; readonly at: number } {
  const options: Options = { nx: false, xx: false, gt: false, lt: false, ch: false, incr: false };
  let at = 2;
  for (; at < args.length; at++) {
    const word = upper(args[at]).toLowerCase();
    if (!isOption(word)) break;
    options[word] = true;
  }
  return { options, at };
}

function check({ nx, xx, gt, lt, incr }: Options, pairs: number): void {
  if (pairs < 1 || !Number.isInteger(pairs)) throw syntaxError();
  if (nx && xx) throw new CommandError("ERR XX and NX options at the same time are not compatible");
  if ((gt && nx) || (lt && nx) || (gt && lt))
    throw new CommandError("ERR GT, LT, and/or NX options at the same time are not compatible");
  if (incr && pairs > 1) throw new CommandError("ERR INCR option supports a single increment-element pair");
}

/** What the member has then; undefined: the options forbid it. Throws where infinities cancel each other out. */
function next(sorted: SortedSet | undefined, member: string, score: number, options: Options): number | undefined {
  const old = sorted?.score(member);
  if (old === undefined) return options.xx ? undefined : score;
  if (options.nx) return undefined;
  const wanted = options.incr ? old + score : score;
  if (Number.isNaN(wanted)) throw new CommandError("ERR resulting score is not a number (NaN)");
  if ((options.gt && wanted <= old) || (options.lt && wanted >= old)) return undefined;
  return wanted;
}

function add(call: Call, args: readonly Buffer[], from: number, options: Options): void {
  const { db, node, reply } = call;
  const key = keyOf(args[1]);
  const scores: number[] = [];
  for (let at = from; at < args.length; at += 2) scores.push(scoreOf(args[at]));
  const held = readZset(call, key);
  let added = 0;
  let updated = 0;
  let longest = 0;
  let last: number | undefined;
  const zset = held ?? emptyZset();
  if (options.incr) next(held?.sorted, keyOf(args[from + 1]), scores[0] ?? 0, options);
  if (held) writeZset(call, key);
  scores.forEach((score, index) => {
    const member = keyOf(args[from + index * 2 + 1]);
    const old = zset.sorted.score(member);
    const wanted = next(zset.sorted, member, score, options);
    last = wanted;
    if (wanted === undefined || wanted === old) return;
    if (zset.sorted.add(member, zset.encoding === "listpack" ? unsigned(wanted) : wanted)) added++;
    else updated++;
    longest = Math.max(longest, member.length);
  });
  settleEncoding(zset, node.settings, longest);
  if (added + updated > 0) {
    if (held) db.changed(key);
    else db.set(key, zset);
    call.dirty(added + updated);
  }
  if (!options.incr) reply.integer(options.ch ? added + updated : added);
  else if (last === undefined) reply.nothing();
  else reply.double(last);
}

/** `args` are those of a ZADD, whatever was sent. */
export function zaddAs(call: Call, args: readonly Buffer[]): void {
  const { options, at } = readOptions(args);
  check(options, (args.length - at) / 2);
  add(call, args, at, options);
}

export const zadd = (call: Call): void => zaddAs(call, call.args);

export function zincrby(call: Call): void {
  const options: Options = { nx: false, xx: false, gt: false, lt: false, ch: false, incr: true };
  add(call, call.args, 2, options);
}
