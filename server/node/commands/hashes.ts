import { type Call, CommandError, keyOf, syntaxError, wrongType } from "../command";
import { Dict } from "../keyspace/dict";
import { kept } from "../keyspace/kept";
import type { StoredHash } from "../keyspace/value";
import type { NodeParts } from "../parts";
import { randomCount, randomPlaces } from "./chance";
import { FAST_GROW, FAST_READ, FAST_WRITE, family, READ } from "./family";
import { addLongDoubles, type LongDouble, longDoubleText, readLongDouble } from "./long-double";
import { integerOf, isWithin64, readInteger, upper } from "./numbers";
import { readCursor, scanEntries } from "./scan-inside";

export function readHash(call: Call): StoredHash | undefined {
  const value = call.db.read(keyOf(call.args[1]))?.value;
  if (value && value.type !== "hash") throw wrongType();
  return value;
}

function writeHash(call: Call): StoredHash | undefined {
  const value = call.db.write(keyOf(call.args[1]))?.value;
  if (value && value.type !== "hash") throw wrongType();
  return value;
}

function growHash(call: Call): StoredHash {
  const held = writeHash(call);
  if (held) return held;
  const made: StoredHash = { type: "hash", fields: new Dict(), encoding: "listpack" };
  call.db.set(keyOf(call.args[1]), made);
  return made;
}

/** After fields were set: whether it still is a listpack. */
export function settleHash(hash: StoredHash, settings: NodeParts["settings"], ...written: readonly Buffer[]): void {
  if (hash.encoding === "hashtable") return;
  const longest = settings.number("hash-max-listpack-value");
  const isLong = written.some((bytes) => bytes.length > longest);
  if (isLong || hash.fields.size > settings.number("hash-max-listpack-entries")) hash.encoding = "hashtable";
}

const wrongPairs = (name: string) => new CommandError(`ERR wrong number of arguments for '${name}' command`);

function setPairs(call: Call): number {
  const { args } = call;
  if (args.length % 2 !== 0) throw wrongPairs(keyOf(args[0]).toLowerCase());
  const hash = growHash(call);
  let added = 0;
  for (let at = 2; at < args.length; at += 2)
    if (hash.fields.set(keyOf(args[at]), kept(args[at + 1] as Buffer))) added++;
  settleHash(hash, call.node.settings, ...args.slice(2));
  call.db.changed(keyOf(args[1]));
  call.dirty((args.length - 2) / 2);
  return added;
}

function hsetnx(call: Call) {
  const [, key, field, value] = call.args;
  if (readHash(call)?.fields.has(keyOf(field))) return call.reply.integer(0);
  const hash = growHash(call);
  hash.fields.set(keyOf(field), kept(value as Buffer));
  settleHash(hash, call.node.settings, field as Buffer, value as Buffer);
  call.db.changed(keyOf(key));
  call.dirty(1);
  call.reply.integer(1);
}

function hget(call: Call) {
  const value = readHash(call)?.fields.get(keyOf(call.args[2]));
  if (value) call.reply.bulk(value);
  else call.reply.nothing();
}

function hmget(call: Call) {
  const hash = readHash(call);
  call.reply.array(call.args.length - 2);
  for (let at = 2; at < call.args.length; at++) {
    const value = hash?.fields.get(keyOf(call.args[at]));
    if (value) call.reply.bulk(value);
    else call.reply.nothing();
  }
}

function hgetall(call: Call) {
  const hash = readHash(call);
  call.reply.map(hash?.fields.size ?? 0);
  for (const [field, value] of hash?.fields ?? []) {
    call.reply.bulk(field);
    call.reply.bulk(value);
  }
}

function listed(call: Call, items: readonly (Buffer | string)[]): void {
  call.reply.array(items.length);
  for (const item of items) call.reply.bulk(item);
}

function hdel(call: Call) {
  const hash = writeHash(call);
  const key = keyOf(call.args[1]);
  let gone = 0;
  for (let at = 2; hash && at < call.args.length; at++) if (hash.fields.delete(keyOf(call.args[at]))) gone++;
  if (gone > 0 && hash?.fields.size === 0) call.db.delete(key);
  else if (gone > 0) call.db.changed(key);
  call.dirty(gone);
  call.reply.integer(gone);
}

function setOne(call: Call, value: Buffer): void {
  const hash = growHash(call);
  const field = call.args[2] as Buffer;
  hash.fields.set(keyOf(field), value);
  settleHash(hash, call.node.settings, field, value);
  call.db.changed(keyOf(call.args[1]));
  call.dirty(1);
}

function hincrby(call: Call) {
  const increment = integerOf(call.args[3]);
  const held = readHash(call)?.fields.get(keyOf(call.args[2]));
  const old = held ? readInteger(held) : 0n;
  if (old === undefined) throw new CommandError("ERR hash value is not an integer");
  const sum = old + increment;
  if (!isWithin64(sum)) throw new CommandError("ERR increment or decrement would overflow");
  setOne(call, Buffer.from(sum.toString(), "latin1"));
  call.reply.integer(sum);
}

const ZERO = Buffer.from("0");

function fractionOf(bytes: Buffer, sentence: string): LongDouble {
  const text = bytes.toString("latin1");
  if (/^[+-]?inf(inity)?$/i.test(text)) throw new CommandError("ERR value is NaN or Infinity");
  const value = readLongDouble(text);
  if (!value) throw new CommandError(sentence);
  return value;
}

