import { SLOT_COUNT, type Slot } from "./slots";

/** CRC16/XMODEM (polynomial 0x1021, start 0): the checksum that the cluster specification names for keys. */
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc & 0xffff;
});

export function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ (TABLE[((crc >> 8) ^ byte) & 0xff] as number);
  return crc;
}

/**
 * The part of a key that is hashed: what stands between the first `{` and the first `}` after it, when that is not
 * empty; else the whole key.
 */
export function hashTag(key: Uint8Array): Uint8Array {
  const open = key.indexOf(0x7b);
  if (open < 0) return key;
  const close = key.indexOf(0x7d, open + 1);
  return close > open + 1 ? key.subarray(open + 1, close) : key;
}

export function keySlot(key: string | Uint8Array): Slot {
  return crc16(hashTag(typeof key === "string" ? new TextEncoder().encode(key) : key)) % SLOT_COUNT;
}

/** Of a key that is a latin1 string, a byte a character: without a copy. */
export function latin1KeySlot(key: string): Slot {
  const open = key.indexOf("{");
  const close = open < 0 ? -1 : key.indexOf("}", open + 1);
  const from = close > open + 1 ? open + 1 : 0;
  const until = close > open + 1 ? close : key.length;
  let crc = 0;
  for (let at = from; at < until; at++)
    crc = ((crc << 8) & 0xffff) ^ (TABLE[((crc >> 8) ^ key.charCodeAt(at)) & 0xff] as number);
  return crc % SLOT_COUNT;
}
