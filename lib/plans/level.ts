/**
 * How many slots each primary should own, and what counts as out of balance.
 *
 * `expected` is a weight's exact part, `level` the whole numbers that come nearest to it: every one is its exact part
 * rounded down or up, the largest remainders up, and of equal remainders those that spare a move. So no other whole
 * numbers are nearer in sum, and of those as near none moves fewer slots.
 */
const EPSILON = 1e-9;

export function expected(total: number, weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => (total * weight) / sum);
}

export function level(counts: readonly number[], weights: readonly number[]): readonly number[] {
  const total = counts.reduce((a, b) => a + b, 0);
  const exact = expected(total, weights);
  const floors = exact.map((part) => Math.floor(part + EPSILON));
  const order = exact
    .map((part, i) => ({ i, rest: part - (floors[i] ?? 0), spares: (counts[i] ?? 0) > (floors[i] ?? 0) }))
    .sort((a, b) => {
      if (Math.abs(a.rest - b.rest) > EPSILON) return b.rest - a.rest;
      return Number(b.spares) - Number(a.spares) || a.i - b.i;
    });
  const odd = total - floors.reduce((a, b) => a + b, 0);
  const up = new Set(order.slice(0, odd).map(({ i }) => i));
  return floors.map((floor, i) => (up.has(i) ? floor + 1 : floor));
}

/** Above `percent` of what is expected; a primary that should have nothing is out as soon as it has something. */
export function isOut(has: number, wants: number, percent: number): boolean {
  return Math.abs(has - wants) * 100 > percent * wants + EPSILON;
}
