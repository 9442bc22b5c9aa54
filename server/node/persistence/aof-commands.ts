const RETURN = 0x0d;
const NEWLINE = 0x0a;
const STAR = 0x2a;
const DOLLAR = 0x24;
const HASH = 0x23;
const MOST_ARGS = 1024 * 1024;
const MOST_BYTES = 512 * 1024 * 1024;

export type AofCommand = { readonly args: readonly Buffer[] /** Where it ends in the file. */; readonly end: number };

/** The bytes are no commands from here on. */
export class BadAof extends Error {
  readonly offset: number;
  constructor(offset: number) {
    super(`no command at byte ${offset}`);
    this.offset = offset;
  }
}

/** Commands of an append-only file from `at` on; ends where the file does, or where a command is cut off. */
export function* aofCommands(file: Buffer, at: number): Generator<AofCommand> {
  let place = at;
  for (;;) {
    while (file[place] === HASH) {
      const end = file.indexOf(NEWLINE, place);
      if (end < 0) return;
      place = end + 1;
    }
    const read = readOne(file, place);
    if (!read) return;
    yield read;
    place = read.end;
  }
}

function readOne(file: Buffer, at: number): AofCommand | undefined {
  const count = head(file, at, STAR, MOST_ARGS);
  if (!count) return undefined;
  if (count.value < 1) throw new BadAof(at);
  const args: Buffer[] = [];
  let place = count.end;
  for (let left = count.value; left > 0; left--) {
    const size = head(file, place, DOLLAR, MOST_BYTES);
    if (!size) return undefined;
    const end = size.end + size.value;
    if (end + 2 > file.length) return undefined;
    if (file[end] !== RETURN || file[end + 1] !== NEWLINE) throw new BadAof(place);
    args.push(file.subarray(size.end, end));
    place = end + 2;
  }
  return { args, end: place };
}

const LONGEST = 16;

function head(file: Buffer, at: number, sign: number, most: number): { value: number; end: number } | undefined {
  if (at >= file.length) return undefined;
  if (file[at] !== sign) throw new BadAof(at);
  const line = file.subarray(at + 1, at + LONGEST);
  const end = line.indexOf(NEWLINE);
  if (end < 0 && line.length < LONGEST - 1) return undefined;
  const text = line.toString("latin1", 0, Math.max(0, end));
  if (end < 0 || !/^\d+\r$/.test(text) || Number.parseInt(text, 10) > most) throw new BadAof(at);
  return { value: Number.parseInt(text, 10), end: at + 1 + end + 1 };
}
