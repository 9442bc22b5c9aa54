import { type Call, CommandError, keyOf, syntaxError } from "../command";
import { doubleText } from "../resp/reply-writer";
import { randomCount, randomPlaces } from "./chance";
import { FAST_GROW, FAST_READ, FAST_WRITE, FIRST_TWO, family, GROW, READ, WRITE } from "./family";
import { keysIn, popCount } from "./list-values";
import { numberOf, upper } from "./numbers";
import { readCursor, scanEntries } from "./scan-inside";
import { countedKeys, keysCountedAt } from "./sets";
import { zadd, zincrby } from "./zadd";
import { ranges, zrangestore } from "./zrange";
import { type PopEnd, popFirstScored, popScored } from "./zset-pop";
import {
  answerScored,
  indexRanks,
  lexRange,
  type Range,
  ranksOf,
  readZset,
  removeRanks,
  scoreRange,
  settleZset,
  writeZset,
} from "./zset-values";

const sortedOf = (call: Call) => readZset(call, keyOf(call.args[1]))?.sorted;

function zrem(call: Call) {
  const { args } = call;
  const key = keyOf(args[1]);
  const zset = writeZset(call, key);
  let gone = 0;
  for (let at = 2; zset && at < args.length; at++) if (zset.sorted.remove(keyOf(args[at]))) gone++;
  if (zset && gone > 0) settleZset(call, key, zset);
  call.dirty(gone);
  call.reply.integer(gone);
}

function answerScore(call: Call, score: number | undefined) {
  if (score === undefined) call.reply.nothing();
  else call.reply.double(score);
}

function zmscore(call: Call) {
  const sorted = sortedOf(call);
  call.reply.array(call.args.length - 2);
  for (let at = 2; at < call.args.length; at++) answerScore(call, sorted?.score(keyOf(call.args[at])));
}

const ranks = (isReverse: boolean) => (call: Call) => {
  const sorted = sortedOf(call);
  const rank = sorted?.rank(keyOf(call.args[2]));
  if (!sorted || rank === undefined) call.reply.nothing();
  else call.reply.integer(isReverse ? sorted.size - 1 - rank : rank);
};

type ReadRange = (min: Buffer | undefined, max: Buffer | undefined) => Range;

const counts = (read: ReadRange) => (call: Call) => {
  const range = read(call.args[2], call.args[3]);
  const sorted = sortedOf(call);
  const [first, last] = sorted ? ranksOf(sorted, range) : [0, -1];
  call.reply.integer(Math.max(0, last - first + 1));
};

const removes = (read: ReadRange | undefined) => (call: Call) => {
  const [, name, low, high] = call.args;
  const range = read?.(low, high);
  const [from, to] = range ? [0, 0] : [numberOf(low), numberOf(high)];
  const key = keyOf(name);
  const zset = writeZset(call, key);
  if (!zset) return call.reply.integer(0);
  const { sorted } = zset;
  const gone = removeRanks(zset, range ? ranksOf(sorted, range) : indexRanks(from, to, sorted.size));
  if (gone > 0) settleZset(call, key, zset);
  call.dirty(gone);
  call.reply.integer(gone);
};

const pops = (end: PopEnd) => (call: Call) => {
  const { args, reply } = call;
  if (args.length > 3) throw syntaxError();
  const outOfRange = () => new CommandError("ERR value is out of range, must be positive");
  const count = args.length === 3 ? numberOf(args[2], outOfRange) : undefined;
  if (count !== undefined && count < 0) throw outOfRange();
  const key = keyOf(args[1]);
  const taken = popScored(call, key, end, count ?? 1);
  call.dirty(taken.length);
  if (count !== undefined) return answerScored(call, taken, true);
  reply.array(taken.length * 2);
  for (const { member, score } of taken) {
    reply.bulk(member);
    reply.double(score);
  }
};

function zmpop(call: Call) {
  const { args } = call;
  const keys = countedKeys(args, 1);
  const at = 2 + keys.length;
  const end = upper(args[at]);
  if (end !== "MIN" && end !== "MAX") throw syntaxError();
  const popped = popFirstScored(call, keysIn(keys), { end, count: popCount(args, at + 1) });
  if (!popped) return call.reply.nothingArray();
  call.dirty(popped.taken);
  call.tell([`ZPOP${end}`, popped.key, String(popped.taken)]);
}

function zrandmember(call: Call) {
  const { args, node, reply } = call;
  if (args.length > 4 || (args.length === 4 && upper(args[3]) !== "WITHSCORES")) throw syntaxError();
  const count = args.length > 2 ? randomCount(args[2]) : undefined;
  const scores = sortedOf(call)?.scores;
  const places = randomPlaces(node.world, scores?.size ?? 0, count ?? 1);
  if (count === undefined) {
    const [place] = places;
    return place === undefined ? reply.nothing() : reply.bulk(scores?.nameAt(place) ?? "");
  }
  const withScores = args.length === 4;
  reply.array(withScores && reply.resp === 2 ? places.length * 2 : places.length);
  for (const place of places) {
    if (withScores && reply.resp === 3) reply.array(2);
    reply.bulk(scores?.nameAt(place) ?? "");
    if (withScores) reply.double(scores?.valueAt(place) ?? 0);
  }
}

const counted = keysCountedAt(1);

