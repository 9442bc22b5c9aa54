import { type Call, CommandError, keyOf, notInteger, syntaxError } from "../command";
import { FAST_READ, family, GROW } from "./family";
import { integerOf, isWithin64, readInteger, upper } from "./numbers";
import { stringOf } from "./strings";

type Overflow = "WRAP" | "SAT" | "FAIL";
type Field = { readonly isSigned: boolean; readonly bits: number; readonly offset: bigint };
type Step = {
  readonly kind: "GET" | "SET" | "INCRBY";
  readonly field: Field;
  readonly amount: bigint;
  readonly overflow: Overflow;
};

const isOverflow = (word: string): word is Overflow => ["WRAP", "SAT", "FAIL"].includes(word);
const isKind = (word: string): word is Step["kind"] => ["GET", "SET", "INCRBY"].includes(word);

function readType(arg: Buffer | undefined): Omit<Field, "offset"> {
  const letter = arg?.toString("latin1", 0, 1);
  const bits = Number(readInteger(arg?.subarray(1)) ?? 0n);
  const isSigned = letter === "i";
  if ((!isSigned && letter !== "u") || bits < 1 || bits > (isSigned ? 64 : 63))
    throw new CommandError(
      "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.",
    );
  return { isSigned, bits };
}

/** `#3`: three fields of this width further. */
function readOffset(call: Call, arg: Buffer | undefined, bits: number): bigint {
  const wrong = () => new CommandError("ERR bit offset is not an integer or out of range");
  const isCounted = arg?.[0] === 0x23;
  const said = integerOf(isCounted ? arg?.subarray(1) : arg, wrong);
  const offset = isCounted ? said * BigInt(bits) : said;
  const limit = BigInt(call.node.settings.number("proto-max-bulk-len"));
  if (offset < 0n || !isWithin64(offset) || offset >> 3n >= limit) throw wrong();
  return offset;
}

function readSteps(call: Call): readonly Step[] {
  const { args } = call;
  const steps: Step[] = [];
  let overflow: Overflow = "WRAP";
  for (let at = 2; at < args.length; ) {
    const kind = upper(args[at]);
    const left = args.length - at - 1;
    if (kind === "OVERFLOW" && left >= 1) {
      const how = upper(args[at + 1]);
      if (!isOverflow(how)) throw new CommandError("ERR Invalid OVERFLOW type specified");
      overflow = how;
      at += 2;
      continue;
    }
    if (!isKind(kind) || left < (kind === "GET" ? 2 : 3)) throw syntaxError();
    const type = readType(args[at + 1]);
    const field = { ...type, offset: readOffset(call, args[at + 2], type.bits) };
    const amount = kind === "GET" ? 0n : integerOf(args[at + 3], notInteger);
    steps.push({ kind, field, amount, overflow });
    at += kind === "GET" ? 3 : 4;
  }
  return steps;
}

function fieldIn(bytes: Buffer, { isSigned, bits, offset }: Field): bigint {
  const first = Number(offset >> 3n);
  const last = Number((offset + BigInt(bits) - 1n) >> 3n);
  let value = 0n;
  for (let at = first; at <= last; at++) value = (value << 8n) | BigInt(bytes[at] ?? 0);
  value = BigInt.asUintN(bits, value >> (BigInt(last + 1) * 8n - offset - BigInt(bits)));
  return isSigned ? BigInt.asIntN(bits, value) : value;
}

function putField(bytes: Buffer, { bits, offset }: Field, value: bigint): void {
  const start = Number(offset);
  for (let bit = 0; bit < bits; bit++) {
    const at = start + bit;
    const mask = 0x80 >> (at % 8);
    const place = Math.floor(at / 8);
    const isOne = ((value >> BigInt(bits - 1 - bit)) & 1n) === 1n;
    bytes[place] = isOne ? (bytes[place] ?? 0) | mask : (bytes[place] ?? 0) & ~mask;
  }
}

/**
 * `value + amount` as the field takes it; undefined: it does not fit, and FAIL says that it stays. As in redis the room that is
 * left is reckoned in 64 bits: far below the least of a signed field it turns over, and what is too small counts as too large.
 */
function fitted({ isSigned, bits }: Field, value: bigint, amount: bigint, overflow: Overflow): bigint | undefined {
  const most = isSigned ? 2n ** BigInt(bits - 1) - 1n : 2n ** BigInt(bits) - 1n;
  const least = isSigned ? -most - 1n : 0n;
  const sum = value + amount;
  const isTurned = isSigned && bits < 64 && amount > BigInt.asIntN(64, most - value);
  const isOver = value > most || sum > most || isTurned;
  if (!isOver && sum >= least) return sum;
  if (overflow === "FAIL") return undefined;
  if (overflow === "SAT") return isOver ? most : least;
  return isSigned ? BigInt.asIntN(bits, sum) : BigInt.asUintN(bits, sum);
}

/** What it answers; undefined: nothing was changed. */
function perform(
  bytes: Buffer,
  { kind, field, amount, overflow }: Step,
): { answer: bigint | undefined; isChanged: boolean } {
  const old = fieldIn(bytes, field);
  if (kind === "GET") return { answer: old, isChanged: false };
  const wanted = field.isSigned ? amount : BigInt.asUintN(64, amount);
  const value = kind === "SET" ? fitted(field, wanted, 0n, overflow) : fitted(field, old, amount, overflow);
  if (value === undefined) return { answer: undefined, isChanged: false };
  putField(bytes, field, value);
  return { answer: kind === "SET" ? old : value, isChanged: value !== old };
}

const run = (isReadOnly: boolean) => (call: Call) => {
  const { db, reply } = call;
  const steps = readSteps(call);
  const writes = steps.filter(({ kind }) => kind !== "GET");
  if (isReadOnly && writes.length > 0) throw new CommandError("ERR BITFIELD_RO only supports the GET subcommand");
  const key = keyOf(call.args[1]);
  const entry = writes.length > 0 ? db.write(key) : db.read(key);
  const old = stringOf(entry) ?? Buffer.alloc(0);
  const needed = writes.reduce((most, { field: { offset, bits } }) => {
    const end = Number((offset + BigInt(bits) - 1n) >> 3n) + 1;
    return Math.max(most, end);
  }, old.length);
  const bytes = writes.length > 0 ? Buffer.alloc(needed) : old;
  if (writes.length > 0) old.copy(bytes);
  const isGrown = bytes.length > old.length;
  let changes = 0;
  reply.array(steps.length);
  for (const step of steps) {
    const { answer, isChanged } = perform(bytes, step);
    if (answer === undefined) reply.nothing();
    else reply.integer(answer);
    if (isChanged) changes++;
  }
  if (changes === 0 && !isGrown) {
    if (writes.length > 0 && entry?.value.type === "string") entry.value.isRaw = true;
    return;
  }
  db.set(key, { type: "string", bytes, isRaw: true }, entry?.expiresAtMs);
  call.dirty(Math.max(1, changes));
};

export const bitfieldCommands = family("bitmap", [
  {
    name: "bitfield",
    arity: -2,
    flags: GROW,
    since: "3.2.0",
    summary: "Perform arbitrary bitfield integer operations on strings",
    run: run(false),
  },
  {
    name: "bitfield_ro",
    arity: -2,
    flags: FAST_READ,
    since: "6.0.0",
    summary: "Perform arbitrary bitfield integer operations on strings. Read-only variant of BITFIELD",
    run: run(true),
  },
]);
