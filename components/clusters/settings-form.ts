import { formatEndpoint, type NodeLabels } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import type { Connection } from "@/lib/wire/clusters";

/** What a person types to say how a known cluster is reached and grouped, and what it is made from. */
export const labelNames = ["host", "rack", "zone"] as const;
export type LabelName = (typeof labelNames)[number];
export type LabelRow = {
  readonly id: string;
  readonly address: string;
  readonly labels: Readonly<Record<LabelName, string>>;
};

type Labels = Connection["labels"];

/** One row a member, shard by shard, primaries first. Labels may be kept by node id or by address. */
export function labelRows(topology: Topology, labels: Labels): readonly LabelRow[] {
  const order = new Map(
    topology.shards.flatMap((shard) => [shard.primaryId, ...shard.replicaIds]).map((id, i) => [id, i]),
  );
  const last = order.size;
  return [...topology.nodes]
    .sort((a, b) => (order.get(a.id) ?? last) - (order.get(b.id) ?? last))
    .map((node) => {
      const address = formatEndpoint(node.endpoint);
      const { host = "", rack = "", zone = "" } = labels[node.id] ?? labels[address] ?? {};
      return { id: node.id, address, labels: { host, rack, zone } };
    });
}

/** By node id from now on; what is kept for nodes that are no members now stays. */
export function labelsOf(rows: readonly LabelRow[], before: Labels): Labels {
  const members = new Set(rows.flatMap((row) => [row.id, row.address]));
  const others = Object.entries(before).filter(([key]) => !members.has(key));
  const own = rows.flatMap(({ id, labels }) => {
    const given = Object.entries(labels).flatMap(([name, text]) => (text.trim() === "" ? [] : [[name, text.trim()]]));
    return given.length === 0 ? [] : [[id, Object.fromEntries(given) as NodeLabels] as const];
  });
  return Object.fromEntries([...others, ...own]);
}

export const seedsText = ({ seeds }: Pick<Connection, "seeds">): string => seeds.map(formatEndpoint).join("\n");

export const mapText = ({ addressMap }: Pick<Connection, "addressMap">): string =>
  addressMap.map(({ announced, dial }) => `${formatEndpoint(announced)} ${formatEndpoint(dial)}`).join("\n");
