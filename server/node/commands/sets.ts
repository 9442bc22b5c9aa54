import { type Call, CommandError, keyOf, syntaxError, wrongType } from "../command";
import { Dict } from "../keyspace/dict";
import type { StoredSet } from "../keyspace/value";
import type { NodeParts } from "../parts";
import { chooseSome, randomCount, randomPlaces } from "./chance";
import { ALL, FAST_GROW, FAST_READ, FAST_WRITE, FIRST_TWO, family, GROW, READ } from "./family";
import { numberOf, readInteger } from "./numbers";
import { readCursor, scanEntries } from "./scan-inside";

export function readSet(call: Call, key: string): StoredSet | undefined {
  const value = call.db.read(key)?.value;
  if (value && value.type !== "set") throw wrongType();
  return value;
}

function writeSet(call: Call, key: string): StoredSet | undefined {
  const value = call.db.write(key)?.value;
  if (value && value.type !== "set") throw wrongType();
  return value;
}

const isInteger = (member: string): boolean =>
  member.length <= 20 && readInteger(Buffer.from(member, "latin1")) !== undefined;

/** A set of these members, with the encoding that adding them one by one would have given. */
export function setOf(members: Iterable<string>, settings: NodeParts["settings"]): StoredSet {
  const made: StoredSet = { type: "set", members: new Dict(), encoding: "intset" };
  for (const member of members) addTo(made, member, settings);
  return made;
}

export function addTo(set: StoredSet, member: string, settings: NodeParts["settings"]): boolean {
  if (!set.members.set(member, true)) return false;
  if (set.encoding === "intset")
    if (!isInteger(member) || set.members.size > Math.min(2 ** 30, settings.number("set-max-intset-entries")))
      set.encoding = "hashtable";
  return true;
}

/** After members went: an empty set is no key. */
function settle(call: Call, key: string, set: StoredSet): void {
  if (set.members.size === 0) call.db.delete(key);
  else call.db.changed(key);
}

function sadd(call: Call) {
  const { args, db, node } = call;
  const key = keyOf(args[1]);
  const held = writeSet(call, key);
  const set: StoredSet = held ?? { type: "set", members: new Dict(), encoding: "intset" };
  if (!held) db.set(key, set);
  let added = 0;
  for (let at = 2; at < args.length; at++) if (addTo(set, keyOf(args[at]), node.settings)) added++;
  if (added > 0) db.changed(key);
  call.dirty(added);
  call.reply.integer(added);
}

function srem(call: Call) {
  const { args } = call;
  const key = keyOf(args[1]);
  const set = writeSet(call, key);
  let gone = 0;
  for (let at = 2; set && at < args.length; at++) if (set.members.delete(keyOf(args[at]))) gone++;
  if (set && gone > 0) settle(call, key, set);
  call.dirty(gone);
  call.reply.integer(gone);
}

function smove(call: Call) {
  const { args, db, node, reply } = call;
  const [from, to, member] = [keyOf(args[1]), keyOf(args[2]), keyOf(args[3])];
  const source = writeSet(call, from);
  if (!source) return reply.integer(0);
  const target = writeSet(call, to);
  if (source === target || !source.members.has(member)) return reply.integer(source.members.has(member) ? 1 : 0);
  source.members.delete(member);
  settle(call, from, source);
  if (target) {
    addTo(target, member, node.settings);
    db.changed(to);
  } else db.set(to, setOf([member], node.settings));
  call.dirty(1);
  reply.integer(1);
}

function members(call: Call, found: readonly string[]): void {
  call.reply.set(found.length);
  for (const member of found) call.reply.bulk(member);
}

function smismember(call: Call) {
  const set = readSet(call, keyOf(call.args[1]));
  call.reply.array(call.args.length - 2);
  for (let at = 2; at < call.args.length; at++) call.reply.integer(set?.members.has(keyOf(call.args[at])) ? 1 : 0);
}

