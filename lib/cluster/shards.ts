import type { NodeId, NodeRole } from "./node";
import { countSlots, type SlotRange } from "./slots";
import type { Shard } from "./topology";

export type ShardMember = {
  readonly id: NodeId;
  readonly role: NodeRole;
  readonly primaryId?: NodeId | undefined;
  readonly handshake: boolean;
  /** Slots it owns when all claims have been weighed. */
  readonly owned: readonly SlotRange[];
  /** Silent, failed, or claiming slots that it lost: what a failover leaves behind for a while. */
  readonly left: boolean;
  readonly keys?: number | undefined;
};

/**
 * Groups nodes into shards and numbers them. A number is a shard's colour, so it must not jump:
 *
 * 1. `shardIndex` says in which shard each node was last seen, whatever its role then.
 * 2. Of the primaries that come from one shard, the one with the most slots carries the number on. So a promoted
 *    replica inherits it, and a drained primary keeps it.
 * 3. The others without slots that are dead, or believe in slots they lost, are what a failover leaves behind: they stay
 *    with that shard as `formerIds` until they come back as replicas. Any other primary is a shard of its own, with
 *    the lowest number that nobody has.
 */
export function shardsOf(members: readonly ShardMember[], shardIndex: ReadonlyMap<NodeId, number>): Shard[] {
  const present = members.filter((member) => !member.handshake);
  const primaries = present.filter((member) => member.role === "primary").sort(bySlot);
  const { carriers, formers } = carriersOf(primaries, shardIndex);

  const taken = new Set(present.flatMap((member) => shardIndex.get(member.id) ?? []));
  const indexOf = new Map([...carriers].map(([index, member]) => [member.id, index]));
  let free = 1;
  for (const member of primaries) {
    if (indexOf.has(member.id) || formers.has(member.id)) continue;
    while (taken.has(free)) free++;
    taken.add(free);
    indexOf.set(member.id, free);
  }

  const homes = homesOf(present, indexOf, formers, shardIndex);
  return primaries
    .flatMap((primary): Shard[] => {
      const index = indexOf.get(primary.id);
      if (index === undefined) return [];
      const formerIds = [...formers].flatMap(([id, at]) => (at === index ? [id] : []));
      return [
        {
          index,
          primaryId: primary.id,
          replicaIds: homes.get(index) ?? [],
          ...(formerIds.length > 0 ? { formerIds } : {}),
          ranges: primary.owned,
          slots: countSlots(primary.owned),
          ...(primary.keys === undefined ? {} : { keys: primary.keys }),
        },
      ];
    })
    .sort((a, b) => a.index - b.index);
}

/** Where each node was seen: what `shardIndex` is next time. */
export function shardIndexOf(shards: readonly Shard[]): Map<NodeId, number> {
  const out = new Map<NodeId, number>();
  for (const { index, primaryId, replicaIds, formerIds } of shards)
    for (const id of [primaryId, ...replicaIds, ...(formerIds ?? [])]) out.set(id, index);
  return out;
}

function bySlot(a: ShardMember, b: ShardMember): number {
  return (a.owned[0]?.[0] ?? Infinity) - (b.owned[0]?.[0] ?? Infinity) || (a.id < b.id ? -1 : 1);
}

function carriersOf(primaries: readonly ShardMember[], shardIndex: ReadonlyMap<NodeId, number>) {
  const carriers = new Map<number, ShardMember>();
  for (const member of primaries) {
    const index = shardIndex.get(member.id);
    if (index === undefined) continue;
    const other = carriers.get(index);
    if (!other || countSlots(member.owned) > countSlots(other.owned)) carriers.set(index, member);
  }
  const formers = new Map<NodeId, number>();
  for (const member of primaries) {
    const index = shardIndex.get(member.id);
    if (index === undefined || carriers.get(index) === member) continue;
    if (member.left && member.owned.length === 0) formers.set(member.id, index);
  }
  return { carriers, formers };
}

/** Replicas by shard number. One whose primary has lost the shard, or is unknown, stays where it was. */
function homesOf(
  members: readonly ShardMember[],
  indexOf: ReadonlyMap<NodeId, number>,
  formers: ReadonlyMap<NodeId, number>,
  shardIndex: ReadonlyMap<NodeId, number>,
): ReadonlyMap<number, NodeId[]> {
  const byId = new Map(members.map((member) => [member.id, member]));
  const homes = new Map<number, NodeId[]>();
  for (const member of members) {
    if (member.role !== "replica") continue;
    let parent = member.primaryId === undefined ? undefined : byId.get(member.primaryId);
    if (parent?.role === "replica" && parent.primaryId !== undefined) parent = byId.get(parent.primaryId);
    const index = parent ? (indexOf.get(parent.id) ?? formers.get(parent.id)) : shardIndex.get(member.id);
    if (index === undefined) continue;
    const home = homes.get(index);
    if (home) home.push(member.id);
    else homes.set(index, [member.id]);
  }
  for (const home of homes.values()) home.sort();
  return homes;
}
