import { formatEndpoint, type NodeId } from "@/lib/cluster/node";
import { countSlots } from "@/lib/cluster/slots";
import type { Shard, Topology, TopologyNode } from "@/lib/cluster/topology";
import type { ManagedNode } from "@/lib/wire/runtime";
import type { WishDraft } from "@/lib/wire/wizard-link";

/**
 * What can be done about slots that nobody serves, the way that loses least first. Nothing here acts: each way opens
 * the node or the wizard at its plan. While the cluster may still be electing by itself the answer is to wait.
 */
export type Way =
  | { readonly kind: "start"; readonly node: TopologyNode; readonly managedId: string }
  | {
      readonly kind: "failover";
      readonly node: TopologyNode;
      readonly draft: WishDraft;
      /** As last read before its primary fell silent; undefined when it was never read. */
      readonly lagBytes: number | undefined;
    };

export type LostShard = {
  readonly index: number;
  readonly slots: number;
  readonly primary: TopologyNode | undefined;
  readonly address: string;
  readonly sinceMs: number | undefined;
  readonly replicas: number;
  readonly heirs: readonly TopologyNode[];
  readonly ways: readonly Way[];
  /** Until then the replicas may still take over by themselves. */
  readonly waitUntilMs: number | undefined;
};

export type Trouble = {
  readonly slots: number;
  readonly unowned: number;
  readonly sinceMs: number | undefined;
  readonly shards: readonly LostShard[];
};

/** PFAIL takes one node timeout, agreement and an election about as long again; then nothing more comes by itself. */
const ELECTION_TIMEOUTS = 2;
const ELECTION_EXTRA_MS = 2000;

export function troubleOf(topology: Topology, managed: readonly ManagedNode[], nowMs: number): Trouble | undefined {
  const nodes = new Map(topology.nodes.map((node) => [node.id, node]));
  const shards = topology.shards
    .filter((shard) => shard.slots > 0 && !answers(nodes.get(shard.primaryId)))
    .map((shard) => lostShard({ shard, nodes, topology, managed, nowMs }));
  const unowned = countSlots(topology.uncovered);
  const slots = unowned + countSlots(topology.unserved);
  if (slots === 0 && shards.length === 0) return undefined;
  const times = shards.map((shard) => shard.sinceMs).filter((ms) => ms !== undefined);
  return { slots, unowned, shards, sinceMs: times.length > 0 ? Math.min(...times) : undefined };
}

const answers = (node: TopologyNode | undefined): boolean => node?.answer.kind === "answered" && node.health !== "fail";

type LostInput = {
  readonly shard: Shard;
  readonly nodes: ReadonlyMap<NodeId, TopologyNode>;
  readonly topology: Topology;
  readonly managed: readonly ManagedNode[];
  readonly nowMs: number;
};

function lostShard({ shard, nodes, topology, managed, nowMs }: LostInput): LostShard {
  const primary = nodes.get(shard.primaryId);
  const heirs = shard.replicaIds
    .map((id) => nodes.get(id))
    .filter((node) => node !== undefined)
    .filter(answers)
    .sort((a, b) => (a.stats?.lagBytes ?? Number.MAX_VALUE) - (b.stats?.lagBytes ?? Number.MAX_VALUE));
  const sinceMs = primary?.answer.kind === "silent" ? primary.answer.sinceMs : undefined;
  const elected = (sinceMs ?? 0) + topology.nodeTimeoutMs * ELECTION_TIMEOUTS + ELECTION_EXTRA_MS;
  const process = managed.find((node) => node.nodeId === shard.primaryId);
  return {
    index: shard.index,
    slots: shard.slots,
    primary,
    address: primary ? formatEndpoint(primary.endpoint) : shard.primaryId.slice(0, 8),
    sinceMs,
    replicas: shard.replicaIds.length,
    heirs,
    waitUntilMs: sinceMs !== undefined && heirs.length > 0 && nowMs < elected ? elected : undefined,
    ways: [
      ...(primary && process?.process.state === "stopped"
        ? [{ kind: "start" as const, node: primary, managedId: process.id }]
        : []),
      ...heirs.slice(0, 2).map((node) => ({
        kind: "failover" as const,
        node,
        lagBytes: node.stats?.lagBytes,
        draft: { verb: "failover" as const, replicaId: node.id, mode: "force" },
      })),
    ],
  };
}