function spop(call: Call) {
  const { args, reply, node } = call;
  if (args.length > 3) throw syntaxError();
  const outOfRange = () => new CommandError("ERR value is out of range, must be positive");
  const count = args.length === 3 ? numberOf(args[2], outOfRange) : undefined;
  if (count !== undefined && count < 0) throw outOfRange();
  const key = keyOf(args[1]);
  const set = writeSet(call, key);
  if (!set) return count === undefined ? reply.nothing() : reply.set(0);
  const places = chooseSome(node.world, set.members.size, count ?? 1);
  const chosen = places.map((place) => set.members.nameAt(place) ?? "");
  for (const member of chosen) set.members.delete(member);
  if (chosen.length > 0) settle(call, key, set);
  call.dirty(chosen.length);
  if (chosen.length > 0 && set.members.size === 0) call.tell(["DEL", key]);
  else if (chosen.length > 0) call.tell(["SREM", key, ...chosen]);
  if (count === undefined) reply.bulk(chosen[0] ?? "");
  else members(call, chosen);
}

function srandmember(call: Call) {
  const { args, reply, node } = call;
  if (args.length > 3) throw syntaxError();
  const count = args.length === 3 ? randomCount(args[2]) : undefined;
  const set = readSet(call, keyOf(args[1]));
  const places = randomPlaces(node.world, set?.members.size ?? 0, count ?? 1);
  if (count !== undefined) reply.array(places.length);
  else if (places.length === 0) return reply.nothing();
  for (const place of places) reply.bulk(set?.members.nameAt(place) ?? "");
}

type Algebra = "inter" | "union" | "diff";

function combine(
  call: Call,
  keys: readonly Buffer[],
  how: Algebra,
  limit = Number.POSITIVE_INFINITY,
): readonly string[] {
  const sets = keys.map((key) => readSet(call, keyOf(key))?.members);
  if (how === "union") return [...new Set(sets.flatMap((set) => set?.names ?? []))];
  const [first, ...others] = sets;
  if (how === "diff") return (first?.names ?? []).filter((member) => !others.some((set) => set?.has(member)));
  if (sets.some((set) => !set)) return [];
  const sorted = [...sets].sort((a, b) => (a?.size ?? 0) - (b?.size ?? 0));
  const [smallest, ...rest] = sorted;
  const found: string[] = [];
  for (const member of smallest?.names ?? []) {
    if (found.length >= limit) break;
    if (rest.every((set) => set?.has(member))) found.push(member);
  }
  return found;
}

const answers = (how: Algebra) => (call: Call) => members(call, combine(call, call.args.slice(1), how));

const stores = (how: Algebra) => (call: Call) => {
  const target = keyOf(call.args[1]);
  const found = combine(call, call.args.slice(2), how);
  if (found.length > 0) {
    call.db.set(target, setOf(found, call.node.settings));
    call.dirty(found.length);
  } else if (call.db.delete(target)) {
    call.dirty(1);
    call.tell(["DEL", target]);
  }
  call.reply.integer(found.length);
};

/** `numkeys key…` from `at` on; what stands behind them is the command's own. */
export function countedKeys(args: readonly Buffer[], at: number, tooMany = syntaxError): readonly Buffer[] {
  const sentence = "ERR numkeys should be greater than 0";
  const count = numberOf(args[at], () => new CommandError(sentence));
  if (count < 1) throw new CommandError(sentence);
  if (count > args.length - at - 1) throw tooMany();
  return args.slice(at + 1, at + 1 + count);
}

function sintercard(call: Call) {
  const { args } = call;
  const keys = countedKeys(args, 1, () => new CommandError("ERR Number of keys can't be greater than number of args"));
  let limit = 0;
  for (let at = 2 + keys.length; at < args.length; at += 2) {
    if (keyOf(args[at]).toUpperCase() !== "LIMIT" || at + 1 >= args.length) throw syntaxError();
    const negative = () => new CommandError("ERR LIMIT can't be negative");
    limit = numberOf(args[at + 1], negative);
    if (limit < 0) throw negative();
  }
  call.reply.integer(combine(call, keys, "inter", limit || undefined).length);
}

