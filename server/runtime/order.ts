import type { Topology } from "@/lib/cluster/topology";
import type { ManagedNode } from "@/lib/wire/runtime";
import { readMyself } from "./nodes-file";

type Known = Pick<ManagedNode, "id" | "nodeId">;

/**
 * The order in which a whole cluster stops: replicas, then primaries, so that no replica finds its primary gone and
 * begins an election (row N3). Nodes that the topology does not know go first: nobody waits for them.
 */
export function safeStopOrder(nodes: readonly Known[], topology: Topology | undefined): readonly string[] {
  const roles = new Map(topology?.nodes.map((node) => [node.id, node.role]));
  const rank = ({ nodeId }: Known) => {
    const role = nodeId && roles.get(nodeId);
    return role === "primary" ? 2 : role === "replica" ? 1 : 0;
  };
  return byRank(nodes, rank);
}

/** The other way round: primaries, then replicas. */
export function safeStartOrder(nodes: readonly Known[], topology: Topology | undefined): readonly string[] {
  return [...safeStopOrder([...nodes].reverse(), topology)].reverse();
}

/** One after the other; within a wave all at once. */
export type Waves = readonly (readonly string[])[];

/** Replicas (and nodes without a role), then primaries, by the role that each node last wrote into its own nodes.conf. */
export async function savedStopWaves(nodes: readonly Pick<ManagedNode, "id" | "folder">[]): Promise<Waves> {
  const primaries: string[] = [];
  const others: string[] = [];
  for (const { id, folder } of nodes) {
    const isPrimary = (await readMyself(folder))?.role === "primary";
    (isPrimary ? primaries : others).push(id);
  }
  return [others, primaries].filter((wave) => wave.length > 0);
}

export async function savedStartWaves(nodes: readonly Pick<ManagedNode, "id" | "folder">[]): Promise<Waves> {
  return [...(await savedStopWaves(nodes))].reverse();
}

function byRank<N extends { readonly id: string }>(nodes: readonly N[], rank: (node: N) => number): readonly string[] {
  return [...nodes].sort((a, b) => rank(a) - rank(b)).map((node) => node.id);
}
