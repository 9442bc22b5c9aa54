import { type Call, type Command, CommandError, keyOf, wrongType } from "../command";
import type { Entry } from "../keyspace/database";
import { kept } from "../keyspace/kept";
import { numberOf } from "./numbers";
import { readSetOptions, setExpiry } from "./set-options";

/** The bytes of a string; undefined: there is no such key. Throws WRONGTYPE. */
export function stringOf(entry: Entry | undefined): Buffer | undefined {
  if (!entry) return undefined;
  if (entry.value.type !== "string") throw wrongType();
  return entry.value.bytes;
}

export const answerString = ({ reply }: Call, bytes: Buffer | undefined) =>
  bytes ? reply.bulk(bytes) : reply.nothing();

const at = (call: Call, index: number): Buffer => call.args[index] ?? Buffer.alloc(0);
const one = { first: 1, last: 1, step: 1 };

function get(call: Call): void {
  answerString(call, stringOf(call.db.read(keyOf(call.args[1]))));
}

function set(call: Call): void {
  const { args, db, reply, now } = call;
  const key = keyOf(args[1]);
  const options = readSetOptions(args, 3, "set");
  const expiresAtMs = setExpiry(options, now, "set");
  const isPlain = args.length === 3;
  const old = isPlain ? undefined : db.read(key);
  const before = options.get ? stringOf(old) : undefined;
  if ((options.when === "nx" && old) || (options.when === "xx" && !old)) {
    if (options.get) answerString(call, before);
    else reply.nothing();
    return;
  }
  const stays = options.keepsTime ? old?.expiresAtMs : undefined;
  const bytes = kept(at(call, 2));
  if (options.get) answerString(call, before);
  else reply.ok();
  call.dirty(1);
  if (expiresAtMs !== undefined && expiresAtMs <= now) {
    db.delete(key);
    call.tell(["DEL", at(call, 1)]);
    return;
  }
  db.set(key, { type: "string", bytes }, expiresAtMs ?? stays);
  if (expiresAtMs !== undefined) call.tell(["SET", at(call, 1), bytes, "PXAT", String(expiresAtMs)]);
}

function setWithTime(unit: number, name: string): (call: Call) => void {
  return (call) => {
    const { args, db, now } = call;
    const expiresAtMs = setExpiry({ unit, time: args[2], isPoint: false }, now, name);
    const bytes = kept(at(call, 3));
    db.set(keyOf(args[1]), { type: "string", bytes }, expiresAtMs);
    call.dirty(1);
    call.tell(["SET", at(call, 1), bytes, "PXAT", String(expiresAtMs)]);
    call.reply.ok();
  };
}

function setnx(call: Call): void {
  const key = keyOf(call.args[1]);
  const isFree = call.db.write(key) === undefined;
  if (isFree) {
    call.db.set(key, { type: "string", bytes: kept(at(call, 2)) });
    call.dirty(1);
  }
  call.reply.integer(isFree ? 1 : 0);
}

function getset(call: Call): void {
  const key = keyOf(call.args[1]);
  answerString(call, stringOf(call.db.read(key)));
  call.db.set(key, { type: "string", bytes: kept(at(call, 2)) });
  call.dirty(1);
  call.tell(["SET", at(call, 1), at(call, 2)]);
}

function getdel(call: Call): void {
  const key = keyOf(call.args[1]);
  const bytes = stringOf(call.db.read(key));
  answerString(call, bytes);
  if (!bytes) return;
  call.db.delete(key);
  call.dirty(1);
  call.tell(["DEL", at(call, 1)]);
}

