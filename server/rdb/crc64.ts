/**
 * CRC64 as DUMP payloads and RDB files end with it: the Jones polynomial, reflected, start and final value 0 (the rule
 * stands in Valkey's crc64.c; "123456789" gives e9c6d914c4b8d9ca). JavaScript has no fast 64-bit integer, so a register
 * is two 32-bit halves. Eight tables take eight bytes a turn: table k is the effect of a byte that k more bytes follow.
 */
const POLYNOMIAL_HIGH = 0x95ac9329;
const POLYNOMIAL_LOW = 0xac4bc9b5;
const STRIDE = 8;
const ENTRIES = 256;

const HIGH = new Uint32Array(STRIDE * ENTRIES);
const LOW = new Uint32Array(STRIDE * ENTRIES);
fillTables();

function fillTables(): void {
  for (let byte = 0; byte < ENTRIES; byte++) {
    let high = 0;
    let low = byte;
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (isOdd) {
        high ^= POLYNOMIAL_HIGH;
        low ^= POLYNOMIAL_LOW;
      }
    }
    HIGH[byte] = high;
    LOW[byte] = low;
  }
  for (let i = ENTRIES; i < STRIDE * ENTRIES; i++) {
    const high = HIGH[i - ENTRIES] as number;
    const low = LOW[i - ENTRIES] as number;
    const next = low & 0xff;
    HIGH[i] = (high >>> 8) ^ (HIGH[next] as number);
    LOW[i] = ((low >>> 8) | (high << 24)) ^ (LOW[next] as number);
  }
}

export const CRC64_BYTES = 8;

export class Crc64 {
  #high = 0;
  #low = 0;

  update(bytes: Uint8Array, start = 0, end = bytes.length): this {
    let high = this.#high;
    let low = this.#low;
    let at = start;
    for (const stop = end - STRIDE; at <= stop; at += STRIDE) {
      low ^=
        (bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24);
      high ^=
        (bytes[at + 4] as number) |
        ((bytes[at + 5] as number) << 8) |
        ((bytes[at + 6] as number) << 16) |
        ((bytes[at + 7] as number) << 24);
      const a = 1792 + (low & 0xff);
      const b = 1536 + ((low >>> 8) & 0xff);
      const c = 1280 + ((low >>> 16) & 0xff);
      const d = 1024 + (low >>> 24);
      const e = 768 + (high & 0xff);
      const f = 512 + ((high >>> 8) & 0xff);
      const g = 256 + ((high >>> 16) & 0xff);
      const h = high >>> 24;
      low = (LOW[a] as number) ^ (LOW[b] as number) ^ (LOW[c] as number) ^ (LOW[d] as number);
      low ^= (LOW[e] as number) ^ (LOW[f] as number) ^ (LOW[g] as number) ^ (LOW[h] as number);
      high = (HIGH[a] as number) ^ (HIGH[b] as number) ^ (HIGH[c] as number) ^ (HIGH[d] as number);
      high ^= (HIGH[e] as number) ^ (HIGH[f] as number) ^ (HIGH[g] as number) ^ (HIGH[h] as number);
    }
    for (; at < end; at++) {
      const index = (low ^ (bytes[at] as number)) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (LOW[index] as number);
      high = (high >>> 8) ^ (HIGH[index] as number);
    }
    this.#high = high;
    this.#low = low;
    return this;
  }

  /** As files and payloads hold it: 8 bytes, little endian. */
  digest(): Buffer {
    const bytes = Buffer.allocUnsafe(CRC64_BYTES);
    bytes.writeUInt32LE(this.#low >>> 0, 0);
    bytes.writeUInt32LE(this.#high >>> 0, 4);
    return bytes;
  }
}

export const crc64 = (bytes: Uint8Array): Buffer => new Crc64().update(bytes).digest();
