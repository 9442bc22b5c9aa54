/**
 * Looks at replies (RESP2) as they arrive, before the client library parses them. The library believes what a server
 * announces: `*1000000000` makes it an array of a thousand million holes that then fills slowly, deep nesting exhausts
 * the stack, a line without an end is copied anew with every packet. A node is not trusted that far (SECURITY 24).
 *
 * Only headers are read; what a bulk holds is stepped over.
 */
/** More than any question of this console is answered with; a picture of 2000 nodes is one bulk. */
const MOST_ELEMENTS = 1_000_000;
const MOST_LEVELS = 16;
/** Simple strings and errors. */
const LONGEST_LINE = 64 * 1024;
/** Type and number of a header. */
const HEAD = 24;
const NEWLINE = 0x0a;
const CRLF = 2;

export class ReplyGuard {
  readonly #limitBytes: number;
  /** Of each array that is not at its end, how many elements are to come. */
  readonly #open: number[] = [];
  #skip = 0;
  #head = "";
  #lineBytes = 0;
  /** Of the reply that is arriving. */
  #elements = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Why this reply must not be read on; undefined: it may. */
  look(chunk: Buffer): string | undefined {
    for (let at = 0; at < chunk.length; ) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - at);
        at += step;
        this.#skip -= step;
        if (this.#skip === 0) this.#endElement();
        continue;
      }
      const end = chunk.indexOf(NEWLINE, at);
      const upTo = end < 0 ? chunk.length : end;
      this.#lineBytes += upTo - at;
      if (this.#lineBytes > LONGEST_LINE) return `a line of its reply is longer than ${LONGEST_LINE / 1024} KiB`;
      if (this.#head.length < HEAD) this.#head += chunk.toString("latin1", at, Math.min(upTo, at + HEAD));
      if (end < 0) return undefined;
      at = end + 1;
      const wrong = this.#header(this.#head);
      if (wrong !== undefined) return wrong;
      this.#head = "";
      this.#lineBytes = 0;
    }
    return undefined;
  }

  #header(head: string): string | undefined {
    if (++this.#elements > MOST_ELEMENTS) return `its reply has more than ${MOST_ELEMENTS} parts`;
    const size = Number.parseInt(head.slice(1), 10);
    if (head[0] === "$" && size >= 0) {
      this.#skip = size + CRLF;
      return size > this.#limitBytes ? largerThan(this.#limitBytes) : undefined;
    }
    if (head[0] === "*" && size > 0) {
      this.#open.push(size);
      if (size > MOST_ELEMENTS) return `its reply has more than ${MOST_ELEMENTS} parts`;
      return this.#open.length > MOST_LEVELS ? `its reply is nested deeper than ${MOST_LEVELS} levels` : undefined;
    }
    this.#endElement();
    return undefined;
  }

  #endElement(): void {
    for (let last = this.#open.length - 1; last >= 0; last--) {
      const left = (this.#open[last] ?? 1) - 1;
      if (left > 0) {
        this.#open[last] = left;
        return;
      }
      this.#open.pop();
    }
    this.#elements = 0;
  }
}

export const largerThan = (bytes: number): string => `its reply is larger than ${Math.round(bytes / 1024 / 1024)} MiB`;
