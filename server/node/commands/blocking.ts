import { type Call, type Command, CommandError, keyOf, syntaxError } from "../command";
import type { Database } from "../keyspace/database";
import type { KeyWaiters } from "../keyspace/key-waiters";
import { BLOCK, BLOCK_GROW, FIRST_TWO, family } from "./family";
import {
  type End,
  endOf,
  keysIn,
  type Move,
  moveOne,
  nameOfPop,
  popCount,
  popFirst,
  popMany,
  popOptions,
} from "./list-values";
import { readDouble, upper } from "./numbers";
import { countedKeys, keysCountedAt } from "./sets";
import { type PopEnd, popFirstScored, popScored } from "./zset-pop";

/** What it told; undefined: there was nothing. Answers the client when there was. */
type Take = (where: Pick<Call, "db" | "reply">, key: string) => readonly (readonly (Buffer | string)[])[] | undefined;

const MOST_SECONDS = Number.MAX_SAFE_INTEGER / 1000;

/** Seconds, 0 for ever; ms come back. */
function timeoutOf(arg: Buffer | undefined): number | undefined {
  const seconds = readDouble(arg);
  if (seconds === undefined || !Number.isFinite(seconds))
    throw new CommandError("ERR timeout is not a float or out of range");
  if (seconds < 0) throw new CommandError("ERR timeout is negative");
  if (seconds > MOST_SECONDS) throw new CommandError("ERR timeout is out of range");
  return seconds === 0 ? undefined : Math.ceil(seconds * 1000);
}

type Wanted = {
  readonly keys: readonly string[];
  readonly type: "list" | "zset";
  readonly timeoutMs: number | undefined;
  readonly take: Take;
  readonly nothing: (call: Call) => void;
};

/** At once where one of the keys has something; else the client waits, and is served between two commands. */
function takeOrWait(call: Call, waiters: KeyWaiters, { keys, type, timeoutMs, take, nothing }: Wanted): void {
  const { client, db, node, reply } = call;
  for (const key of keys) {
    const told = take({ db, reply }, key);
    if (!told) continue;
    call.dirty(1);
    call.tell(...told);
    return;
  }
  if (!client.canBlock) {
    nothing(call);
    return;
  }
  const attempt = (held: Database, key: string): boolean => {
    if (held.read(key)?.value.type !== type) return false;
    const told = serve(take, { db: held, reply }, key);
    for (const words of told ?? []) node.tell(held.number, words);
    return told !== undefined;
  };
  const untilMs = timeoutMs === undefined ? undefined : node.world.monotonicMs() + timeoutMs;
  waiters.wait({ client, db, keys, attempt }, { untilMs, timedOut: () => nothing(call) });
}

/** A target of the wrong type is the answer, not a reason to wait on. */
function serve(take: Take, where: Pick<Call, "db" | "reply">, key: string): ReturnType<Take> {
  try {
    return take(where, key);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    where.reply.error(error.line);
    return [];
  }
}

const noArray = ({ reply }: Call) => reply.nothingArray();

const takeList =
  (end: End): Take =>
  (where, key) => {
    const [item] = popMany(where, key, end, 1);
    if (!item) return undefined;
    where.reply.array(2);
    where.reply.bulk(key);
    where.reply.bulk(item);
    return [[nameOfPop(end), key]];
  };

const takeScored =
  (end: PopEnd): Take =>
  (where, key) => {
    const [taken] = popScored(where, key, end, 1);
    if (!taken) return undefined;
    where.reply.array(3);
    where.reply.bulk(key);
    where.reply.bulk(taken.member);
    where.reply.double(taken.score);
    return [[`ZPOP${end}`, key]];
  };

const takeMove =
  (move: Move): Take =>
  (where) => {
    const item = moveOne(where, move);
    if (!item) return undefined;
    where.reply.bulk(item);
    return [["LMOVE", move.from, move.to, move.fromEnd, move.toEnd]];
  };

