import { type Call, CommandError, keyOf, syntaxError } from "../command";
import type { Scored } from "../keyspace/sorted-set";
import { numberOf, upper } from "./numbers";
import { answerScored, indexRanks, lexRange, ranksOf, readZset, scoreRange, storeZset } from "./zset-values";

type By = "rank" | "score" | "lex";
type Options = { by: By; isReverse: boolean; offset: number; limit: number; withScores: boolean };

/** What stands behind key, from and to. `fixed`: the older commands, whose names say what ZRANGE takes as words. */
function readOptions(
  args: readonly Buffer[],
  from: number,
  fixed: Partial<Options> | undefined,
  stores: boolean,
): Options {
  const options: Options = { by: "rank", isReverse: false, offset: 0, limit: -1, withScores: false, ...fixed };
  let isLimited = false;
  for (let at = from; at < args.length; at++) {
    const word = upper(args[at]);
    if (!stores && word === "WITHSCORES") options.withScores = true;
    else if (word === "LIMIT" && at + 2 < args.length) {
      options.offset = numberOf(args[at + 1]);
      options.limit = numberOf(args[at + 2]);
      isLimited = true;
      at += 2;
    } else if (!fixed && word === "REV") options.isReverse = true;
    else if (!fixed && word === "BYSCORE") options.by = "score";
    else if (!fixed && word === "BYLEX") options.by = "lex";
    else throw syntaxError();
  }
  if (isLimited && options.by === "rank")
    throw new CommandError("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
  if (options.withScores && options.by === "lex")
    throw new CommandError("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
  return options;
}

function find(
  call: Call,
  key: Buffer | undefined,
  bounds: readonly [Buffer | undefined, Buffer | undefined],
  options: Options,
) {
  const { by, isReverse, offset, limit } = options;
  const [low, high] = isReverse && by !== "rank" ? [bounds[1], bounds[0]] : bounds;
  const range = by === "score" ? scoreRange(low, high) : by === "lex" ? lexRange(low, high) : undefined;
  const [first, last] = range ? [0, 0] : [numberOf(low), numberOf(high)];
  const sorted = readZset(call, keyOf(key))?.sorted;
  if (!sorted) return [];
  const { size } = sorted;
  let [from, to] = range ? ranksOf(sorted, range) : indexRanks(first, last, size);
  if (!range && isReverse) [from, to] = [size - 1 - to, size - 1 - from];
  if (range && offset < 0) return [];
  if (range && isReverse) {
    to -= offset;
    if (limit >= 0) from = Math.max(from, to - limit + 1);
  } else if (range) {
    from += offset;
    if (limit >= 0) to = Math.min(to, from + limit - 1);
  }
  const found: readonly Scored[] = to < from ? [] : sorted.slice(from, to);
  return isReverse ? [...found].reverse() : found;
}

export const ranges = (fixed?: Partial<Options>) => (call: Call) => {
  const { args } = call;
  const options = readOptions(args, 4, fixed, false);
  answerScored(call, find(call, args[1], [args[2], args[3]], options), options.withScores);
};

export function zrangestore(call: Call): void {
  const { args } = call;
  const options = readOptions(args, 5, undefined, true);
  storeZset(call, keyOf(args[1]), find(call, args[2], [args[3], args[4]], options));
}
