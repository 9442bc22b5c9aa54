const LONGEST_LINE = 64 * 1024;
const NEWLINE = 0x0a;
const NOTHING = Buffer.alloc(0);

/** Lines out of chunks: answers to a handshake, statuses and errors. What stands behind the lines that were taken is `rest`. */
export class LineReader {
  #held: Buffer = NOTHING;

  push(bytes: Buffer): void {
    this.#held = this.#held.length > 0 ? Buffer.concat([this.#held, bytes]) : bytes;
  }

  /** Without its end; undefined: it is not here yet. Throws an Error for one that is longer than any answer. */
  next(): string | undefined {
    const end = this.#held.indexOf(NEWLINE);
    if (end > LONGEST_LINE || (end < 0 && this.#held.length > LONGEST_LINE))
      throw new Error(`a line of more than ${LONGEST_LINE} bytes`);
    if (end < 0) return undefined;
    const line = this.#held.toString("latin1", 0, end);
    this.#held = this.#held.subarray(end + 1);
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  }

  rest(): Buffer {
    const bytes = this.#held;
    this.#held = NOTHING;
    return bytes;
  }
}