export function blockingCommands(waiters: KeyWaiters): readonly Command[] {
  const pops = (type: "list" | "zset", take: Take) => (call: Call) => {
    const { args } = call;
    const timeoutMs = timeoutOf(args.at(-1));
    takeOrWait(call, waiters, { keys: keysIn(args.slice(1, -1)), type, timeoutMs, take, nothing: noArray });
  };
  const moves = (call: Call, fromEnd: End, toEnd: End) => {
    const { args } = call;
    const timeoutMs = timeoutOf(args.at(-1));
    const move = { from: keyOf(args[1]), to: keyOf(args[2]), fromEnd, toEnd };
    const nothing = ({ reply }: Call) => reply.nothing();
    takeOrWait(call, waiters, { keys: [move.from], type: "list", timeoutMs, take: takeMove(move), nothing });
  };
  const manyOfList = (call: Call) => {
    const timeoutMs = timeoutOf(call.args[1]);
    const keys = countedKeys(call.args, 2);
    const options = popOptions(call.args, 3 + keys.length);
    const take: Take = (where, key) => {
      const popped = popFirst(where, [key], options);
      return popped && [[nameOfPop(options.end), key, String(popped.taken)]];
    };
    takeOrWait(call, waiters, { keys: keysIn(keys), type: "list", timeoutMs, take, nothing: noArray });
  };
  const manyScored = (call: Call) => {
    const timeoutMs = timeoutOf(call.args[1]);
    const keys = countedKeys(call.args, 2);
    const end = upper(call.args[3 + keys.length]);
    if (end !== "MIN" && end !== "MAX") throw syntaxError();
    const options = { end, count: popCount(call.args, 4 + keys.length) } as const;
    const take: Take = (where, key) => {
      const popped = popFirstScored(where, [key], options);
      return popped && [[`ZPOP${end}`, key, String(popped.taken)]];
    };
    takeOrWait(call, waiters, { keys: keysIn(keys), type: "zset", timeoutMs, take, nothing: noArray });
  };
  const allButLast = { first: 1, last: -2, step: 1 };
  const counted = {
    keys: keysCountedAt(2),
    arity: -5,
    since: "7.0.0",
    flags: ["write", "blocking", "movablekeys"] as const,
  };
  const ofLists = family("list", [
    {
      name: "blpop",
      arity: -3,
      flags: BLOCK,
      keys: allButLast,
      since: "2.0.0",
      summary: "Remove and get the first element in a list, or block until one is available",
      run: pops("list", takeList("LEFT")),
    },
    {
      name: "brpop",
      arity: -3,
      flags: BLOCK,
      keys: allButLast,
      since: "2.0.0",
      summary: "Remove and get the last element in a list, or block until one is available",
      run: pops("list", takeList("RIGHT")),
    },
    {
      name: "blmove",
      arity: 6,
      flags: BLOCK_GROW,
      keys: FIRST_TWO,
      since: "6.2.0",
      summary: "Pop an element from a list, push it to another list and return it; or block until one is available",
      run: (call) => moves(call, endOf(call.args[3]), endOf(call.args[4])),
    },
    {
      name: "brpoplpush",
      arity: 4,
      flags: BLOCK_GROW,
      keys: FIRST_TWO,
      since: "2.2.0",
      summary: "Pop an element from a list, push it to another list and return it; or block until one is available",
      run: (call) => moves(call, "RIGHT", "LEFT"),
    },
    {
      ...counted,
      name: "blmpop",
      summary: "Pop elements from a list, or block until one is available",
      run: manyOfList,
    },
  ]);
  const ofSortedSets = family("sorted-set", [
    {
      name: "bzpopmin",
      arity: -3,
      flags: [...BLOCK, "fast"],
      keys: allButLast,
      since: "5.0.0",
      summary:
        "Remove and return the member with the lowest score from one or more sorted sets, or block until one is available",
      run: pops("zset", takeScored("MIN")),
    },
    {
      name: "bzpopmax",
      arity: -3,
      flags: [...BLOCK, "fast"],
      keys: allButLast,
      since: "5.0.0",
      summary:
        "Remove and return the member with the highest score from one or more sorted sets, or block until one is available",
      run: pops("zset", takeScored("MAX")),
    },
    {
      ...counted,
      name: "bzmpop",
      summary: "Remove and return members with scores in a sorted set or block until one is available",
      run: manyScored,
    },
  ]);
  return [...ofLists, ...ofSortedSets];
}
