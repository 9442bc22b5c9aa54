import type { ClusterId, NodeId } from "@/lib/cluster/node";
import { formatEndpoint } from "@/lib/cluster/node";
import type { Shard, Topology, TopologyNode } from "@/lib/cluster/topology";
import type { ManagedNode } from "@/lib/wire/runtime";

/**
 * One line of the Nodes screen. `member` is what the cluster knows, `managed` is the process this console runs: one of
 * them may be missing, and they are never mixed up (row N6).
 */
export type NodeRow = {
  readonly key: string;
  readonly address: string;
  readonly member: TopologyNode | undefined;
  readonly managed: ManagedNode | undefined;
  readonly shard: Shard | undefined;
};

export const nodeFilters = ["all", "primary", "replica", "trouble", "waiting"] as const;
export type NodeFilter = (typeof nodeFilters)[number];

export function rowsOf(topology: Topology, managed: readonly ManagedNode[]): readonly NodeRow[] {
  const byNode = new Map(managed.filter((node) => node.nodeId).map((node) => [node.nodeId as NodeId, node]));
  const shardOf = new Map<NodeId, Shard>();
  for (const shard of topology.shards)
    for (const id of [...(shard.formerIds ?? []), shard.primaryId, ...shard.replicaIds]) shardOf.set(id, shard);
  const members = topology.nodes.map((member) => ({
    key: member.id,
    address: formatEndpoint(member.endpoint),
    member,
    managed: byNode.get(member.id),
    shard: shardOf.get(member.id),
  }));
  const known = new Set(topology.nodes.map((node) => node.id));
  const strangers = managed.filter((node) => isStranger(node, known, topology.clusterId));
  return [
    ...members.sort(inOrder),
    ...strangers.map((node) => ({
      key: node.id,
      address: formatEndpoint(node.endpoint),
      member: undefined,
      managed: node,
      shard: undefined,
    })),
  ];
}

/** Managed here, no member of this cluster and of no other. */
function isStranger(node: ManagedNode, known: ReadonlySet<NodeId>, clusterId: ClusterId): boolean {
  if (node.nodeId && known.has(node.nodeId)) return false;
  return node.clusterId === undefined || node.clusterId === clusterId;
}

/** By shard, the primary first, then by address: stable while nothing changes its place. */
function inOrder(a: NodeRow, b: NodeRow): number {
  const shard = (row: NodeRow) => row.shard?.index ?? Number.MAX_SAFE_INTEGER;
  const rank = (row: NodeRow) => (row.member?.role === "primary" ? 0 : 1);
  return shard(a) - shard(b) || rank(a) - rank(b) || a.address.localeCompare(b.address, "en", { numeric: true });
}

export function inTrouble({ member, managed }: NodeRow): boolean {
  if (!member) return managed?.process.state === "foreign";
  return (
    member.answer.kind === "silent" ||
    member.health !== "ok" ||
    member.noAddress ||
    member.view?.agrees === false ||
    member.stats?.replLinkUp === false
  );
}

export function passes(row: NodeRow, filter: NodeFilter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "trouble":
      return inTrouble(row);
    case "waiting":
      return row.member === undefined;
    default:
      return row.member?.role === filter;
  }
}

export function fits(row: NodeRow, typed: string): boolean {
  const text = typed.trim().toLowerCase();
  if (text === "") return true;
  const { member, managed, shard } = row;
  const words = [row.address, member?.id, member?.hostname, managed?.name, shard && `shard ${shard.index}`];
  return [...words, ...Object.values(member?.labels ?? {})].some((word) => word?.toLowerCase().includes(text));
}
