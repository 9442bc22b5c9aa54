import { formatEndpoint, type NodeId } from "@/lib/cluster/node";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";
import { wrong } from "./wrong";

/** The member, or an OpsError that says what to do. */
export function memberOf(topology: Topology, id: NodeId): TopologyNode {
  const node = findMember(topology, id);
  if (node) return node;
  throw wrong("planUnknownNode", { nodeId: id.slice(0, 8), cluster: topology.clusterId });
}

export function findMember(topology: Topology, id: NodeId | undefined): TopologyNode | undefined {
  return id === undefined ? undefined : topology.nodes.find((node) => node.id === id);
}

/** How sentences and commands name a node: its announced address, else the head of its id. */
export function nodeName(node: TopologyNode): string {
  if (!node.endpoint.host || node.endpoint.port === 0) return node.id.slice(0, 8);
  return formatEndpoint(node.endpoint);
}

export function nameOf(topology: Topology, id: NodeId): string {
  const node = findMember(topology, id);
  return node ? nodeName(node) : id.slice(0, 8);
}

/** It answers the console and nobody calls it failed. */
export const isUp = (node: TopologyNode): boolean => node.answer.kind === "answered" && node.health !== "fail";

/** Primaries that own slots: the ones that vote, drain and receive. In slot order. */
export function owners(topology: Topology): readonly TopologyNode[] {
  return topology.nodes
    .filter((node) => node.role === "primary" && node.ranges.length > 0)
    .sort((a, b) => (a.ranges[0]?.[0] ?? 0) - (b.ranges[0]?.[0] ?? 0));
}

export const primaries = (topology: Topology): readonly TopologyNode[] =>
  topology.nodes.filter((node) => node.role === "primary" && !node.handshake);

export const replicasOf = (topology: Topology, id: NodeId): readonly TopologyNode[] =>
  topology.nodes.filter((node) => node.role === "replica" && node.primaryId === id);

/** Replicas that answer and whose link to their primary stands: the ones that can guard it. */
export const guardsOf = (topology: Topology, id: NodeId): readonly TopologyNode[] =>
  replicasOf(topology, id).filter((node) => isUp(node) && node.stats?.replLinkUp !== false);

/** How many slot-owning primaries a vote needs, how many can vote, and how many there are. */
export function quorum(topology: Topology): { readonly needed: number; readonly up: number; readonly size: number } {
  const voters = owners(topology);
  return { needed: Math.floor(voters.length / 2) + 1, up: voters.filter(isUp).length, size: voters.length };
}
