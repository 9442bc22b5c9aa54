import type { Command } from "../command";
import { readInteger } from "./numbers";

/** Where keys begin, how they go on, and what the command does with them: the words of COMMAND INFO. */
export type Spec = {
  readonly flags: readonly string[];
  readonly note?: string | undefined;
  readonly begin: { readonly index: number } | { readonly keyword: string; readonly startfrom: number } | undefined;
  /** `last`: how many stand behind the first; below zero from the end of all. `counted`: a number says how many follow it. */
  readonly find: { readonly last: number; readonly step: number } | "counted" | undefined;
};

/**
 * By command, one spec or several between semicolons: `flags @where`. Where: `@1` that argument, `@2..-1` up to the last,
 * `@#1` as many as argument 1 says, `@STORE>6` behind a word from there on, `@?` nobody knows beforehand; without it, as the
 * command's own `keys` say. Behind a bar stands redis' note.
 */
const SPECS: Readonly<Record<string, string>> = {
  "watch exists touch type strlen hlen hstrlen hexists llen sismember scard zcard": "RO",
  "object|encoding object|refcount object|idletime object|freq memory|usage": "RO",
  "ssubscribe sunsubscribe spublish": "not_key",
  "del unlink": "RM delete",
  "ttl pttl expiretime pexpiretime get getrange substr getbit bitcount bitpos bitfield_ro lcs mget dump": "RO access",
  "hget hmget hgetall hkeys hvals hrandfield hscan lindex lrange lpos": "RO access",
  "smismember smembers srandmember sscan sinter sunion sdiff": "RO access",
  "zscore zmscore zrank zrevrank zcount zlexcount zrange zrangebyscore zrangebylex zrevrange": "RO access",
  "zrevrangebyscore zrevrangebylex zrandmember zscan": "RO access",
  "geopos geohash geodist georadius_ro georadiusbymember_ro geosearch": "RO access",
  "move getset incr decr incrby decrby incrbyfloat setbit hincrby hincrbyfloat zincrby": "RW access update",
  "expire pexpire expireat pexpireat persist setrange hset hmset lset zadd geoadd": "RW update",
  "setex psetex restore restore-asking mset": "OW update",
  "setnx msetnx": "OW insert",
  "getdel lpop rpop spop zpopmin zpopmax blpop brpop bzpopmin bzpopmax": "RW access delete",
  "append pfadd hsetnx lpush rpush lpushx rpushx linsert sadd": "RW insert",
  "hdel ltrim lrem srem zrem zremrangebyrank zremrangebyscore zremrangebylex": "RW delete",
  "lmove rpoplpush smove blmove brpoplpush": "RW access delete @1; RW insert @2",
  "lmpop zmpop": "RW access delete @#1",
  "blmpop bzmpop": "RW access delete @#2",
  "sintercard zunion zinter zdiff zintercard": "RO access @#1",
  "sunionstore sdiffstore": "OW update @1; RO access @2..-1",
  sinterstore: "RW update @1; RO access @2..-1",
  "zrangestore geosearchstore": "OW update @1; RO access @2",
  "zunionstore zinterstore zdiffstore": "OW update @1; RO access @#2",
  rename: "RW access delete @1; OW update @2",
  renamenx: "RW access delete @1; OW insert @2",
  copy: "RO access @1; OW update @2",
  set: "RW access update variable_flags|RW and ACCESS due to the optional `GET` argument",
  getex: "RW access update|RW and UPDATE because it changes the TTL",
  bitfield: "RW access update variable_flags|This command allows both access and modification of the key",
  bitop: "OW update @2; RO access @3..-1",
  pfcount: "RW access|RW because it may change the internal representation of the key, and propagate to replicas",
  pfmerge: "RW access insert @1; RO access @2..-1",
  pfdebug: "RW access",
  georadius: "RO access @1; OW update @STORE>6; OW update @STOREDIST>6",
  georadiusbymember: "RO access @1; OW update @STORE>5; OW update @STOREDIST>5",
  sort: "RO access @1; RO access @?|For the optional BY/GET keyword. It is marked 'unknown' because the key names derive from the content of the key we sort; OW update @?|For the optional STORE keyword. It is marked 'unknown' because the keyword can appear anywhere in the argument array",
  sort_ro:
    "RO access @1; RO access @?|For the optional BY/GET keyword. It is marked 'unknown' because the key names derive from the content of the key we sort",
  migrate: "RW access delete @3; RW access delete incomplete @KEYS>-2..-1",
};

