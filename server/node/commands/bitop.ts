import { type Call, CommandError, keyOf, syntaxError } from "../command";
import { family, GROW } from "./family";
import { upper } from "./numbers";
import { stringOf } from "./strings";

type Operation = "AND" | "OR" | "XOR" | "NOT";

const isOperation = (word: string): word is Operation => ["AND", "OR", "XOR", "NOT"].includes(word);

/** `into` takes what comes of it and `bytes`, which goes on with zeros where it is shorter. */
function combine(operation: Operation, into: Buffer, bytes: Buffer): void {
  const { length } = bytes;
  switch (operation) {
    case "AND":
      for (let at = 0; at < length; at++) into[at] = (into[at] as number) & (bytes[at] as number);
      into.fill(0, length);
      return;
    case "OR":
      for (let at = 0; at < length; at++) into[at] = (into[at] as number) | (bytes[at] as number);
      return;
    case "XOR":
      for (let at = 0; at < length; at++) into[at] = (into[at] as number) ^ (bytes[at] as number);
      return;
    case "NOT":
      for (let at = 0; at < into.length; at++) into[at] = ~(into[at] as number);
  }
}

function combined(operation: Operation, strings: readonly Buffer[]): Buffer {
  const longest = strings.reduce((most, { length }) => Math.max(most, length), 0);
  const [first, ...others] = strings;
  const made = Buffer.alloc(longest);
  first?.copy(made);
  if (operation === "NOT") combine(operation, made, made);
  for (const other of others) combine(operation, made, other);
  return made;
}

function bitop(call: Call): void {
  const { args, db } = call;
  const operation = upper(args[1]);
  if (!isOperation(operation)) throw syntaxError();
  if (operation === "NOT" && args.length !== 4)
    throw new CommandError("ERR BITOP NOT must be called with a single source key.");
  const strings = args.slice(3).map((arg) => stringOf(db.read(keyOf(arg))) ?? Buffer.alloc(0));
  const bytes = combined(operation, strings);
  const target = keyOf(args[2]);
  if (bytes.length > 0) {
    db.set(target, { type: "string", bytes, isRaw: true });
    call.dirty(1);
  } else if (db.delete(target)) call.dirty(1);
  call.reply.integer(bytes.length);
}

export const bitopCommands = family("bitmap", [
  {
    name: "bitop",
    arity: -4,
    flags: GROW,
    keys: { first: 2, last: -1, step: 1 },
    since: "2.6.0",
    summary: "Perform bitwise operations between strings",
    run: bitop,
  },
]);