/** For COMMAND GETKEYS and routing, which come before a command says what is wrong: as many as there are. */
export function keysCountedAt(at: number): (args: readonly Buffer[]) => readonly Buffer[] {
  return (args) => {
    const count = Number(readInteger(args[at]) ?? 0n);
    return count < 1 || count > args.length - at - 1 ? [] : args.slice(at + 1, at + 1 + count);
  };
}

export const setCommands = family("set", [
  { name: "sadd", arity: -3, flags: FAST_GROW, since: "1.0.0", summary: "Add one or more members to a set", run: sadd },
  {
    name: "srem",
    arity: -3,
    flags: FAST_WRITE,
    since: "1.0.0",
    summary: "Remove one or more members from a set",
    run: srem,
  },
  {
    name: "smove",
    arity: 4,
    flags: FAST_WRITE,
    keys: FIRST_TWO,
    since: "1.0.0",
    summary: "Move a member from one set to another",
    run: smove,
  },
  {
    name: "sismember",
    arity: 3,
    flags: FAST_READ,
    since: "1.0.0",
    summary: "Determine if a given value is a member of a set",
    run: (call) => call.reply.integer(readSet(call, keyOf(call.args[1]))?.members.has(keyOf(call.args[2])) ? 1 : 0),
  },
  {
    name: "smismember",
    arity: -3,
    flags: FAST_READ,
    since: "6.2.0",
    summary: "Returns the membership associated with the given elements for a set",
    run: smismember,
  },
  {
    name: "scard",
    arity: 2,
    flags: FAST_READ,
    since: "1.0.0",
    summary: "Get the number of members in a set",
    run: (call) => call.reply.integer(readSet(call, keyOf(call.args[1]))?.members.size ?? 0),
  },
  {
    name: "smembers",
    arity: 2,
    flags: READ,
    since: "1.0.0",
    summary: "Get all the members in a set",
    run: (call) => members(call, readSet(call, keyOf(call.args[1]))?.members.names ?? []),
  },
  {
    name: "spop",
    arity: -2,
    flags: FAST_WRITE,
    since: "1.0.0",
    summary: "Remove and return one or multiple random members from a set",
    run: spop,
  },
  {
    name: "srandmember",
    arity: -2,
    flags: READ,
    since: "1.0.0",
    summary: "Get one or multiple random members from a set",
    run: srandmember,
  },
  {
    name: "sinter",
    arity: -2,
    flags: READ,
    keys: ALL,
    since: "1.0.0",
    summary: "Intersect multiple sets",
    run: answers("inter"),
  },
  {
    name: "sunion",
    arity: -2,
    flags: READ,
    keys: ALL,
    since: "1.0.0",
    summary: "Add multiple sets",
    run: answers("union"),
  },
  {
    name: "sdiff",
    arity: -2,
    flags: READ,
    keys: ALL,
    since: "1.0.0",
    summary: "Subtract multiple sets",
    run: answers("diff"),
  },
  {
    name: "sintercard",
    arity: -3,
    flags: [...READ, "movablekeys"],
    keys: keysCountedAt(1),
    since: "7.0.0",
    summary: "Intersect multiple sets and return the cardinality of the result",
    run: sintercard,
  },
  {
    name: "sinterstore",
    arity: -3,
    flags: GROW,
    keys: ALL,
    since: "1.0.0",
    summary: "Intersect multiple sets and store the resulting set in a key",
    run: stores("inter"),
  },
  {
    name: "sunionstore",
    arity: -3,
    flags: GROW,
    keys: ALL,
    since: "1.0.0",
    summary: "Add multiple sets and store the resulting set in a key",
    run: stores("union"),
  },
  {
    name: "sdiffstore",
    arity: -3,
    flags: GROW,
    keys: ALL,
    since: "1.0.0",
    summary: "Subtract multiple sets and store the resulting set in a key",
    run: stores("diff"),
  },
  {
    name: "sscan",
    arity: -3,
    flags: READ,
    since: "2.8.0",
    summary: "Incrementally iterate Set elements",
    run: (call) => {
      readCursor(call.args);
      const set = readSet(call, keyOf(call.args[1]));
      scanEntries(call, set?.members, set?.encoding === "intset");
    },
  },
]);