function getex(call: Call): void {
  const { args, db, now } = call;
  const key = keyOf(args[1]);
  const options = readSetOptions(args, 2, "getex");
  const bytes = stringOf(db.read(key));
  if (!bytes) {
    call.reply.nothing();
    return;
  }
  const expiresAtMs = setExpiry(options, now, "getex");
  call.reply.bulk(bytes);
  const point = expiresAtMs;
  if (point !== undefined && point <= now) {
    db.delete(key);
    call.dirty(1);
    call.tell(["DEL", at(call, 1)]);
  } else if (point !== undefined) {
    db.expire(key, point);
    call.dirty(1);
    call.tell(["PEXPIREAT", at(call, 1), String(point)]);
  } else if (options.persists && db.read(key)?.expiresAtMs !== undefined) {
    db.expire(key, undefined);
    call.dirty(1);
    call.tell(["PERSIST", at(call, 1)]);
  }
}

function mget(call: Call): void {
  call.reply.array(call.args.length - 1);
  for (const arg of call.args.slice(1)) {
    const value = call.db.read(keyOf(arg))?.value;
    if (value?.type === "string") call.reply.bulk(value.bytes);
    else call.reply.nothing();
  }
}

function msetAll(call: Call, name: string): readonly (readonly [string, Buffer])[] {
  if (call.args.length % 2 === 0) throw new CommandError(`ERR wrong number of arguments for '${name}' command`);
  const pairs: (readonly [string, Buffer])[] = [];
  for (let index = 1; index < call.args.length; index += 2) pairs.push([keyOf(call.args[index]), at(call, index + 1)]);
  return pairs;
}

function mset(call: Call): void {
  const pairs = msetAll(call, "mset");
  for (const [key, bytes] of pairs) call.db.set(key, { type: "string", bytes: kept(bytes) });
  call.dirty(pairs.length);
  call.reply.ok();
}

function msetnx(call: Call): void {
  const pairs = msetAll(call, "msetnx");
  if (pairs.some(([key]) => call.db.write(key))) {
    call.reply.integer(0);
    return;
  }
  for (const [key, bytes] of pairs) call.db.set(key, { type: "string", bytes: kept(bytes) });
  call.dirty(pairs.length);
  call.reply.integer(1);
}

function strlen(call: Call): void {
  call.reply.integer(stringOf(call.db.read(keyOf(call.args[1])))?.length ?? 0);
}

function append(call: Call): void {
  const key = keyOf(call.args[1]);
  const entry = call.db.write(key);
  const old = stringOf(entry);
  checkLength(call, (old?.length ?? 0) + at(call, 2).length);
  if (old)
    call.db.set(key, { type: "string", bytes: Buffer.concat([old, at(call, 2)]), isRaw: true }, entry?.expiresAtMs);
  else call.db.set(key, { type: "string", bytes: kept(at(call, 2)) });
  call.dirty(1);
  call.reply.integer((old?.length ?? 0) + at(call, 2).length);
}

function setrange(call: Call): void {
  const offset = numberOf(call.args[2]);
  if (offset < 0) throw new CommandError("ERR offset is out of range");
  const key = keyOf(call.args[1]);
  const entry = call.db.write(key);
  const old = stringOf(entry) ?? Buffer.alloc(0);
  const piece = at(call, 3);
  if (piece.length === 0) {
    call.reply.integer(old.length);
    return;
  }
  checkLength(call, offset + piece.length);
  const bytes = Buffer.alloc(Math.max(old.length, offset + piece.length));
  old.copy(bytes);
  piece.copy(bytes, offset);
  call.db.set(key, { type: "string", bytes, isRaw: true }, entry?.expiresAtMs);
  call.dirty(1);
  call.reply.integer(bytes.length);
}

function getrange(call: Call): void {
  let start = numberOf(call.args[2]);
  let end = numberOf(call.args[3]);
  const bytes = stringOf(call.db.read(keyOf(call.args[1]))) ?? Buffer.alloc(0);
  if (start < 0 && end < 0 && start > end) start = bytes.length;
  if (start < 0) start = Math.max(0, bytes.length + start);
  if (end < 0) end = Math.max(0, bytes.length + end);
  call.reply.bulk(start > end ? "" : bytes.subarray(start, end + 1));
}

