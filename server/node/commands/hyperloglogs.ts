import { type Call, CommandError, keyOf } from "../command";
import { estimate } from "../hyperloglog/estimate";
import { BrokenHyperLogLog, HyperLogLog } from "../hyperloglog/hyperloglog";
import { isHyperLogLog, REGISTERS } from "../hyperloglog/layout";
import { runsText } from "../hyperloglog/sparse";
import type { Entry } from "../keyspace/database";
import { kept } from "../keyspace/kept";
import { ALL, FAST_GROW, family, GROW } from "./family";
import { upper } from "./numbers";
import { stringOf } from "./strings";

const corrupted = () => new CommandError("INVALIDOBJ Corrupted HLL object detected");

/** Undefined: there is no such key. */
function opened(call: Call, entry: Entry | undefined): HyperLogLog | undefined {
  const bytes = stringOf(entry);
  if (!bytes) return undefined;
  if (!isHyperLogLog(bytes)) throw new CommandError("WRONGTYPE Key is not a valid HyperLogLog string value.");
  return new HyperLogLog(bytes, call.node.settings.number("hll-sparse-max-bytes"));
}

const made = (call: Call): HyperLogLog => new HyperLogLog(undefined, call.node.settings.number("hll-sparse-max-bytes"));

/** What is broken is found only when it is read. */
const checked = (run: (call: Call) => void) => (call: Call) => {
  try {
    run(call);
  } catch (error) {
    if (error instanceof BrokenHyperLogLog) throw corrupted();
    throw error;
  }
};

function pfadd(call: Call): void {
  const key = keyOf(call.args[1]);
  const entry = call.db.write(key);
  const held = opened(call, entry);
  const one = held ?? made(call);
  let changes = held ? 0 : 1;
  for (const element of call.args.slice(2)) if (one.add(element)) changes++;
  if (changes > 0) {
    one.forgetCount();
    call.db.set(key, { type: "string", bytes: kept(one.bytes), isRaw: true }, entry?.expiresAtMs);
    call.dirty(changes);
  }
  call.reply.integer(changes > 0 ? 1 : 0);
}

/** The most that any of them has in each register. */
function merged(all: readonly (HyperLogLog | undefined)[]): Uint8Array {
  const most = new Uint8Array(REGISTERS);
  for (const one of all)
    one?.registers().forEach((value, register) => {
      if (value > (most[register] as number)) most[register] = value;
    });
  return most;
}

function pfcount(call: Call) {
  const { args, db, reply } = call;
  if (args.length > 2) {
    const all = args.slice(1).map((arg) => opened(call, db.read(keyOf(arg))));
    return reply.integer(estimate(merged(all)));
  }
  const key = keyOf(args[1]);
  const entry = db.read(key);
  const one = opened(call, entry);
  const before = one?.bytes;
  reply.integer(one?.count() ?? 0);
  if (!one || one.bytes === before) return;
  db.set(key, { type: "string", bytes: kept(one.bytes), isRaw: true }, entry?.expiresAtMs);
  call.dirty(1);
}

function pfmerge(call: Call): void {
  const { args, db } = call;
  const all = args.slice(1).map((arg) => opened(call, db.read(keyOf(arg))));
  const most = merged(all);
  const key = keyOf(args[1]);
  const entry = db.write(key);
  const target = opened(call, entry) ?? made(call);
  if (all.some((one) => one?.isDense)) target.makeDense();
  most.forEach((value, register) => {
    if (value > 0) target.raise(register, value);
  });
  target.forgetCount();
  db.set(key, { type: "string", bytes: kept(target.bytes), isRaw: true }, entry?.expiresAtMs);
  call.dirty(1);
  call.reply.ok();
}

function pfdebug(call: Call): void {
  const { args, db, reply } = call;
  const key = keyOf(args[2]);
  const entry = db.read(key);
  const one = opened(call, entry);
  if (!one) throw new CommandError("ERR The specified key does not exist");
  const what = upper(args[1]);
  const makeDense = () => {
    if (one.isDense) return false;
    one.makeDense();
    db.set(key, { type: "string", bytes: one.bytes, isRaw: true }, entry?.expiresAtMs);
    call.dirty(1);
    return true;
  };
  if (what === "GETREG") {
    makeDense();
    const registers = one.registers();
    reply.array(registers.length);
    for (const value of registers) reply.integer(value);
  } else if (what === "DECODE") {
    if (one.isDense) throw new CommandError("ERR HLL encoding is not sparse");
    reply.bulk(runsText(one.bytes));
  } else if (what === "ENCODING") reply.simple(one.isDense ? "dense" : "sparse");
  else if (what === "TODENSE") reply.integer(makeDense() ? 1 : 0);
  else throw new CommandError(`ERR Unknown PFDEBUG subcommand '${keyOf(args[1])}'`);
}

export const hyperLogLogCommands = family("hyperloglog", [
  {
    name: "pfadd",
    arity: -2,
    flags: FAST_GROW,
    since: "2.8.9",
    summary: "Adds the specified elements to the specified HyperLogLog.",
    run: checked(pfadd),
  },
  {
    name: "pfcount",
    arity: -2,
    flags: ["readonly", "may_replicate"],
    keys: ALL,
    since: "2.8.9",
    summary: "Return the approximated cardinality of the set(s) observed by the HyperLogLog at key(s).",
    run: checked(pfcount),
  },
  {
    name: "pfmerge",
    arity: -2,
    flags: GROW,
    keys: ALL,
    since: "2.8.9",
    summary: "Merge N different HyperLogLogs into a single one.",
    run: checked(pfmerge),
  },
  {
    name: "pfdebug",
    arity: 3,
    flags: [...GROW, "admin"],
    keys: { first: 2, last: 2, step: 1 },
    since: "2.8.9",
    summary: "Internal commands for debugging HyperLogLog values",
    run: checked(pfdebug),
  },
]);
