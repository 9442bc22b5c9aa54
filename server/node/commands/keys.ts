import { SLOT_COUNT } from "@/lib/cluster/slots";
import { matches } from "../clients/glob";
import { type Call, type Command, CommandError, keyOf, noSuchKey, syntaxError } from "../command";
import type { Database, Key } from "../keyspace/database";
import { readInteger, upper } from "./numbers";

const group = "generic";
const one = { first: 1, last: 1, step: 1 };
const all = { first: 1, last: -1, step: 1 };
const two = { first: 1, last: 2, step: 1 };

const del = (call: Call) => {
  let count = 0;
  for (const arg of call.args.slice(1)) {
    const key = keyOf(arg);
    if (call.db.write(key) && call.db.delete(key)) count++;
  }
  call.dirty(count);
  call.reply.integer(count);
};

const exists = (call: Call) =>
  call.reply.integer(call.args.slice(1).filter((arg) => call.db.look(keyOf(arg)) !== undefined).length);

const touch = (call: Call) =>
  call.reply.integer(call.args.slice(1).filter((arg) => call.db.read(keyOf(arg)) !== undefined).length);

const type = (call: Call) => call.reply.simple(call.db.look(keyOf(call.args[1]))?.value.type ?? "none");

/** The value moves as it is, its time with it. False: RENAMENX found the new name taken. */
function move(call: Call, isOnlyFree: boolean): boolean {
  const [, from, to] = call.args.map(keyOf) as [string, string, string];
  const entry = call.db.write(from);
  if (!entry) throw noSuchKey();
  if (isOnlyFree && call.db.write(to)) return false;
  if (from === to) return !isOnlyFree;
  const { value, expiresAtMs } = entry;
  call.db.delete(to);
  call.db.delete(from);
  call.db.set(to, value, expiresAtMs);
  call.dirty(1);
  return true;
}

const rename = (call: Call) => {
  move(call, false);
  call.reply.ok();
};

const renamenx = (call: Call) => call.reply.integer(move(call, true) ? 1 : 0);

function moveToDatabase(call: Call): void {
  if (call.node.cluster) throw new CommandError("ERR MOVE is not allowed in cluster mode");
  const index = readInteger(call.args[2]);
  if (index === undefined) throw new CommandError("ERR value is not an integer or out of range");
  const to = call.node.keyspace.databases[Number(index)];
  if (!to) throw new CommandError("ERR DB index is out of range");
  if (to === call.db) throw new CommandError("ERR source and destination objects are the same");
  const key = keyOf(call.args[1]);
  const entry = call.db.write(key);
  if (!entry || to.write(key)) {
    call.reply.integer(0);
    return;
  }
  const { value, expiresAtMs } = entry;
  call.db.delete(key);
  to.set(key, value, expiresAtMs);
  call.dirty(1);
  call.reply.integer(1);
}

function isAlive(db: Database, key: Key, now: number): boolean {
  const at = db.expiring.get(key)?.expiresAtMs;
  return at === undefined || at > now;
}

function keys(call: Call): void {
  const pattern = keyOf(call.args[1]);
  const found: Key[] = [];
  for (let slot = 0; slot < SLOT_COUNT; slot++) {
    const held = call.db.slot(slot);
    if (!held) continue;
    for (const key of held.keys()) if (matches(pattern, key) && isAlive(call.db, key, call.now)) found.push(key);
  }
  call.reply.array(found.length);
  for (const key of found) call.reply.bulk(key);
}

const TRIES = 100;

function randomkey(call: Call): void {
  const key = chosenKey(call);
  if (key === undefined) call.reply.nothing();
  else call.reply.bulk(key);
}

/** Of a slot that chance names, or the first after it that holds something. */
function chosenKey({ db, node, now }: Call): Key | undefined {
  for (let tries = 0; tries < TRIES && db.size > 0; tries++) {
    const chance = node.world.randomBytes(6);
    const start = chance.readUInt16BE(0) % SLOT_COUNT;
    for (let step = 0; step < SLOT_COUNT; step++) {
      const held = db.slot((start + step) % SLOT_COUNT);
      if (!held) continue;
      let left = chance.readUInt32BE(2) % held.size;
      for (const key of held.keys()) if (left-- === 0 && isAlive(db, key, now)) return key;
      break;
    }
  }
  return undefined;
}

