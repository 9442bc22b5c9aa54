import { type FaultCluster, type Owners, settle } from "./cluster";
import { type Compared, compare, type Expected } from "./keys";
import { clean, type Outcome, sumOf } from "./target";

/** How a round has to end: views that agree, nothing open, every key where it belongs as it was. */
export async function pictureOf(
  { nodes }: Pick<FaultCluster, "nodes">,
  expected: Expected,
): Promise<Compared & { readonly owners: Owners }> {
  const { owners, open, agree } = await settle(nodes);
  // A key in an open slot may be on either side: there is nothing to compare it with yet.
  const kept = open > 0 ? { ...clean, worstTtlMs: 0 } : await compare(owners, expected);
  const views: Outcome = {
    lost: 0,
    open,
    wrong: agree ? 0 : 1,
    trouble: [...(agree ? [] : ["the views do not agree"]), ...(open > 0 ? [`${open} slots are open`] : [])],
  };
  return { ...sumOf([kept, views]), worstTtlMs: kept.worstTtlMs, owners };
}
