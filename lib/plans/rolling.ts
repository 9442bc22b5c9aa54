import type { NodeId } from "@/lib/cluster/node";
import type { TopologyNode } from "@/lib/cluster/topology";
import type { StepDraft } from "./draft";
import type { Facts } from "./facts";
import { guardsOf, memberOf, replicasOf } from "./members";

/**
 * The order of everything that is rolled through a cluster, whatever is changed on the way (FAULTS 66):
 *
 * 1. Shard after shard, node after node: never two at once, and each is in sync again, in every view, before the next.
 * 2. Within a shard the replicas first; then the primary hands over to the replica that lags least, and is restarted as
 *    a replica. So no node that serves slots goes away.
 * 3. A primary that has no replica in sync goes away with its slots: `down`, which preflight asks about.
 * 4. The place can be handed back, when the old primary is in sync again.
 */
export type Rolling = {
  readonly facts: Facts;
  readonly nodeIds?: readonly NodeId[] | undefined;
  readonly handBack: boolean;
};

export type Heir = { readonly primaryId: NodeId; readonly replicaId: NodeId };

export type Rolled = {
  readonly steps: readonly StepDraft[];
  readonly nodes: readonly TopologyNode[];
  /** Who hands over to whom. */
  readonly heirs: readonly Heir[];
  /** Primaries with slots that go away without a stand-in. */
  readonly bare: readonly TopologyNode[];
  /** All members of the shards that are touched. */
  readonly involved: readonly NodeId[];
};

type Restart = Extract<StepDraft, { kind: "restart-node" }>;

export function roll({ facts, nodeIds, handBack }: Rolling): Rolled {
  const { topology } = facts;
  const members = topology.nodes.filter((node) => !node.handshake);
  const chosen = nodeIds ? [...new Set(nodeIds)].map((id) => memberOf(topology, id)) : members;
  const isChosen = (node: TopologyNode) => chosen.some((one) => one.id === node.id);
  const heads = members.filter((node) => node.role === "primary").sort(bySlots);
  const heirs: Heir[] = [];
  const bare: TopologyNode[] = [];
  const nodes: TopologyNode[] = [];
  const drafts: UnphasedStep[] = [];
  const restart = (node: TopologyNode, down?: true) => {
    nodes.push(node);
    drafts.push(restartOf(facts, node, down));
  };
  for (const head of heads) {
    for (const replica of replicasOf(topology, head.id).filter(isChosen)) restart(replica);
    if (!isChosen(head)) continue;
    const heir = head.ranges.length > 0 ? heirOf(facts, head.id) : undefined;
    if (!heir) {
      if (head.ranges.length > 0) bare.push(head);
      restart(head, head.ranges.length > 0 ? true : undefined);
      continue;
    }
    heirs.push({ primaryId: head.id, replicaId: heir.id });
    drafts.push(handOver(head.id, heir.id));
    restart(head);
    if (handBack) drafts.push(handOver(heir.id, head.id));
  }
  const heads2 = new Set(nodes.map((node) => node.primaryId ?? node.id));
  return {
    steps: drafts.map((draft, phase) => ({ ...draft, phase })) as readonly StepDraft[],
    nodes,
    heirs,
    bare,
    involved: members.filter((node) => heads2.has(node.primaryId ?? node.id)).map((node) => node.id),
  };
}

type Unphased<S> = S extends unknown ? Omit<S, "phase"> : never;
type UnphasedStep = Unphased<StepDraft>;

const handOver = (primaryId: NodeId, replicaId: NodeId): UnphasedStep => ({
  kind: "failover",
  replicaId,
  primaryId,
  mode: "default",
});

function restartOf({ managed }: Facts, node: TopologyNode, down: true | undefined): Omit<Restart, "phase"> {
  const process = managed[node.id];
  return {
    kind: "restart-node",
    nodeId: node.id,
    runId: node.stats?.runId ?? "",
    ...(process?.running ? { managedId: process.managedId } : {}),
    ...(down ? { down } : {}),
  };
}

/** The replica in sync that lags least. One that was told never to take over is asked last. */
export function heirOf({ topology }: Facts, primaryId: NodeId): TopologyNode | undefined {
  const [best] = [...guardsOf(topology, primaryId)]
    .filter((node) => node.stats?.replSyncing !== true)
    .sort((a, b) => Number(a.noFailover) - Number(b.noFailover) || lagOf(a) - lagOf(b));
  return best;
}

const lagOf = ({ stats }: TopologyNode): number => stats?.lagBytes ?? Number.MAX_SAFE_INTEGER;

const bySlots = (a: TopologyNode, b: TopologyNode): number =>
  (a.ranges[0]?.[0] ?? 16384) - (b.ranges[0]?.[0] ?? 16384) || a.id.localeCompare(b.id);

/** Of those that are rolled: the primary whose place a replica has at the end. */
export function heirsAtEnd({ heirs }: Rolled, handBack: boolean): ReadonlyMap<NodeId, NodeId> {
  return new Map(handBack ? [] : heirs.map(({ primaryId, replicaId }) => [primaryId, replicaId]));
}
