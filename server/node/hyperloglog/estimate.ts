import { REGISTERS } from "./layout";

/** Bits of a hash that are counted. */
const RANKS = 50;
const ALPHA = 0.7213475204444817;

function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let x = share;
  let y = 1;
  let z = x;
  for (let before = Number.NaN; before !== z; ) {
    before = z;
    x *= x;
    z += x * y;
    y += y;
  }
  return z;
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let y = 1;
  let z = 1 - x;
  for (let before = Number.NaN; before !== z; ) {
    before = z;
    x = Math.sqrt(x);
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  }
  return z / 3;
}

/** How many there are, by O. Ertl's improved raw estimator (arXiv:1702.01284), reckoned in the order in which redis does. */
export function estimate(registers: Uint8Array): bigint {
  const counts = new Array<number>(64).fill(0);
  for (const value of registers) counts[value] = (counts[value] as number) + 1;
  let z = REGISTERS * tau((REGISTERS - (counts[RANKS + 1] as number)) / REGISTERS);
  for (let rank = RANKS; rank >= 1; rank--) {
    z += counts[rank] as number;
    z *= 0.5;
  }
  z += REGISTERS * sigma((counts[0] as number) / REGISTERS);
  return BigInt(Math.round((ALPHA * REGISTERS * REGISTERS) / z));
}
