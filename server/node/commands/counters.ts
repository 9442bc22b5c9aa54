import { type Call, type Command, CommandError, keyOf, notInteger } from "../command";
import { addLongDoubles, longDoubleText, readLongDouble } from "./long-double";
import { integerOf, isWithin64, readInteger } from "./numbers";
import { stringOf } from "./strings";

const group = "string";
const one = { first: 1, last: 1, step: 1 };
const flags = ["write", "denyoom", "fast"] as const;

function add(call: Call, amount: bigint): void {
  const key = keyOf(call.args[1]);
  const entry = call.db.write(key);
  const old = stringOf(entry);
  const before = old ? readInteger(old) : 0n;
  if (before === undefined) throw notInteger();
  const after = before + amount;
  if (!isWithin64(after)) throw new CommandError("ERR increment or decrement would overflow");
  call.db.set(key, { type: "string", bytes: Buffer.from(String(after)) }, entry?.expiresAtMs);
  call.dirty(1);
  call.reply.integer(after);
}

function decrby(call: Call): void {
  const amount = integerOf(call.args[2]);
  if (amount === -(2n ** 63n)) throw new CommandError("ERR decrement would overflow");
  add(call, -amount);
}

function incrbyfloat(call: Call): void {
  const notFloat = () => new CommandError("ERR value is not a valid float");
  const key = keyOf(call.args[1]);
  const entry = call.db.write(key);
  const old = readLongDouble(stringOf(entry)?.toString("latin1") ?? "0");
  const amount = readLongDouble(keyOf(call.args[2]));
  if (!old || !amount) throw notFloat();
  const text = longDoubleText(addLongDoubles(old, amount));
  call.db.set(key, { type: "string", bytes: Buffer.from(text) }, entry?.expiresAtMs);
  call.dirty(1);
  call.tell(["SET", call.args[1] ?? "", text, "KEEPTTL"]);
  call.reply.bulk(text);
}

export const counterCommands: readonly Command[] = [
  {
    name: "incr",
    arity: 2,
    flags,
    keys: one,
    summary: "Increment the integer value of a key by one",
    group,
    since: "1.0.0",
    run: (call) => add(call, 1n),
  },
  {
    name: "decr",
    arity: 2,
    flags,
    keys: one,
    summary: "Decrement the integer value of a key by one",
    group,
    since: "1.0.0",
    run: (call) => add(call, -1n),
  },
  {
    name: "incrby",
    arity: 3,
    flags,
    keys: one,
    summary: "Increment the integer value of a key by the given amount",
    group,
    since: "1.0.0",
    run: (call) => add(call, integerOf(call.args[2])),
  },
  {
    name: "decrby",
    arity: 3,
    flags,
    keys: one,
    summary: "Decrement the integer value of a key by the given number",
    group,
    since: "1.0.0",
    run: decrby,
  },
  {
    name: "incrbyfloat",
    arity: 3,
    flags,
    keys: one,
    summary: "Increment the float value of a key by the given amount",
    group,
    since: "2.6.0",
    run: incrbyfloat,
  },
];
