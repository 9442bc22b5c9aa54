import type { NodeId } from "@/lib/cluster/node";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";
import { guardsOf, isUp, nodeName, owners, primaries } from "./members";
import { type Placed, sharedFate } from "./spread";
import { wrong } from "./wrong";

/**
 * Whom a replica should follow: the primary with the fewest replicas; among equals the one whose shard it shares the
 * least with (host, rack, zone); among those the first by slots.
 * Primaries without slots count only where no other is left.
 */
export function neediest(topology: Topology, replica: Placed, options: HomeOptions = {}): TopologyNode | undefined {
  const stays = (node: TopologyNode) => isUp(node) && !options.leaving?.includes(node.id);
  const owning = owners(topology).filter(stays);
  const homes = owning.length > 0 ? owning : primaries(topology).filter(stays);
  const ranked = homes.map((home) => {
    const copies = [
      ...guardsOf(topology, home.id).filter((r) => !options.leaving?.includes(r.id)),
      ...settledAt(home.id, options),
    ];
    const shared = sharedFate(replica, home) * 10 + copies.reduce((sum, copy) => sum + sharedFate(replica, copy), 0);
    return { home, copies: copies.length, shared };
  });
  ranked.sort((a, b) => a.copies - b.copies || a.shared - b.shared);
  return ranked[0]?.home;
}

export type HomeOptions = {
  /** Members that will not be there any more. */
  readonly leaving?: readonly NodeId[];
  /** Replicas that this plan has sent somewhere already. */
  readonly settled?: readonly { readonly replica: Placed; readonly primaryId: NodeId }[];
};

const settledAt = (id: NodeId, { settled = [] }: HomeOptions): readonly Placed[] =>
  settled.filter(({ primaryId }) => primaryId === id).map(({ replica }) => replica);

/** A new primary for each orphan that answers, one after the other. */
export function rehome(
  topology: Topology,
  orphans: readonly TopologyNode[],
  leaving: readonly NodeId[],
): readonly { readonly nodeId: NodeId; readonly primaryId: NodeId }[] {
  const settled: { readonly replica: TopologyNode; readonly primaryId: NodeId }[] = [];
  const moving = [...leaving, ...orphans.map((orphan) => orphan.id)];
  for (const orphan of orphans.filter(isUp)) {
    const home = neediest(topology, orphan, { leaving: moving, settled });
    if (!home) throw wrong("planNoHome", { node: nodeName(orphan) });
    settled.push({ replica: orphan, primaryId: home.id });
  }
  return settled.map(({ replica, primaryId }) => ({ nodeId: replica.id, primaryId }));
}
