/**
 * Whole numbers that add up exactly. Ties go to the one that comes first, so the same input always gives the same
 * shares.
 */

/** `total` in proportion to the weights, by largest remainder: every share is its exact part rounded down or up. */
export function proportional(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  if (sum === 0) return weights.map(() => 0);
  const shares = weights.map((weight) => Math.floor((total * weight) / sum));
  const rest = weights.map((weight, i) => ({ i, remainder: (total * weight) % sum }));
  rest.sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  let left = total - shares.reduce((a, b) => a + b, 0);
  for (const { i } of rest) {
    if (left === 0) break;
    shares[i] = (shares[i] ?? 0) + 1;
    left--;
  }
  return shares;
}

/** What each should have for all to be even, with the fewest slots moved: the odd ones stay with those who have most. */
export function even(counts: readonly number[]): number[] {
  const total = counts.reduce((a, b) => a + b, 0);
  const base = Math.floor(total / counts.length);
  let odd = total - base * counts.length;
  const order = counts.map((count, i) => ({ i, count })).sort((a, b) => b.count - a.count || a.i - b.i);
  const wanted = counts.map(() => base);
  for (const { i } of order) {
    if (odd === 0) break;
    wanted[i] = base + 1;
    odd--;
  }
  return wanted;
}

/** How many of `amount` each receives so that the final counts are as even as they can be without taking from anyone. */
export function fillUp(counts: readonly number[], amount: number): number[] {
  const order = counts.map((count, i) => ({ i, count })).sort((a, b) => a.count - b.count || a.i - b.i);
  const received = counts.map(() => 0);
  let left = amount;
  for (let k = 0; k < order.length && left > 0; k++) {
    const level = order[k]?.count ?? 0;
    const step = (order[k + 1]?.count ?? Number.POSITIVE_INFINITY) - level;
    const raise = Math.min(step, Math.floor(left / (k + 1)));
    for (const { i } of order.slice(0, k + 1)) received[i] = (received[i] ?? 0) + raise;
    left -= raise * (k + 1);
    if (raise === step) continue;
    for (const { i } of order.slice(0, left)) received[i] = (received[i] ?? 0) + 1;
    left = 0;
  }
  return received;
}
