import { type Call, CommandError, keyOf, noSuchKey, syntaxError } from "../command";
import { kept } from "../keyspace/kept";
import { FAST_GROW, FAST_WRITE, FIRST_TWO, family, GROW, READ, WRITE } from "./family";
import {
  type End,
  endOf,
  keysIn,
  moveOne,
  nameOfPop,
  popFirst,
  popMany,
  popOptions,
  pushAll,
  readList,
  settleList,
  writeList,
} from "./list-values";
import { numberOf, upper } from "./numbers";
import { countedKeys, keysCountedAt } from "./sets";

const pushes = (end: End, needsKey: boolean) => (call: Call) => {
  const key = keyOf(call.args[1]);
  if (needsKey && !readList(call, key)) return call.reply.integer(0);
  call.reply.integer(pushAll(call, key, end, call.args.slice(2)));
  call.dirty(call.args.length - 2);
};

const pops = (end: End) => (call: Call) => {
  const { args, reply } = call;
  if (args.length > 3)
    throw new CommandError(`ERR wrong number of arguments for '${nameOfPop(end).toLowerCase()}' command`);
  const outOfRange = () => new CommandError("ERR value is out of range, must be positive");
  const count = args.length === 3 ? numberOf(args[2], outOfRange) : undefined;
  if (count !== undefined && count < 0) throw outOfRange();
  const key = keyOf(args[1]);
  const list = readList(call, key);
  if (!list) return count === undefined ? reply.nothing() : reply.nothingArray();
  const taken = popMany(call, key, end, count ?? 1);
  call.dirty(taken.length);
  if (count === undefined) return reply.bulk(taken[0] ?? "");
  reply.array(taken.length);
  for (const item of taken) reply.bulk(item);
};

/** Redis counts from the end below zero. */
const placeOf = (index: number, length: number): number => (index < 0 ? index + length : index);

function lindex(call: Call) {
  const index = numberOf(call.args[2]);
  const list = readList(call, keyOf(call.args[1]));
  const item = list?.items.at(placeOf(index, list.items.length));
  if (item) call.reply.bulk(item);
  else call.reply.nothing();
}

function lset(call: Call) {
  const [, name, place, item] = call.args;
  const list = writeList(call, keyOf(name));
  if (!list) throw noSuchKey();
  const index = placeOf(numberOf(place), list.items.length);
  if (!list.items.at(index)) throw new CommandError("ERR index out of range");
  list.items.replace(index, kept(item as Buffer));
  call.db.changed(keyOf(name));
  call.dirty(1);
  call.reply.ok();
}

function lrange(call: Call) {
  const [first, last] = [numberOf(call.args[2]), numberOf(call.args[3])];
  const list = readList(call, keyOf(call.args[1]));
  const length = list?.items.length ?? 0;
  const found = list?.items.range(Math.max(0, placeOf(first, length)), placeOf(last, length)) ?? [];
  call.reply.array(found.length);
  for (const item of found) call.reply.bulk(item);
}

function ltrim(call: Call) {
  const [first, last] = [numberOf(call.args[2]), numberOf(call.args[3])];
  const key = keyOf(call.args[1]);
  const list = writeList(call, key);
  if (list) {
    const before = list.items.length;
    list.items.keep(Math.max(0, placeOf(first, before)), placeOf(last, before));
    settleList(call, key, list);
    call.dirty(before - list.items.length);
  }
  call.reply.ok();
}

function lrem(call: Call) {
  const key = keyOf(call.args[1]);
  const wanted = numberOf(call.args[2]);
  const item = call.args[3] as Buffer;
  const list = writeList(call, key);
  if (!list) return call.reply.integer(0);
  const { items } = list;
  const most = wanted === 0 ? items.length : Math.abs(wanted);
  const places = new Set<number>();
  for (let step = 0; step < items.length && places.size < most; step++) {
    const at = wanted < 0 ? items.length - 1 - step : step;
    if (items.at(at)?.equals(item)) places.add(at);
  }
  let at = 0;
  if (places.size > 0) {
    items.filter(() => !places.has(at++));
    settleList(call, key, list);
  }
  call.dirty(places.size);
  call.reply.integer(places.size);
}

function placeOfItem(call: Call, key: string, pivot: Buffer): number {
  const list = readList(call, key);
  for (let at = 0; list && at < list.items.length; at++) if (list.items.at(at)?.equals(pivot)) return at;
  return -1;
}

function linsert(call: Call) {
  const [, name, where, pivot, item] = call.args;
  const side = upper(where);
  if (side !== "BEFORE" && side !== "AFTER") throw syntaxError();
  const key = keyOf(name);
  if (!readList(call, key)) return call.reply.integer(0);
  const at = placeOfItem(call, key, pivot as Buffer);
  if (at < 0) return call.reply.integer(-1);
  const list = writeList(call, key);
  list?.items.insert(side === "BEFORE" ? at : at + 1, kept(item as Buffer));
  call.db.changed(key);
  call.dirty(1);
  call.reply.integer(list?.items.length ?? 0);
}

function move(call: Call, fromEnd: End, toEnd: End) {
  const item = moveOne(call, { from: keyOf(call.args[1]), to: keyOf(call.args[2]), fromEnd, toEnd });
  if (!item) return call.reply.nothing();
  call.dirty(1);
  call.reply.bulk(item);
}

type Position = { rank: number; count: number | undefined; longest: number };