const ONE = { last: 0, step: 1 };

function place(text: string): Pick<Spec, "begin" | "find"> {
  if (text === "?") return { begin: undefined, find: undefined };
  if (text.startsWith("#")) return { begin: { index: Number(text.slice(1)) }, find: "counted" };
  const [, keyword, at, last] = /^([A-Z]*)>?(-?\d+)(?:\.\.(-?\d+))?$/.exec(text) ?? [];
  const find = last === undefined ? ONE : { last: Number(last), step: 1 };
  return { begin: keyword ? { keyword, startfrom: Number(at) } : { index: Number(at) }, find };
}

function specOf(text: string, { keys }: Command): Spec {
  const [head = "", note] = text.trim().split("|");
  const [flags = "", where] = head.split("@");
  const named = flags.trim().split(" ");
  if (where !== undefined) return { flags: named, note, ...place(where) };
  if (!keys || typeof keys === "function") return { flags: named, note, ...place("1") };
  const last = keys.last < 0 ? keys.last : keys.last - keys.first;
  return { flags: named, note, begin: { index: keys.first }, find: { last, step: keys.step } };
}

/** By the full name of a command. */
export function keySpecs(command: Command, fullName: string): readonly Spec[] {
  for (const [names, text] of Object.entries(SPECS))
    if (names.split(" ").includes(fullName)) return text.split(";").map((one) => specOf(one, command));
  return [];
}

/** First, last and step of old: of the first spec, where it is a plain range. */
export function legacyRange([first]: readonly Spec[]): readonly [number, number, number] {
  if (!first?.begin || !("index" in first.begin) || !first.find || first.find === "counted") return [0, 0, 0];
  const { index } = first.begin;
  const { last, step } = first.find;
  return [index, last < 0 ? last : index + last, step];
}

export type Found = { readonly at: number; readonly flags: readonly string[] };

/** Where the keys of a call are; undefined: they are not where they must be. */
export function keysBySpecs(specs: readonly Spec[], args: readonly Buffer[]): readonly Found[] | undefined {
  const found: Found[] = [];
  for (const { begin, find, flags } of specs) {
    const first = begin && firstOf(begin, args);
    if (first === undefined || !find || flags.includes("not_key")) continue;
    const counted = find === "counted";
    const from = counted ? first + 1 : first;
    const step = counted ? 1 : find.step;
    const to = counted
      ? first + Number(readInteger(args[first]) ?? Number.NaN)
      : find.last < 0
        ? args.length + find.last
        : first + find.last;
    if (!Number.isSafeInteger(to) || to >= args.length || to < from) return undefined;
    for (let at = from; at <= to; at += step) found.push({ at, flags });
  }
  return found;
}

function firstOf(begin: NonNullable<Spec["begin"]>, args: readonly Buffer[]): number | undefined {
  if ("index" in begin) return begin.index;
  const { keyword, startfrom } = begin;
  const isIt = (at: number) => args[at]?.toString("latin1").toUpperCase() === keyword;
  if (startfrom < 0) {
    for (let at = args.length + startfrom; at > 1; at--) if (isIt(at)) return at + 1;
    return undefined;
  }
  for (let at = startfrom; at < args.length - 1; at++) if (isIt(at)) return at + 1;
  return undefined;
}
