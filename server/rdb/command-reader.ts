import { damaged, Short } from "./damage";
import { Window } from "./window";

export type ReadCommand = { readonly args: readonly Buffer[]; readonly bytes: number };

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const LONGEST_HEAD = 32;
const CRLF = 2;

/**
 * Commands of a replication stream out of chunks: arrays of bulk strings. What came of a long one is kept, not read again.
 * `bytes` counts everything since the one before, as the node counts its offset; empty lines are counted with what follows.
 */
export class CommandReader {
  readonly #window = new Window();
  readonly #maxArgBytes: number;
  #args: Buffer[] = [];
  /** Arguments that are to come; undefined: between two commands. */
  #left: number | undefined;
  /** Of the argument whose head was read. */
  #size: number | undefined;
  #counted = 0;

  constructor(maxArgBytes: number) {
    this.#maxArgBytes = maxArgBytes;
  }

  push(chunk: Buffer): readonly ReadCommand[] {
    const { cursor } = this.#window;
    this.#window.append(chunk, cursor.at);
    const commands: ReadCommand[] = [];
    try {
      for (;;) {
        if (this.#left === undefined) this.#left = this.#head("*");
        else if (this.#left > 0) this.#argument();
        if (this.#left !== 0) continue;
        if (this.#args.length > 0) commands.push({ args: this.#args, bytes: cursor.offset - this.#counted });
        if (this.#args.length > 0) this.#counted = cursor.offset;
        this.#args = [];
        this.#left = undefined;
      }
    } catch (error) {
      if (!(error instanceof Short)) throw error;
    }
    return commands;
  }

  #argument(): void {
    const { cursor } = this.#window;
    this.#size ??= this.#head("$");
    if (this.#size > this.#maxArgBytes)
      throw damaged(cursor.offset, `an argument of at most ${this.#maxArgBytes} bytes`, String(this.#size));
    cursor.need(this.#size + CRLF, "an argument");
    this.#args.push(cursor.take(this.#size, "an argument"));
    const end = cursor.take(CRLF, "the end of an argument");
    if (end[0] !== RETURN || end[1] !== NEWLINE)
      throw damaged(cursor.offset, "the end of an argument", end.toString("hex"));
    this.#size = undefined;
    this.#left = (this.#left ?? 1) - 1;
  }

  #head(sign: "*" | "$"): number {
    const { cursor } = this.#window;
    while (sign === "*" && (cursor.bytes[cursor.at] === NEWLINE || cursor.bytes[cursor.at] === RETURN)) cursor.at++;
    const end = cursor.bytes.subarray(cursor.at, cursor.at + LONGEST_HEAD).indexOf(NEWLINE);
    if (end < 0) {
      cursor.need(LONGEST_HEAD, "a command");
      throw damaged(cursor.offset, "a command", "a line without an end");
    }
    const line = cursor.bytes.toString("latin1", cursor.at, cursor.at + end);
    const match = /^([*$])(\d{1,10})\r$/.exec(line);
    if (match?.[1] !== sign) throw damaged(cursor.offset, `a command's ${sign} and a number`, JSON.stringify(line));
    cursor.at += end + 1;
    return Number(match[2]);
  }
}
