/**
 * Replies of RESP2 as they come off the wire, packet by packet. What it may be given is limited by ReplyGuard, which
 * sees every packet first; here nothing is believed but where a reply ends. Bulks stay bytes: they are parts of the
 * packet that brought them.
 */
export type RawReply = string | number | Buffer | null | RefusedReply | readonly RawReply[];

export class RefusedReply {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

type OpenArray = { readonly items: RawReply[]; left: number };

/** Of what is no reply, so much is told. */
const SHOWN = 20;
const CR = 0x0d;
const LF = 0x0a;
const ZERO = 0x30;
const [PLUS, MINUS, COLON, DOLLAR, STAR] = [0x2b, 0x2d, 0x3a, 0x24, 0x2a];

export class ReplyParser {
  readonly #onReply: (reply: RawReply) => void;
  readonly #open: OpenArray[] = [];
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Nothing can be made of less. */
  #neededBytes = 0;

  constructor(onReply: (reply: RawReply) => void) {
    this.#onReply = onReply;
  }

  /** Throws at what is no reply. */
  push(packet: Buffer): void {
    this.#waiting.push(packet);
    this.#waitingBytes += packet.length;
    if (this.#waitingBytes < this.#neededBytes) return;
    const bytes = this.#waiting.length === 1 ? packet : Buffer.concat(this.#waiting);
    const rest = bytes.subarray(this.#readAll(bytes));
    this.#waiting = rest.length > 0 ? [rest] : [];
    this.#waitingBytes = rest.length;
  }

  /** Answers where the first element begins that is not whole yet. */
  #readAll(bytes: Buffer): number {
    this.#neededBytes = 0;
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(LF, at + 1);
      if (end < 0) return at;
      const kind = bytes[at];
      if (kind === DOLLAR || kind === STAR || kind === COLON) {
        const size = numberIn(bytes, at + 1, end - 1);
        at = kind === DOLLAR ? this.#bulk(bytes, { at, from: end + 1, size }) : this.#counted(kind, size, end + 1);
        if (this.#neededBytes > 0) return at;
        continue;
      }
      const text = bytes.toString("utf8", at + 1, bytes[end - 1] === CR ? end - 1 : end);
      if (kind === PLUS) this.#element(text);
      else if (kind === MINUS) this.#element(new RefusedReply(text));
      else throw noReply(bytes.subarray(at, at + SHOWN));
      at = end + 1;
    }
    return bytes.length;
  }

  #bulk(bytes: Buffer, { at, from, size }: { at: number; from: number; size: number }): number {
    if (size < 0) {
      this.#element(null);
      return from;
    }
    const end = from + size + 2;
    if (end > bytes.length) {
      this.#neededBytes = end - at;
      return at;
    }
    this.#element(bytes.subarray(from, from + size));
    return end;
  }

  #counted(kind: number, size: number, next: number): number {
    if (kind === COLON) this.#element(size);
    else if (size < 0) this.#element(null);
    else if (size === 0) this.#element([]);
    else this.#open.push({ items: [], left: size });
    return next;
  }

  #element(element: RawReply): void {
    let whole = element;
    for (let top = this.#open.at(-1); top; top = this.#open.at(-1)) {
      top.items.push(whole);
      if (--top.left > 0) return;
      whole = top.items;
      this.#open.pop();
    }
    this.#onReply(whole);
  }
}

function numberIn(bytes: Buffer, from: number, to: number): number {
  const isNegative = bytes[from] === MINUS;
  let value = 0;
  for (let at = isNegative ? from + 1 : from; at < to; at++) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) throw noReply(bytes.subarray(from - 1, from + SHOWN));
    value = value * 10 + digit;
  }
  return isNegative ? -value : value;
}

const noReply = (bytes: Buffer) => new Error(`Protocol error: ${JSON.stringify(bytes.toString("latin1"))} is no reply`);
