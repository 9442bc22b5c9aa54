/**
 * What redis-cli --cluster rebalance does to slot counts, by its documented behaviour and by what was seen of 7.0: empty
 * masters take no part unless asked for; a share is its exact part cut to a whole number; the threshold is measured
 * against the actual count, and 0 means never; left-over slots are given one by one to those that receive, in their
 * order; then the poorest is filled by the richest.
 */
export type CliBalance = {
  readonly counts: readonly number[];
  readonly weights: readonly number[];
  readonly threshold: number;
  readonly useEmpty: boolean;
};

export function redisCliCounts({ counts, weights, threshold, useEmpty }: CliBalance): readonly number[] {
  const takes = counts.map((count) => useEmpty || count > 0);
  const total = weights.reduce((sum, weight, i) => sum + (takes[i] ? weight : 0), 0);
  const nodes = counts.flatMap((count, i) => {
    if (!takes[i]) return [];
    const share = Math.trunc((16384 / total) * (weights[i] ?? 0));
    return [{ i, count, share, over: count - share }];
  });
  const isOver = nodes.some(({ count, share }) => {
    if (threshold === 0) return false;
    return count > 0 ? Math.abs(100 - (100 * share) / count) > threshold : share > 1;
  });
  if (!isOver) return counts;
  let sum = nodes.reduce((all, node) => all + node.over, 0);
  while (sum > 0)
    for (const node of nodes)
      if (node.over <= 0 && sum > 0) {
        node.over -= 1;
        sum -= 1;
      }
  const after = [...counts];
  const order = [...nodes].sort((a, b) => a.over - b.over);
  for (let poor = 0, rich = order.length - 1; poor < rich; ) {
    const [to, from] = [order[poor], order[rich]];
    if (!to || !from) break;
    const some = Math.min(Math.abs(to.over), Math.abs(from.over));
    after[to.i] = (after[to.i] ?? 0) + some;
    after[from.i] = (after[from.i] ?? 0) - some;
    to.over += some;
    from.over -= some;
    if (to.over === 0) poor++;
    if (from.over === 0) rich--;
  }
  return after;
}
