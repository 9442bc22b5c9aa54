import { type FaultCluster, type Owners, settle } from "./cluster";
import { type Compared, compare, type Expected } from "./keys";
import { type Outcome, sumOf } from "./target";

/** How a round has to end: views that agree, nothing open, every key where it belongs as it was. */
export async function pictureOf(
  { nodes }: Pick<FaultCluster, "nodes">,
  expected: Expected,
): Promise<Compared & { readonly owners: Owners }> {
  const { owners, open, agree } = await settle(nodes);
  const kept = await compare(owners, expected);
  const views: Outcome = {
    lost: 0,
    open,
    wrong: agree ? 0 : 1,
    trouble: [...(agree ? [] : ["the views do not agree"]), ...(open > 0 ? [`${open} slots are open`] : [])],
  };
  return { ...sumOf([kept, views]), worstTtlMs: kept.worstTtlMs, owners };
}