function hincrbyfloat(call: Call) {
  const [, key, field, increment] = call.args;
  const more = fractionOf(increment as Buffer, "ERR value is not a valid float");
  const held = fractionOf(readHash(call)?.fields.get(keyOf(field)) ?? ZERO, "ERR hash value is not a float");
  const sum = longDoubleText(addLongDoubles(held, more));
  const value = Buffer.from(sum, "latin1");
  setOne(call, value);
  call.tell(["HSET", key as Buffer, field as Buffer, value]);
  call.reply.bulk(value);
}

function hrandfield(call: Call) {
  const { args, reply, node } = call;
  if (args.length > 4 || (args.length === 4 && upper(args[3]) !== "WITHVALUES")) throw syntaxError();
  if (args.length === 2) {
    const hash = readHash(call);
    const [place = 0] = randomPlaces(node.world, hash?.fields.size ?? 0, 1);
    const name = hash?.fields.nameAt(place);
    return name === undefined ? reply.nothing() : reply.bulk(name);
  }
  const count = randomCount(args[2]);
  const hash = readHash(call);
  const places = randomPlaces(node.world, hash?.fields.size ?? 0, count);
  const withValues = args.length === 4;
  reply.array(withValues && reply.resp === 2 ? places.length * 2 : places.length);
  for (const place of places) {
    if (withValues && reply.resp === 3) reply.array(2);
    reply.bulk(hash?.fields.nameAt(place) ?? "");
    if (withValues) reply.bulk(hash?.fields.valueAt(place) ?? "");
  }
}

export const hashCommands = family("hash", [
  {
    name: "hset",
    arity: -4,
    flags: FAST_GROW,
    since: "2.0.0",
    summary: "Set the string value of a hash field",
    run: (call) => call.reply.integer(setPairs(call)),
  },
  {
    name: "hmset",
    arity: -4,
    flags: FAST_GROW,
    since: "2.0.0",
    summary: "Set multiple hash fields to multiple values",
    run: (call) => {
      setPairs(call);
      call.reply.ok();
    },
  },
  {
    name: "hsetnx",
    arity: 4,
    flags: FAST_GROW,
    since: "2.0.0",
    summary: "Set the value of a hash field, only if the field does not exist",
    run: hsetnx,
  },
  {
    name: "hget",
    arity: 3,
    flags: FAST_READ,
    since: "2.0.0",
    summary: "Get the value of a hash field",
    run: hget,
  },
  {
    name: "hmget",
    arity: -3,
    flags: FAST_READ,
    since: "2.0.0",
    summary: "Get the values of all the given hash fields",
    run: hmget,
  },
  {
    name: "hgetall",
    arity: 2,
    flags: READ,
    since: "2.0.0",
    summary: "Get all the fields and values in a hash",
    run: hgetall,
  },
  {
    name: "hkeys",
    arity: 2,
    flags: READ,
    since: "2.0.0",
    summary: "Get all the fields in a hash",
    run: (call) => listed(call, readHash(call)?.fields.names ?? []),
  },
  {
    name: "hvals",
    arity: 2,
    flags: READ,
    since: "2.0.0",
    summary: "Get all the values in a hash",
    run: (call) => listed(call, readHash(call)?.fields.values ?? []),
  },
  {
    name: "hlen",
    arity: 2,
    flags: FAST_READ,
    since: "2.0.0",
    summary: "Get the number of fields in a hash",
    run: (call) => call.reply.integer(readHash(call)?.fields.size ?? 0),
  },
  {
    name: "hstrlen",
    arity: 3,
    flags: FAST_READ,
    since: "3.2.0",
    summary: "Get the length of the value of a hash field",
    run: (call) => call.reply.integer(readHash(call)?.fields.get(keyOf(call.args[2]))?.length ?? 0),
  },
  {
    name: "hexists",
    arity: 3,
    flags: FAST_READ,
    since: "2.0.0",
    summary: "Determine if a hash field exists",
    run: (call) => call.reply.integer(readHash(call)?.fields.has(keyOf(call.args[2])) ? 1 : 0),
  },
  {
    name: "hdel",
    arity: -3,
    flags: FAST_WRITE,
    since: "2.0.0",
    summary: "Delete one or more hash fields",
    run: hdel,
  },
  {
    name: "hincrby",
    arity: 4,
    flags: FAST_GROW,
    since: "2.0.0",
    summary: "Increment the integer value of a hash field by the given number",
    run: hincrby,
  },
  {
    name: "hincrbyfloat",
    arity: 4,
    flags: FAST_GROW,
    since: "2.6.0",
    summary: "Increment the float value of a hash field by the given amount",
    run: hincrbyfloat,
  },
  {
    name: "hrandfield",
    arity: -2,
    flags: READ,
    since: "6.2.0",
    summary: "Get one or multiple random fields from a hash",
    run: hrandfield,
  },
  {
    name: "hscan",
    arity: -3,
    flags: READ,
    since: "2.8.0",
    summary: "Incrementally iterate hash fields and associated values",
    run: (call) => {
      readCursor(call.args);
      const hash = readHash(call);
      scanEntries(call, hash?.fields, hash?.encoding === "listpack", (value) => value);
    },
  },
]);
