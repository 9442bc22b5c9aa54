export type Word = Buffer | string;

const RETURN = 0x0d;
const NEWLINE = 0x0a;

/** How many bytes a command is on the wire. Strings are latin1: a byte a character. */
export function commandSize(words: readonly Word[]): number {
  let bytes = 3 + digits(words.length);
  for (const word of words) bytes += 5 + digits(word.length) + word.length;
  return bytes;
}

/** An array of bulk strings into memory that has room for it; the place behind it comes back. */
export function writeCommand(into: Buffer, at: number, words: readonly Word[]): number {
  let end = writeHead(into, at, 0x2a, words.length);
  for (const word of words) {
    end = writeHead(into, end, 0x24, word.length);
    end += typeof word === "string" ? into.write(word, end, "latin1") : word.copy(into, end);
    end = writeEnd(into, end);
  }
  return end;
}

export function commandBytes(words: readonly Word[]): Buffer {
  const bytes = Buffer.allocUnsafe(commandSize(words));
  writeCommand(bytes, 0, words);
  return bytes;
}

function writeHead(into: Buffer, at: number, sign: number, count: number): number {
  into[at] = sign;
  const end = at + 1 + digits(count);
  for (let place = end - 1, rest = count; place > at; place--, rest = Math.floor(rest / 10))
    into[place] = 0x30 + (rest % 10);
  return writeEnd(into, end);
}

function writeEnd(into: Buffer, at: number): number {
  into[at] = RETURN;
  into[at + 1] = NEWLINE;
  return at + 2;
}

function digits(count: number): number {
  let most = 10;
  let places = 1;
  for (; count >= most; most *= 10) places++;
  return places;
}
