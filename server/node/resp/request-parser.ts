import { splitWords } from "./words";

/** What a client may claim before it has sent it. */
export type RequestLimits = {
  /** Of one argument. */
  maxBulkBytes: number;
  maxArguments: number;
  /** Of all that is held for a command that is not whole yet. */
  maxHeldBytes: number;
};

/** The client broke the protocol: the line goes to it, then it is closed. */
export class ProtocolError extends Error {}

const MAX_LINE_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const STAR = 0x2a;
const DOLLAR = 0x24;
const MINUS = 0x2d;
const NOTHING = Buffer.alloc(0);

/**
 * Commands out of the bytes of a client: arrays of bulk strings, or words of a line.
 *
 *   1. Arguments are views of what came; only what is cut between two chunks is copied, once, when it is whole.
 *   2. A length is checked before anything is kept for it, and nothing is reserved for what has not come.
 *
 * Held at any moment: at most `maxHeldBytes`, and an object an argument. Throws ProtocolError; nothing is read after that.
 */
export class RequestParser {
  readonly #limits: RequestLimits;
  #bytes: Buffer = NOTHING;
  #at = 0;
  /** Came behind #bytes while more than that is needed to go on. */
  #later: Buffer[] = [];
  #laterBytes = 0;
  #need = 0;
  #args: Buffer[] = [];
  #argsBytes = 0;
  /** Arguments that are to come; 0: between two commands. */
  #left = 0;
  /** Of the argument whose head was read; −1: none. */
  #size = -1;

  constructor(limits: RequestLimits) {
    this.#limits = limits;
  }

  get heldBytes(): number {
    return this.#bytes.length - this.#at + this.#laterBytes + this.#argsBytes;
  }

  push(bytes: Buffer): void {
    if (this.#at === this.#bytes.length && this.#laterBytes === 0) {
      this.#bytes = bytes;
      this.#at = 0;
    } else {
      this.#later.push(bytes);
      this.#laterBytes += bytes.length;
    }
  }

  /** Undefined: it is not whole yet. */
  next(): Buffer[] | undefined {
    for (;;) {
      if (!this.#gather()) return this.#wait();
      if (this.#left > 0) {
        if (!this.#argument()) return this.#wait();
        if (this.#left > 0) continue;
        const args = this.#args;
        this.#args = [];
        this.#argsBytes = 0;
        return args;
      }
      if (this.#at === this.#bytes.length) return undefined;
      if (this.#bytes[this.#at] === STAR) {
        if (!this.#head()) return this.#wait();
      } else {
        const words = this.#inline();
        if (!words) return this.#wait();
        if (words.length > 0) return words;
      }
    }
  }

  /** What was not read yet, for whoever takes the connection over. */
  takeUnread(): Buffer {
    const unread = Buffer.concat([this.#bytes.subarray(this.#at), ...this.#later]);
    this.#bytes = NOTHING;
    this.#at = 0;
    this.#later = [];
    this.#laterBytes = 0;
    return unread;
  }

  #wait(): undefined {
    if (this.heldBytes > this.#limits.maxHeldBytes)
      throw new ProtocolError("Protocol error: query buffer limit exceeded");
    return undefined;
  }

  #gather(): boolean {
    if (this.#laterBytes === 0) return true;
    if (this.#bytes.length - this.#at + this.#laterBytes < this.#need) return false;
    this.#bytes = Buffer.concat([this.#bytes.subarray(this.#at), ...this.#later]);
    this.#at = 0;
    this.#later = [];
    this.#laterBytes = 0;
    return true;
  }

  #head(): boolean {
    const end = this.#lineEnd("too big mbulk count string");
    if (end < 0) return false;
    const count = this.#number(this.#at + 1, end);
    if (count === undefined || count > 1024 * 1024) throw new ProtocolError("Protocol error: invalid multibulk length");
    if (count > this.#limits.maxArguments) throw new ProtocolError("Protocol error: unauthenticated multibulk length");
    this.#at = end + 2;
    if (count > 0) this.#left = count;
    return true;
  }

  #argument(): boolean {
    if (this.#size < 0 && !this.#argumentHead()) return false;
    const end = this.#at + this.#size;
    if (end + 2 > this.#bytes.length) {
      this.#need = this.#size + 2;
      return false;
    }
    this.#need = 0;
    this.#args.push(this.#bytes.subarray(this.#at, end));
    this.#argsBytes += this.#size;
    this.#at = end + 2;
    this.#size = -1;
    this.#left--;
    return true;
  }

  #argumentHead(): boolean {
    const end = this.#lineEnd("too big bulk count string");
    if (end < 0) return false;
    const sign = this.#bytes[this.#at];
    if (sign !== DOLLAR)
      throw new ProtocolError(`Protocol error: expected '$', got '${String.fromCharCode(sign ?? 0)}'`);
    const size = this.#number(this.#at + 1, end);
    if (size === undefined || size < 0 || size > this.#limits.maxBulkBytes) {
      const isStranger = this.#limits.maxArguments < 1024 && size !== undefined && size >= 0;
      throw new ProtocolError(`Protocol error: ${isStranger ? "unauthenticated" : "invalid"} bulk length`);
    }
    this.#at = end + 2;
    this.#size = size;
    return true;
  }

  /** The place of the line's \r; −1: not here yet. */
  #lineEnd(tooLong: string): number {
    const bytes = this.#bytes;
    const limit = Math.min(bytes.length, this.#at + 32);
    for (let at = this.#at; at < limit; at++) if (bytes[at] === RETURN) return at + 1 < bytes.length ? at : -1;
    const end = bytes.indexOf(RETURN, limit);
    if (end >= 0) return end + 1 < bytes.length ? end : -1;
    if (bytes.length - this.#at > MAX_LINE_BYTES) throw new ProtocolError(`Protocol error: ${tooLong}`);
    return -1;
  }

  /** Undefined: it is none. */
  #number(from: number, end: number): number | undefined {
    const bytes = this.#bytes;
    const isNegative = bytes[from] === MINUS;
    const start = isNegative ? from + 1 : from;
    if (start === end || end - start > 15) return undefined;
    if (bytes[start] === 0x30 && end - start > 1) return undefined;
    let value = 0;
    for (let at = start; at < end; at++) {
      const digit = (bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) return undefined;
      value = value * 10 + digit;
    }
    return isNegative ? -value : value;
  }

  #inline(): Buffer[] | undefined {
    const end = this.#bytes.indexOf(NEWLINE, this.#at);
    if (end < 0) {
      if (this.#bytes.length - this.#at > MAX_LINE_BYTES)
        throw new ProtocolError("Protocol error: too big inline request");
      return undefined;
    }
    const last = end > this.#at && this.#bytes[end - 1] === RETURN ? end - 1 : end;
    const words = splitWords(this.#bytes.toString("latin1", this.#at, last));
    if (!words) throw new ProtocolError("Protocol error: unbalanced quotes in request");
    this.#at = end + 1;
    return words.map((word) => Buffer.from(word, "latin1"));
  }
}