function positionOptions(args: readonly Buffer[]): Position {
  const found: Position = { rank: 1, count: undefined, longest: 0 };
  for (let at = 3; at < args.length; at += 2) {
    const word = upper(args[at]);
    if (at + 1 >= args.length || !["RANK", "COUNT", "MAXLEN"].includes(word)) throw syntaxError();
    const negative = (what: string) => new CommandError(`ERR ${what} can't be negative`);
    if (word === "RANK") found.rank = numberOf(args[at + 1]);
    else if (word === "COUNT") found.count = numberOf(args[at + 1], () => negative("COUNT"));
    else found.longest = numberOf(args[at + 1], () => negative("MAXLEN"));
    if (found.rank === 0)
      throw new CommandError(
        "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
      );
    if ((found.count ?? 0) < 0) throw negative("COUNT");
    if (found.longest < 0) throw negative("MAXLEN");
  }
  return found;
}

function lpos(call: Call) {
  const { rank, count, longest } = positionOptions(call.args);
  const list = readList(call, keyOf(call.args[1]));
  const item = call.args[2] as Buffer;
  const length = list?.items.length ?? 0;
  const most = count === undefined ? 1 : count || length;
  const found: number[] = [];
  let skipped = Math.abs(rank) - 1;
  for (let step = 0; step < length && found.length < most && (longest === 0 || step < longest); step++) {
    const at = rank < 0 ? length - 1 - step : step;
    if (list?.items.at(at)?.equals(item) && skipped-- <= 0) found.push(at);
  }
  if (count === undefined) return found[0] === undefined ? call.reply.nothing() : call.reply.integer(found[0]);
  call.reply.array(found.length);
  for (const at of found) call.reply.integer(at);
}

function lmpop(call: Call) {
  const keys = countedKeys(call.args, 1);
  const options = popOptions(call.args, 2 + keys.length);
  const popped = popFirst(call, keysIn(keys), options);
  if (!popped) return call.reply.nothingArray();
  call.dirty(popped.taken);
  call.tell([nameOfPop(options.end), popped.key, String(popped.taken)]);
}

export const listCommands = family("list", [
  {
    name: "lpush",
    arity: -3,
    flags: FAST_GROW,
    since: "1.0.0",
    summary: "Prepend one or multiple elements to a list",
    run: pushes("LEFT", false),
  },
  {
    name: "rpush",
    arity: -3,
    flags: FAST_GROW,
    since: "1.0.0",
    summary: "Append one or multiple elements to a list",
    run: pushes("RIGHT", false),
  },
  {
    name: "lpushx",
    arity: -3,
    flags: FAST_GROW,
    since: "2.2.0",
    summary: "Prepend an element to a list, only if the list exists",
    run: pushes("LEFT", true),
  },
  {
    name: "rpushx",
    arity: -3,
    flags: FAST_GROW,
    since: "2.2.0",
    summary: "Append an element to a list, only if the list exists",
    run: pushes("RIGHT", true),
  },
  {
    name: "lpop",
    arity: -2,
    flags: FAST_WRITE,
    since: "1.0.0",
    summary: "Remove and get the first elements in a list",
    run: pops("LEFT"),
  },
  {
    name: "rpop",
    arity: -2,
    flags: FAST_WRITE,
    since: "1.0.0",
    summary: "Remove and get the last elements in a list",
    run: pops("RIGHT"),
  },
  {
    name: "llen",
    arity: 2,
    flags: ["readonly", "fast"],
    since: "1.0.0",
    summary: "Get the length of a list",
    run: (call) => call.reply.integer(readList(call, keyOf(call.args[1]))?.items.length ?? 0),
  },
  {
    name: "lindex",
    arity: 3,
    flags: READ,
    since: "1.0.0",
    summary: "Get an element from a list by its index",
    run: lindex,
  },
  {
    name: "lset",
    arity: 4,
    flags: GROW,
    since: "1.0.0",
    summary: "Set the value of an element in a list by its index",
    run: lset,
  },
  {
    name: "lrange",
    arity: 4,
    flags: READ,
    since: "1.0.0",
    summary: "Get a range of elements from a list",
    run: lrange,
  },
  { name: "ltrim", arity: 4, flags: WRITE, since: "1.0.0", summary: "Trim a list to the specified range", run: ltrim },
  { name: "lrem", arity: 4, flags: WRITE, since: "1.0.0", summary: "Remove elements from a list", run: lrem },
  {
    name: "linsert",
    arity: 5,
    flags: GROW,
    since: "2.2.0",
    summary: "Insert an element before or after another element in a list",
    run: linsert,
  },
  {
    name: "lpos",
    arity: -3,
    flags: READ,
    since: "6.0.6",
    summary: "Return the index of matching elements on a list",
    run: lpos,
  },
  {
    name: "lmove",
    arity: 5,
    flags: GROW,
    keys: FIRST_TWO,
    since: "6.2.0",
    summary: "Pop an element from a list, push it to another list and return it",
    run: (call) => move(call, endOf(call.args[3]), endOf(call.args[4])),
  },
  {
    name: "rpoplpush",
    arity: 3,
    flags: GROW,
    keys: FIRST_TWO,
    since: "1.2.0",
    summary: "Remove the last element in a list, prepend it to another list and return it",
    run: (call) => move(call, "RIGHT", "LEFT"),
  },
  {
    name: "lmpop",
    arity: -4,
    flags: ["write", "movablekeys"],
    keys: keysCountedAt(1),
    since: "7.0.0",
    summary: "Pop elements from a list",
    run: lmpop,
  },
]);
