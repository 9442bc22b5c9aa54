import type { NodeId } from "@/lib/cluster/node";
import type { TopologyNode } from "@/lib/cluster/topology";
import type { Facts } from "./facts";
import { isUp, memberOf, nameOf, nodeName } from "./members";
import type { WishOf } from "./wish";
import { wrong } from "./wrong";

/** The weight of each that takes part. One given to somebody who does not is a mistake of the wish, and is named. */
export function weightsOf(
  { topology }: Facts,
  { weights = [] }: WishOf<"rebalance">,
  taking: readonly TopologyNode[],
): readonly number[] {
  const given = new Map<NodeId, number>();
  for (const { nodeId, weight } of weights) {
    const node = memberOf(topology, nodeId);
    const name = nodeName(node);
    if (given.has(nodeId)) throw wrong("planTwice", { node: name });
    if (weight < 0) throw wrong("planWeightNegative", { node: name, weight });
    if (node.role === "replica") {
      const primary = node.primaryId === undefined ? "" : nameOf(topology, node.primaryId);
      throw wrong("planWeightOnReplica", { node: name, primary });
    }
    if (!isUp(node)) throw wrong("planWeightOnSilent", { node: name });
    if (!taking.some(({ id }) => id === nodeId)) throw wrong("planWeightOnEmpty", { node: name });
    given.set(nodeId, weight);
  }
  const all = taking.map(({ id }) => given.get(id) ?? 1);
  if (all.every((weight) => weight === 0)) throw wrong("planWeightsZero", { nodes: taking.map(nodeName) });
  return all;
}
