import type { Reply } from "../reply";

const SLAB_BYTES = 8 * 1024;
/** From here on a value is not copied but sent as it is. */
const LARGE_BYTES = 16 * 1024;
const SHORT = 48;
const NOTHING = Buffer.alloc(0);

/**
 * Replies of one client, as bytes that wait to be taken: small ones side by side in a slab, large ones as they are. What was
 * taken is never written to again.
 */
export class ReplyWriter implements Reply {
  resp: 2 | 3 = 2;
  /** CLIENT REPLY OFF and SKIP: nothing is written. */
  isMute = false;
  #slab: Buffer = NOTHING;
  #start = 0;
  #end = 0;
  #whole: Buffer[] = [];
  #wholeBytes = 0;
  readonly #wrote: () => void;

  /** `wrote`: called with the first bytes after a `take`. */
  constructor(wrote: () => void) {
    this.#wrote = wrote;
  }

  get waitingBytes(): number {
    return this.#wholeBytes + this.#end - this.#start;
  }

  /** All that waits, in order. */
  take(): Buffer | readonly Buffer[] {
    const rest = this.#slab.subarray(this.#start, this.#end);
    this.#start = this.#end;
    if (this.#whole.length === 0) return rest;
    const all = rest.length > 0 ? [...this.#whole, rest] : this.#whole;
    this.#whole = [];
    this.#wholeBytes = 0;
    return all;
  }

  /** Gives the slab back: the client is idle. */
  rest(): void {
    if (this.waitingBytes > 0) return;
    this.#slab = NOTHING;
    this.#start = 0;
    this.#end = 0;
  }

  ok(): void {
    this.#put("+OK\r\n");
  }

  simple(text: string): void {
    this.#put(`+${text}\r\n`);
  }

  error(line: string): void {
    this.#put(`-${/[\r\n]/.test(line) ? line.replace(/[\r\n]/g, " ") : line}\r\n`);
  }

  integer(value: number | bigint): void {
    this.#put(`:${value}\r\n`);
  }

  bulk(bytes: Buffer | string): void {
    if (typeof bytes === "string") {
      if (bytes.length < SHORT) this.#put(`$${bytes.length}\r\n${bytes}\r\n`);
      else {
        this.#put(`$${bytes.length}\r\n`);
        this.#put(bytes);
        this.#put("\r\n");
      }
      return;
    }
    this.#put(`$${bytes.length}\r\n`);
    this.raw(bytes);
    this.#put("\r\n");
  }

  nothing(): void {
    this.#put(this.resp === 2 ? "$-1\r\n" : "_\r\n");
  }

  nothingArray(): void {
    this.#put(this.resp === 2 ? "*-1\r\n" : "_\r\n");
  }

  array(count: number): void {
    this.#put(`*${count}\r\n`);
  }

  map(pairs: number): void {
    this.#put(this.resp === 2 ? `*${pairs * 2}\r\n` : `%${pairs}\r\n`);
  }

  set(count: number): void {
    this.#put(`${this.resp === 2 ? "*" : "~"}${count}\r\n`);
  }

  push(count: number): void {
    this.#put(`${this.resp === 2 ? "*" : ">"}${count}\r\n`);
  }

  double(value: number): void {
    const text = doubleText(value);
    if (this.resp === 2) this.bulk(text);
    else this.#put(`,${text}\r\n`);
  }

  boolean(value: boolean): void {
    if (this.resp === 2) this.integer(value ? 1 : 0);
    else this.#put(value ? "#t\r\n" : "#f\r\n");
  }

  verbatim(format: string, text: string): void {
    if (this.resp === 2) {
      this.bulk(text);
      return;
    }
    this.#put(`=${text.length + format.length + 1}\r\n${format}:`);
    this.#put(text);
    this.#put("\r\n");
  }

  raw(bytes: Buffer): void {
    if (this.isMute) return;
    const { length } = bytes;
    if (length >= LARGE_BYTES) {
      this.#reserve(0);
      this.#cut();
      this.#whole.push(bytes);
      this.#wholeBytes += length;
      return;
    }
    this.#reserve(length);
    if (length < 24) for (let at = 0; at < length; at++) this.#slab[this.#end + at] = bytes[at] as number;
    else this.#slab.set(bytes, this.#end);
    this.#end += length;
  }

  #put(text: string): void {
    if (this.isMute) return;
    const { length } = text;
    if (length >= LARGE_BYTES) {
      this.raw(Buffer.from(text, "latin1"));
      return;
    }
    this.#reserve(length);
    if (length < SHORT) {
      const slab = this.#slab;
      let to = this.#end;
      for (let at = 0; at < length; at++) slab[to++] = text.charCodeAt(at);
      this.#end = to;
    } else this.#end += this.#slab.write(text, this.#end, "latin1");
  }

  #reserve(length: number): void {
    if (this.#end === this.#start && this.#wholeBytes === 0) this.#wrote();
    if (this.#end + length <= this.#slab.length) return;
    this.#cut();
    this.#slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, length));
    this.#start = 0;
    this.#end = 0;
  }

  #cut(): void {
    if (this.#end === this.#start) return;
    this.#whole.push(this.#slab.subarray(this.#start, this.#end));
    this.#wholeBytes += this.#end - this.#start;
    this.#start = this.#end;
  }
}

/** As redis writes a score: seventeen digits where they are needed, `inf`, `-inf`, `nan`. */
export function doubleText(value: number): string {
  if (Number.isFinite(value)) {
    if (Object.is(value, -0)) return "-0";
    return digits17(value);
  }
  if (Number.isNaN(value)) return "nan";
  return value > 0 ? "inf" : "-inf";
}

/** What C prints for %.17g. */
function digits17(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e17) return String(BigInt(value));
  const [mantissa = "0", power = "0"] = value.toExponential(16).split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 17) {
    const sign = exponent < 0 ? "-" : "+";
    return `${trimZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  return trimZeros(value.toFixed(Math.max(0, 16 - exponent)));
}

const trimZeros = (text: string): string => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
