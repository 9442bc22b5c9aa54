import type { NodeLabels } from "@/lib/cluster/node";
import { formatEndpoint } from "@/lib/cluster/node";
import type { Shard, Topology, TopologyNode } from "@/lib/cluster/topology";
import type { TopologyLayoutInput, TopologyLayoutRow } from "./topology";

export const groupings = ["host", "rack", "zone"] as const;
export type Grouping = (typeof groupings)[number];

/** Nodes without the label share the group "" (drawn as "no rack"); a host is known from the address. */
export function groupOf(node: TopologyNode, grouping: Grouping): string {
  const labels: NodeLabels = node.labels;
  return labels[grouping] ?? (grouping === "host" ? node.endpoint.host || node.dial.host : "");
}

export const rowKey = (index: number): string => `shard-${index}`;
export const UNPLACED = "unplaced";

export type RowTrouble = "none" | "warn" | "bad";
export type TopologyRow = TopologyLayoutRow & {
  readonly shard: Shard | undefined;
  readonly nodes: readonly TopologyNode[];
  readonly trouble: RowTrouble;
};

/** One row a shard; nodes in no shard (just met, or of a primary that nobody knows) share the last row. */
export function rowsOf(topology: Topology): readonly TopologyRow[] {
  const byId = new Map(topology.nodes.map((node) => [node.id, node]));
  const placed = new Set<string>();
  const rows = topology.shards.map((shard): TopologyRow => {
    const ids = [shard.primaryId, ...shard.replicaIds, ...(shard.formerIds ?? [])];
    const nodes = ids.flatMap((id) => byId.get(id) ?? []);
    for (const id of ids) placed.add(id);
    return {
      key: rowKey(shard.index),
      primaryId: shard.primaryId,
      nodeIds: ids,
      shard,
      nodes,
      trouble: troubleOf(shard, byId),
    };
  });
  const rest = topology.nodes.filter((node) => !placed.has(node.id));
  if (rest.length === 0) return rows;
  return [
    ...rows,
    {
      key: UNPLACED,
      primaryId: undefined,
      nodeIds: rest.map((node) => node.id),
      shard: undefined,
      nodes: rest,
      trouble: "none",
    },
  ];
}

export const isDown = (node: TopologyNode): boolean => node.answer.kind === "silent" || node.health === "fail";

function troubleOf(shard: Shard, byId: ReadonlyMap<string, TopologyNode>): RowTrouble {
  const primary = byId.get(shard.primaryId);
  if (!primary || isDown(primary)) return "bad";
  const others = [...shard.replicaIds, ...(shard.formerIds ?? [])].flatMap((id) => byId.get(id) ?? []);
  if (primary.health === "pfail" || others.some(isDown)) return "warn";
  return "none";
}

export function layoutInputOf(
  topology: Topology,
  rows: readonly TopologyRow[],
  { grouping, width }: { readonly grouping: Grouping; readonly width: number },
): TopologyLayoutInput {
  return {
    width,
    rows,
    nodes: topology.nodes.map((node) => ({
      id: node.id,
      label: formatEndpoint(node.endpoint),
      group: groupOf(node, grouping),
    })),
  };
}
