import { type Call, type Command, CommandError, keyOf, syntaxError } from "../command";
import { integerOf, numberOf, readInteger, upper } from "./numbers";
import { stringOf } from "./strings";

const group = "bitmap";
const one = { first: 1, last: 1, step: 1 };

function readOffset(call: Call): number {
  const wrong = new CommandError("ERR bit offset is not an integer or out of range");
  const offset = Number(integerOf(call.args[2], () => wrong));
  if (offset < 0 || Math.floor(offset / 8) >= call.node.settings.number("proto-max-bulk-len")) throw wrong;
  return offset;
}

const maskOf = (offset: number) => 0x80 >> (offset % 8);
const bitAt = (bytes: Buffer, offset: number): number => (((bytes[offset >>> 3] ?? 0) & maskOf(offset)) === 0 ? 0 : 1);

function setbit(call: Call): void {
  const offset = readOffset(call);
  const bit = readInteger(call.args[3]);
  if (bit !== 0n && bit !== 1n) throw new CommandError("ERR bit is not an integer or out of range");
  const key = keyOf(call.args[1]);
  const entry = call.db.write(key);
  const old = stringOf(entry);
  const at = Math.floor(offset / 8);
  const bytes = Buffer.alloc(Math.max(old?.length ?? 0, at + 1));
  old?.copy(bytes);
  const before = (bytes[at] ?? 0) & maskOf(offset);
  bytes[at] = bit === 1n ? (bytes[at] ?? 0) | maskOf(offset) : (bytes[at] ?? 0) & ~maskOf(offset);
  call.db.set(key, { type: "string", bytes, isRaw: true }, entry?.expiresAtMs);
  call.dirty(1);
  call.reply.integer(before === 0 ? 0 : 1);
}

function getbit(call: Call): void {
  const offset = readOffset(call);
  const bytes = stringOf(call.db.read(keyOf(call.args[1])));
  const at = Math.floor(offset / 8);
  call.reply.integer(bytes && at < bytes.length && ((bytes[at] ?? 0) & maskOf(offset)) !== 0 ? 1 : 0);
}

/** First and last bit that are meant; undefined: none. */
function readRange(args: readonly Buffer[], from: number, bytes: number): readonly [number, number] | undefined {
  if (args.length <= from) return bytes === 0 ? undefined : [0, bytes * 8 - 1];
  const unit = args.length > from + 2 ? upper(args[from + 2]) : "BYTE";
  if ((unit !== "BYTE" && unit !== "BIT") || args.length > from + 3) throw syntaxError();
  let start = numberOf(args[from]);
  let end = args.length > from + 1 ? numberOf(args[from + 1]) : -1;
  const size = unit === "BIT" ? bytes * 8 : bytes;
  if (start < 0 && end < 0 && start > end) return undefined;
  if (start < 0) start = Math.max(0, size + start);
  if (end < 0) end = Math.max(0, size + end);
  end = Math.min(end, size - 1);
  if (start > end) return undefined;
  return unit === "BIT" ? [start, end] : [start * 8, end * 8 + 7];
}

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replace(/0/g, "").length);

function bitcount(call: Call): void {
  if (call.args.length === 3) throw syntaxError();
  const bytes = stringOf(call.db.read(keyOf(call.args[1])));
  const range = readRange(call.args, 2, bytes?.length ?? 0);
  if (!bytes || !range) {
    call.reply.integer(0);
    return;
  }
  const [first, last] = range;
  let count = 0;
  for (let offset = first; offset <= last; ) {
    if (offset % 8 === 0 && offset + 7 <= last) {
      count += ONES[bytes[offset / 8] ?? 0] ?? 0;
      offset += 8;
    } else count += bitAt(bytes, offset++);
  }
  call.reply.integer(count);
}

function bitpos(call: Call): void {
  const bit = readInteger(call.args[2]);
  if (bit !== 0n && bit !== 1n) throw new CommandError("ERR The bit argument must be 1 or 0.");
  const bytes = stringOf(call.db.read(keyOf(call.args[1])));
  if (!bytes) {
    call.reply.integer(bit === 1n ? -1 : 0);
    return;
  }
  const range = readRange(call.args, 3, bytes.length);
  const wanted = Number(bit);
  const skipped = wanted === 1 ? 0 : 0xff;
  const [first, last] = range ?? [0, -1];
  for (let offset = first; offset <= last; ) {
    if (offset % 8 === 0 && bytes[offset / 8] === skipped) offset += 8;
    else if (bitAt(bytes, offset) === wanted) {
      call.reply.integer(offset);
      return;
    } else offset++;
  }
  // Zeros go on behind the string, where no end was given.
  call.reply.integer(wanted === 0 && range && call.args.length < 5 ? bytes.length * 8 : -1);
}

export const bitCommands: readonly Command[] = [
  {
    name: "setbit",
    arity: 4,
    flags: ["write", "denyoom"],
    keys: one,
    summary: "Sets or clears the bit at offset in the string value stored at key",
    group,
    since: "2.2.0",
    run: setbit,
  },
  {
    name: "getbit",
    arity: 3,
    flags: ["readonly", "fast"],
    keys: one,
    summary: "Returns the bit value at offset in the string value stored at key",
    group,
    since: "2.2.0",
    run: getbit,
  },
  {
    name: "bitcount",
    arity: -2,
    flags: ["readonly"],
    keys: one,
    summary: "Count set bits in a string",
    group,
    since: "2.6.0",
    run: bitcount,
  },
  {
    name: "bitpos",
    arity: -3,
    flags: ["readonly"],
    keys: one,
    summary: "Find first bit set or clear in a string",
    group,
    since: "2.8.7",
    run: bitpos,
  },
];