export function checkLength(call: Call, bytes: number): void {
  if (bytes > call.node.settings.number("proto-max-bulk-len"))
    throw new CommandError("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
}

const group = "string";

export const stringCommands: readonly Command[] = [
  {
    name: "get",
    arity: 2,
    flags: ["readonly", "fast"],
    keys: one,
    summary: "Get the value of a key",
    group,
    since: "1.0.0",
    run: get,
  },
  {
    name: "set",
    arity: -3,
    flags: ["write", "denyoom"],
    keys: one,
    summary: "Set the string value of a key",
    group,
    since: "1.0.0",
    run: set,
  },
  {
    name: "setex",
    arity: 4,
    flags: ["write", "denyoom"],
    keys: one,
    summary: "Set the value and expiration of a key",
    group,
    since: "2.0.0",
    run: setWithTime(1000, "setex"),
  },
  {
    name: "psetex",
    arity: 4,
    flags: ["write", "denyoom"],
    keys: one,
    summary: "Set the value and expiration in milliseconds of a key",
    group,
    since: "2.6.0",
    run: setWithTime(1, "psetex"),
  },
  {
    name: "setnx",
    arity: 3,
    flags: ["write", "denyoom", "fast"],
    keys: one,
    summary: "Set the value of a key, only if the key does not exist",
    group,
    since: "1.0.0",
    run: setnx,
  },
  {
    name: "getset",
    arity: 3,
    flags: ["write", "denyoom", "fast"],
    keys: one,
    summary: "Set the string value of a key and return its old value",
    group,
    since: "1.0.0",
    run: getset,
  },
  {
    name: "getdel",
    arity: 2,
    flags: ["write", "fast"],
    keys: one,
    summary: "Get the value of a key and delete the key",
    group,
    since: "6.2.0",
    run: getdel,
  },
  {
    name: "getex",
    arity: -2,
    flags: ["write", "fast"],
    keys: one,
    summary: "Get the value of a key and optionally set its expiration",
    group,
    since: "6.2.0",
    run: getex,
  },
  {
    name: "mget",
    arity: -2,
    flags: ["readonly", "fast"],
    keys: { first: 1, last: -1, step: 1 },
    summary: "Get the values of all the given keys",
    group,
    since: "1.0.0",
    run: mget,
  },
  {
    name: "mset",
    arity: -3,
    flags: ["write", "denyoom"],
    keys: { first: 1, last: -1, step: 2 },
    summary: "Set multiple keys to multiple values",
    group,
    since: "1.0.1",
    run: mset,
  },
  {
    name: "msetnx",
    arity: -3,
    flags: ["write", "denyoom"],
    keys: { first: 1, last: -1, step: 2 },
    summary: "Set multiple keys to multiple values, only if none of the keys exist",
    group,
    since: "1.0.1",
    run: msetnx,
  },
  {
    name: "strlen",
    arity: 2,
    flags: ["readonly", "fast"],
    keys: one,
    summary: "Get the length of the value stored in a key",
    group,
    since: "2.2.0",
    run: strlen,
  },
  {
    name: "append",
    arity: 3,
    flags: ["write", "denyoom", "fast"],
    keys: one,
    summary: "Append a value to a key",
    group,
    since: "2.0.0",
    run: append,
  },
  {
    name: "setrange",
    arity: 4,
    flags: ["write", "denyoom"],
    keys: one,
    summary: "Overwrite part of a string at key starting at the specified offset",
    group,
    since: "2.2.0",
    run: setrange,
  },
  {
    name: "getrange",
    arity: 4,
    flags: ["readonly"],
    keys: one,
    summary: "Get a substring of the string stored at a key",
    group,
    since: "2.4.0",
    run: getrange,
  },
  {
    name: "substr",
    arity: 4,
    flags: ["readonly"],
    keys: one,
    summary: "Get a substring of the string stored at a key",
    group,
    since: "1.0.0",
    run: getrange,
  },
];
