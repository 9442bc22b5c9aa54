/**
 * A HyperLogLog as redis keeps it: a string, which DUMP, snapshots and replicas carry as it is.
 *
 *   `HYLL`, a byte for the encoding (0 dense, 1 sparse), three of nothing, eight for the count that was last reckoned, little
 *   endian, whose highest bit says that it is out of date; then 16384 registers of 6 bits (dense) or runs of them (sparse).
 */
export const REGISTERS = 16384;
export const HEADER_BYTES = 16;
export const DENSE_BYTES = HEADER_BYTES + (REGISTERS * 6) / 8;
export const DENSE = 0;
export const SPARSE = 1;

const MAGIC = Buffer.from("HYLL");
const ENCODING_AT = 4;
const COUNT_AT = 8;
const OUT_OF_DATE = 0x80;

export const encodingOf = (bytes: Buffer): number => bytes[ENCODING_AT] ?? 0;

export function isHyperLogLog(bytes: Buffer): boolean {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return false;
  const encoding = encodingOf(bytes);
  return encoding === DENSE ? bytes.length === DENSE_BYTES : encoding === SPARSE;
}

/** All that follows the head is zeros: one run of them when it is sparse. */
export function header(encoding: number, of?: Buffer): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  if (of) of.copy(bytes, 0, 0, HEADER_BYTES);
  else MAGIC.copy(bytes);
  bytes[ENCODING_AT] = encoding;
  return bytes;
}

/** Undefined: it is out of date. */
export const countIn = (bytes: Buffer): bigint | undefined =>
  ((bytes[COUNT_AT + 7] ?? 0) & OUT_OF_DATE) === 0 ? bytes.readBigUInt64LE(COUNT_AT) : undefined;

export const setCount = (bytes: Buffer, count: bigint): void => {
  bytes.writeBigUInt64LE(count, COUNT_AT);
};

export const forgetCount = (bytes: Buffer): void => {
  bytes[COUNT_AT + 7] = (bytes[COUNT_AT + 7] ?? 0) | OUT_OF_DATE;
};
