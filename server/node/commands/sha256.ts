/** SHA-256 (FIPS 180-4), in hexadecimal: how ACL shows a password. */
export function sha256(bytes: Buffer): string {
  const padded = Buffer.alloc(Math.ceil((bytes.length + 9) / 64) * 64);
  bytes.copy(padded);
  padded[bytes.length] = 0x80;
  padded.writeBigUInt64BE(BigInt(bytes.length) * 8n, padded.length - 8);
  const { state, rounds } = constants();
  for (let at = 0; at < padded.length; at += 64) block(padded, at, state, rounds);
  return [...state].map((word) => word.toString(16).padStart(8, "0")).join("");
}

/** The first 32 bits behind the point of the square roots of the first eight primes, and of the cube roots of 64 of them. */
function constants(): { readonly state: Uint32Array; readonly rounds: Uint32Array } {
  const primes: number[] = [];
  for (let number = 2; primes.length < 64; number++)
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  const bits = (root: number) => Math.floor((root - Math.floor(root)) * 2 ** 32);
  return {
    state: Uint32Array.from(primes.slice(0, 8), (prime) => bits(Math.sqrt(prime))),
    rounds: Uint32Array.from(primes, (prime) => bits(Math.cbrt(prime))),
  };
}

const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

function block(bytes: Buffer, from: number, state: Uint32Array, rounds: Uint32Array): void {
  const words = new Uint32Array(64);
  for (let at = 0; at < 16; at++) words[at] = bytes.readUInt32BE(from + at * 4);
  const word = (at: number) => words[at] as number;
  for (let at = 16; at < 64; at++) {
    const [old, late] = [word(at - 15), word(at - 2)];
    const small = turned(old, 7) ^ turned(old, 18) ^ (old >>> 3);
    const large = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    words[at] = word(at - 16) + small + word(at - 7) + large;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let at = 0; at < 64; at++) {
    const sum = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const one = (h + sum + ((e & f) ^ (~e & g)) + (rounds[at] as number) + word(at)) | 0;
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, at) => {
    state[at] = (state[at] as number) + value;
  });
}
