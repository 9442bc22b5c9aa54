const FACTOR = 0xc6a4a7935bd1e995n;
const SHIFT = 47n;
const SEED = 0xadc83b19n;
const WORD = 8;

const wide = (value: bigint): bigint => BigInt.asUintN(64, value);

/** MurmurHash64A with the seed that HyperLogLogs of redis are made with, whatever the order of bytes of the machine. */
export function murmur64(bytes: Buffer): bigint {
  let hash = SEED ^ wide(BigInt(bytes.length) * FACTOR);
  const whole = bytes.length - (bytes.length % WORD);
  for (let at = 0; at < whole; at += WORD) {
    let word = wide(bytes.readBigUInt64LE(at) * FACTOR);
    word ^= word >> SHIFT;
    hash = wide((hash ^ wide(word * FACTOR)) * FACTOR);
  }
  if (whole < bytes.length) {
    let rest = 0n;
    for (let at = bytes.length - 1; at >= whole; at--) rest = (rest << 8n) | BigInt(bytes[at] ?? 0);
    hash = wide((hash ^ rest) * FACTOR);
  }
  hash = wide((hash ^ (hash >> SHIFT)) * FACTOR);
  return hash ^ (hash >> SHIFT);
}
