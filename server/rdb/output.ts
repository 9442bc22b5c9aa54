const PLAIN_INTEGER = /^(0|-?[1-9]\d{0,9})$/;
const MAX_32 = 2 ** 32;

/** The primitives of the format, written: the counterpart of `Cursor`. */
export class Output {
  readonly #parts: Buffer[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  raw(bytes: Buffer): this {
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
    return this;
  }

  byte(value: number): this {
    return this.raw(Buffer.of(value));
  }

  length(value: number | bigint): this {
    if (value < 64) return this.byte(Number(value));
    if (value < 16384) return this.raw(Buffer.of(0x40 | (Number(value) >> 8), Number(value) & 0xff));
    const bytes = Buffer.allocUnsafe(value < MAX_32 ? 5 : 9);
    if (value < MAX_32) bytes.writeUInt32BE(Number(value), 1);
    else bytes.writeBigUInt64BE(BigInt(value), 1);
    bytes[0] = value < MAX_32 ? 0x80 : 0x81;
    return this.raw(bytes);
  }

  int64(value: bigint): this {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeBigInt64LE(value);
    return this.raw(bytes);
  }

  double(value: number): this {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeDoubleLE(value);
    return this.raw(bytes);
  }

  string(bytes: Buffer): this {
    return this.length(bytes.length).raw(bytes);
  }

  /** As the server writes a string value: one that is the digits of a 32-bit integer becomes that integer. */
  compactString(bytes: Buffer): this {
    const text = bytes.length <= 11 ? bytes.toString("latin1") : "";
    const value = Number(text);
    if (!PLAIN_INTEGER.test(text) || value !== (value | 0)) return this.string(bytes);
    const width = value === (value << 24) >> 24 ? 1 : value === (value << 16) >> 16 ? 2 : 4;
    const body = Buffer.allocUnsafe(1 + width);
    body[0] = 0xc0 | (width >> 1);
    body.writeIntLE(value, 1, width);
    return this.raw(body);
  }

  each<T>(items: readonly T[], write: (item: T) => unknown): this {
    this.length(items.length);
    for (const item of items) write(item);
    return this;
  }

  /** All that was written since the last time. */
  flush(): Buffer {
    const bytes = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts, this.#bytes);
    this.#parts.length = 0;
    this.#bytes = 0;
    return bytes;
  }
}
