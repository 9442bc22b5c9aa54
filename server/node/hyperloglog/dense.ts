import { HEADER_BYTES } from "./layout";

const BITS = 6;
const MASK = 0x3f;

/** Of the 16384 registers, six bits each, the lowest first. */
export function registerAt(bytes: Buffer, register: number): number {
  const bit = register * BITS;
  const at = HEADER_BYTES + (bit >>> 3);
  return (((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)) >>> (bit & 7)) & MASK;
}

export function putRegister(bytes: Buffer, register: number, value: number): void {
  const bit = register * BITS;
  const at = HEADER_BYTES + (bit >>> 3);
  const shift = bit & 7;
  const pair = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  const changed = (pair & ~(MASK << shift)) | (value << shift);
  bytes[at] = changed & 0xff;
  if (at + 1 < bytes.length) bytes[at + 1] = changed >>> 8;
}
