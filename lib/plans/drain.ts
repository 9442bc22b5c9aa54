import { countSlots } from "@/lib/cluster/slots";
import type { TopologyNode } from "@/lib/cluster/topology";
import { deal, type Move } from "./pick";
import { even, fillUp } from "./shares";

/** Everything the leaving own goes to the staying, who end as even as they can without giving anything themselves. */
export function drain(leaving: readonly TopologyNode[], staying: readonly TopologyNode[]): readonly Move[] {
  const gives = leaving.map(({ id, ranges }) => ({ id, ranges, count: countSlots(ranges) }));
  const amount = gives.reduce((sum, give) => sum + give.count, 0);
  const shares = fillUp(
    staying.map((node) => countSlots(node.ranges)),
    amount,
  );
  return deal(
    gives.filter((give) => give.count > 0),
    staying.map(({ id, ranges }, i) => ({ id, ranges, count: shares[i] ?? 0 })),
  );
}

/** The fewest moves after which all of these own the same number of slots, give or take one. */
export function balance(nodes: readonly Pick<TopologyNode, "id" | "ranges">[]): readonly Move[] {
  const counts = nodes.map((node) => countSlots(node.ranges));
  const wanted = even(counts);
  const over = (i: number) => (counts[i] ?? 0) - (wanted[i] ?? 0);
  return deal(
    nodes.flatMap(({ id, ranges }, i) => (over(i) > 0 ? [{ id, ranges, count: over(i) }] : [])),
    nodes.flatMap(({ id, ranges }, i) => (over(i) < 0 ? [{ id, ranges, count: -over(i) }] : [])),
  );
}
