import { type Call, CommandError, keyOf, syntaxError } from "../command";
import { FIRST_TWO, family, READ } from "./family";
import { numberOf, upper } from "./numbers";

type Options = { hasIndexes: boolean; hasLength: boolean; hasMatchLength: boolean; shortest: number };
type Span = readonly [first: number, last: number];
type Match = { readonly a: Span; readonly b: Span };

const CELL_BYTES = 4;

function readOptions(args: readonly Buffer[]): Options {
  const options: Options = { hasIndexes: false, hasLength: false, hasMatchLength: false, shortest: 0 };
  for (let at = 3; at < args.length; at++) {
    const word = upper(args[at]);
    if (word === "IDX") options.hasIndexes = true;
    else if (word === "LEN") options.hasLength = true;
    else if (word === "WITHMATCHLEN") options.hasMatchLength = true;
    else if (word === "MINMATCHLEN" && at + 1 < args.length) options.shortest = Math.max(0, numberOf(args[++at]));
    else throw syntaxError();
  }
  if (options.hasIndexes && options.hasLength)
    throw new CommandError("ERR If you want both the length and indexes, please just use IDX.");
  return options;
}

/** Of every two beginnings, the length of what they share; a row has `b.length + 1` cells. */
function lengthsOf(a: Buffer, b: Buffer): Uint32Array {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let row = 1; row <= a.length; row++) {
    const byte = a[row - 1];
    for (let column = 1, at = row * width + 1; column <= b.length; column++, at++) {
      if (byte === b[column - 1]) lengths[at] = (lengths[at - width - 1] as number) + 1;
      else lengths[at] = Math.max(lengths[at - width] as number, lengths[at - 1] as number);
    }
  }
  return lengths;
}

/**
 * From the end to the start, as redis walks: where two bytes differ it goes to the longer side, to the second string's where
 * both are as long. A run ends where either string goes on otherwise, and where one of them begins.
 */
function walk(
  a: Buffer,
  b: Buffer,
  lengths: Uint32Array,
): { readonly bytes: Buffer; readonly matches: readonly Match[] } {
  const width = b.length + 1;
  let left = lengths[lengths.length - 1] as number;
  const bytes = Buffer.alloc(left);
  const matches: Match[] = [];
  let run: { a: [number, number]; b: [number, number] } | undefined;
  for (let row = a.length, column = b.length; row > 0 && column > 0; ) {
    let isOver = false;
    if (a[row - 1] === b[column - 1]) {
      bytes[--left] = a[row - 1] as number;
      if (!run) run = { a: [row - 1, row - 1], b: [column - 1, column - 1] };
      else if (run.a[0] === row && run.b[0] === column) {
        run.a[0]--;
        run.b[0]--;
      } else isOver = true;
      isOver ||= run.a[0] === 0 || run.b[0] === 0;
      row--;
      column--;
    } else {
      if ((lengths[(row - 1) * width + column] as number) > (lengths[row * width + column - 1] as number)) row--;
      else column--;
      isOver = run !== undefined;
    }
    if (!isOver || !run) continue;
    matches.push(run);
    run = undefined;
  }
  return { bytes, matches };
}

function lcs(call: Call) {
  const { args, db, node, reply } = call;
  const [a, b] = [args[1], args[2]].map((arg) => {
    const value = db.read(keyOf(arg))?.value;
    if (value && value.type !== "string") throw new CommandError("ERR The specified keys must contain string values");
    return value?.bytes ?? Buffer.alloc(0);
  }) as [Buffer, Buffer];
  const options = readOptions(args);
  if ((a.length + 1) * (b.length + 1) * CELL_BYTES > node.settings.number("proto-max-bulk-len"))
    throw new CommandError("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
  const lengths = lengthsOf(a, b);
  const length = lengths[lengths.length - 1] as number;
  if (options.hasLength) return reply.integer(length);
  const { bytes, matches } = walk(a, b, lengths);
  if (!options.hasIndexes) return reply.bulk(bytes);
  const told = matches.filter((match) => lengthOf(match) >= options.shortest);
  reply.map(2);
  reply.bulk("matches");
  reply.array(told.length);
  for (const match of told) answerMatch(call, match, options.hasMatchLength);
  reply.bulk("len");
  reply.integer(length);
}

const lengthOf = ({ a: [first, last] }: Match): number => last - first + 1;

function answerMatch({ reply }: Call, match: Match, hasLength: boolean): void {
  reply.array(hasLength ? 3 : 2);
  for (const span of [match.a, match.b]) {
    reply.array(2);
    for (const place of span) reply.integer(place);
  }
  if (hasLength) reply.integer(lengthOf(match));
}

export const lcsCommands = family("string", [
  {
    name: "lcs",
    arity: -3,
    flags: READ,
    keys: FIRST_TWO,
    since: "7.0.0",
    summary: "Find longest common substring",
    run: lcs,
  },
]);