function readFlushMode({ args }: Call): void {
  const mode = upper(args[1]);
  if (args.length > 2 || (args.length === 2 && mode !== "ASYNC" && mode !== "SYNC")) throw syntaxError();
}

const flushdb = (call: Call) => {
  readFlushMode(call);
  call.db.clear();
  call.dirty(1);
  call.reply.ok();
};

const flushall = (call: Call) => {
  readFlushMode(call);
  call.node.keyspace.clear();
  call.dirty(1);
  call.reply.ok();
};

function swapdb(call: Call): void {
  if (call.node.cluster) throw new CommandError("ERR SWAPDB is not allowed in cluster mode");
  const [first, second] = [readInteger(call.args[1]), readInteger(call.args[2])];
  if (first === undefined) throw new CommandError("ERR invalid first DB index");
  if (second === undefined) throw new CommandError("ERR invalid second DB index");
  const { databases } = call.node.keyspace;
  const [lower, other] = [databases[Number(first)], databases[Number(second)]];
  if (!lower || !other) throw new CommandError("ERR DB index is out of range");
  if (lower !== other) lower.swap(other);
  call.dirty(1);
  call.reply.ok();
}

export const keyCommands: readonly Command[] = [
  { name: "del", arity: -2, flags: ["write"], keys: all, summary: "Delete a key", group, since: "1.0.0", run: del },
  {
    name: "unlink",
    arity: -2,
    flags: ["write", "fast"],
    keys: all,
    summary: "Delete a key asynchronously in another thread. Otherwise it is just as DEL, but non blocking.",
    group,
    since: "4.0.0",
    run: del,
  },
  {
    name: "exists",
    arity: -2,
    flags: ["readonly", "fast"],
    keys: all,
    summary: "Determine if a key exists",
    group,
    since: "1.0.0",
    run: exists,
  },
  {
    name: "touch",
    arity: -2,
    flags: ["readonly", "fast"],
    keys: all,
    summary: "Alters the last access time of a key(s). Returns the number of existing keys specified.",
    group,
    since: "3.2.1",
    run: touch,
  },
  {
    name: "type",
    arity: 2,
    flags: ["readonly", "fast"],
    keys: one,
    summary: "Determine the type stored at key",
    group,
    since: "1.0.0",
    run: type,
  },
  {
    name: "rename",
    arity: 3,
    flags: ["write"],
    keys: two,
    summary: "Rename a key",
    group,
    since: "1.0.0",
    run: rename,
  },
  {
    name: "renamenx",
    arity: 3,
    flags: ["write", "fast"],
    keys: two,
    summary: "Rename a key, only if the new key does not exist",
    group,
    since: "1.0.0",
    run: renamenx,
  },
  {
    name: "move",
    arity: 3,
    flags: ["write", "fast"],
    keys: one,
    summary: "Move a key to another database",
    group,
    since: "1.0.0",
    run: moveToDatabase,
  },
  {
    name: "keys",
    arity: 2,
    flags: ["readonly"],
    summary: "Find all keys matching the given pattern",
    group,
    since: "1.0.0",
    run: keys,
  },
  {
    name: "randomkey",
    arity: 1,
    flags: ["readonly"],
    summary: "Return a random key from the keyspace",
    group,
    since: "1.0.0",
    run: randomkey,
  },
  {
    name: "dbsize",
    arity: 1,
    flags: ["readonly", "fast"],
    summary: "Return the number of keys in the selected database",
    group: "server",
    since: "1.0.0",
    run: (call) => call.reply.integer(call.db.size),
  },
  {
    name: "flushdb",
    arity: -1,
    flags: ["write"],
    summary: "Remove all keys from the current database",
    group: "server",
    since: "1.0.0",
    run: flushdb,
  },
  {
    name: "flushall",
    arity: -1,
    flags: ["write"],
    summary: "Remove all keys from all databases",
    group: "server",
    since: "1.0.0",
    run: flushall,
  },
  {
    name: "swapdb",
    arity: 3,
    flags: ["write", "fast"],
    summary: "Swaps two Redis databases",
    group: "server",
    since: "4.0.0",
    run: swapdb,
  },
];