export const sortedSetCommands = family("sorted-set", [
  {
    name: "zadd",
    arity: -4,
    flags: FAST_GROW,
    since: "1.2.0",
    summary: "Add one or more members to a sorted set, or update its score if it already exists",
    run: zadd,
  },
  {
    name: "zincrby",
    arity: 4,
    flags: FAST_GROW,
    since: "1.2.0",
    summary: "Increment the score of a member in a sorted set",
    run: zincrby,
  },
  {
    name: "zrem",
    arity: -3,
    flags: FAST_WRITE,
    since: "1.2.0",
    summary: "Remove one or more members from a sorted set",
    run: zrem,
  },
  {
    name: "zcard",
    arity: 2,
    flags: FAST_READ,
    since: "1.2.0",
    summary: "Get the number of members in a sorted set",
    run: (call) => call.reply.integer(sortedOf(call)?.size ?? 0),
  },
  {
    name: "zscore",
    arity: 3,
    flags: FAST_READ,
    since: "1.2.0",
    summary: "Get the score associated with the given member in a sorted set",
    run: (call) => answerScore(call, sortedOf(call)?.score(keyOf(call.args[2]))),
  },
  {
    name: "zmscore",
    arity: -3,
    flags: FAST_READ,
    since: "6.2.0",
    summary: "Get the score associated with the given members in a sorted set",
    run: zmscore,
  },
  {
    name: "zrank",
    arity: 3,
    flags: FAST_READ,
    since: "2.0.0",
    summary: "Determine the index of a member in a sorted set",
    run: ranks(false),
  },
  {
    name: "zrevrank",
    arity: 3,
    flags: FAST_READ,
    since: "2.0.0",
    summary: "Determine the index of a member in a sorted set, with scores ordered from high to low",
    run: ranks(true),
  },
  {
    name: "zcount",
    arity: 4,
    flags: FAST_READ,
    since: "2.0.0",
    summary: "Count the members in a sorted set with scores within the given values",
    run: counts(scoreRange),
  },
  {
    name: "zlexcount",
    arity: 4,
    flags: FAST_READ,
    since: "2.8.9",
    summary: "Count the number of members in a sorted set between a given lexicographical range",
    run: counts(lexRange),
  },
  {
    name: "zrange",
    arity: -4,
    flags: READ,
    since: "1.2.0",
    summary: "Return a range of members in a sorted set",
    run: ranges(),
  },
  {
    name: "zrangebyscore",
    arity: -4,
    flags: READ,
    since: "1.0.5",
    summary: "Return a range of members in a sorted set, by score",
    run: ranges({ by: "score" }),
  },
  {
    name: "zrangebylex",
    arity: -4,
    flags: READ,
    since: "2.8.9",
    summary: "Return a range of members in a sorted set, by lexicographical range",
    run: ranges({ by: "lex" }),
  },
  {
    name: "zrevrange",
    arity: -4,
    flags: READ,
    since: "1.2.0",
    summary: "Return a range of members in a sorted set, by index, with scores ordered from high to low",
    run: ranges({ isReverse: true }),
  },
  {
    name: "zrevrangebyscore",
    arity: -4,
    flags: READ,
    since: "2.2.0",
    summary: "Return a range of members in a sorted set, by score, with scores ordered from high to low",
    run: ranges({ by: "score", isReverse: true }),
  },
  {
    name: "zrevrangebylex",
    arity: -4,
    flags: READ,
    since: "2.8.9",
    summary:
      "Return a range of members in a sorted set, by lexicographical range, ordered from higher to lower strings.",
    run: ranges({ by: "lex", isReverse: true }),
  },
  {
    name: "zrangestore",
    arity: -5,
    flags: GROW,
    keys: FIRST_TWO,
    since: "6.2.0",
    summary: "Store a range of members from sorted set into another key",
    run: zrangestore,
  },
  {
    name: "zremrangebyrank",
    arity: 4,
    flags: WRITE,
    since: "2.0.0",
    summary: "Remove all members in a sorted set within the given indexes",
    run: removes(undefined),
  },
  {
    name: "zremrangebyscore",
    arity: 4,
    flags: WRITE,
    since: "1.2.0",
    summary: "Remove all members in a sorted set within the given scores",
    run: removes(scoreRange),
  },
  {
    name: "zremrangebylex",
    arity: 4,
    flags: WRITE,
    since: "2.8.9",
    summary: "Remove all members in a sorted set between the given lexicographical range",
    run: removes(lexRange),
  },
  {
    name: "zpopmin",
    arity: -2,
    flags: FAST_WRITE,
    since: "5.0.0",
    summary: "Remove and return members with the lowest scores in a sorted set",
    run: pops("MIN"),
  },
  {
    name: "zpopmax",
    arity: -2,
    flags: FAST_WRITE,
    since: "5.0.0",
    summary: "Remove and return members with the highest scores in a sorted set",
    run: pops("MAX"),
  },
  {
    name: "zmpop",
    arity: -4,
    flags: [...WRITE, "movablekeys"],
    keys: counted,
    since: "7.0.0",
    summary: "Remove and return members with scores in a sorted set",
    run: zmpop,
  },
  {
    name: "zrandmember",
    arity: -2,
    flags: READ,
    since: "6.2.0",
    summary: "Get one or multiple random elements from a sorted set",
    run: zrandmember,
  },
  {
    name: "zscan",
    arity: -3,
    flags: READ,
    since: "2.8.0",
    summary: "Incrementally iterate sorted sets elements and associated scores",
    run: (call) => {
      readCursor(call.args);
      const zset = readZset(call, keyOf(call.args[1]));
      scanEntries(call, zset?.sorted.scores, zset?.encoding === "listpack", doubleText);
    },
  },
]);
