import type { NodeId } from "@/lib/cluster/node";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";
import { memberOf } from "./members";
import type { Called, WishOf } from "./wish";

/** Members that a wish for many nodes means, whether they answer or not. */
export function targetsOf(
  topology: Topology,
  wish: WishOf<"config" | "set-timeout" | "call">,
): readonly TopologyNode[] {
  if (wish.verb === "call") return calledOn(topology, wish);
  if (wish.verb === "set-timeout") return members(topology);
  const named: readonly NodeId[] | undefined = wish.each?.map((one) => one.nodeId) ?? wish.nodeIds;
  return named ? [...new Set(named)].map((id) => memberOf(topology, id)) : members(topology);
}

export function calledOn(topology: Topology, { on, nodeId }: Pick<Called, "on" | "nodeId">): readonly TopologyNode[] {
  if (nodeId !== undefined) return [memberOf(topology, nodeId)];
  return members(topology).filter((node) => on === "all" || (node.role === "primary") === (on === "primaries"));
}

const members = (topology: Topology): readonly TopologyNode[] => topology.nodes.filter((node) => !node.handshake);

/** Those that can be told now, and those that cannot. */
export function sortOut(nodes: readonly TopologyNode[]) {
  const answers = (node: TopologyNode) => node.answer.kind === "answered";
  return { up: nodes.filter(answers), absent: nodes.filter((node) => !answers(node)).map((node) => node.id) };
}
