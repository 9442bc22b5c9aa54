import { z } from "zod";
import type { Of } from "@/lib/of";
import { lastingDifferences } from "./digest";
import { type NodeId, nodeIdSchema } from "./node";
import { shardOwners } from "./owners";
import { eachSlot, intersectRanges, rangesOf, SLOT_COUNT, type Slot, slotRangeSchema, subtractRanges } from "./slots";
import type { OpenSlot, Topology, TopologyNode } from "./topology";

/**
 * What can be wrong with the ownership of a slot, told from three things: what every node says of itself on its own
 * line, what the others believe, and (where it was counted) who holds keys. Whoever mends asks this function too, so
 * that a finding and its repair cannot mean different slots.
 *
 * | kind | what stands on the cluster | owner | other | nodes |
 * |---|---|---|---|---|
 * | half-moved | MIGRATING at the owner, IMPORTING at the other | owner | target | both |
 * | flag-alone | a flag on one side only | owner | the other side | who carries it |
 * | flag-astray | the owner's flag names nobody who could be asked | owner | – | who carries it |
 * | flag-on-replica | a replica carries a flag | its primary | – | the replica |
 * | several | more than one node says that it owns them | the highest epoch | – | all claimants |
 * | nobody | no node says so, and none is believed to | – | whoever imports them | who carries flags |
 * | owner-gone | the others name an owner that does not answer | that one | – | – |
 * | strayed | a primary that does not own them holds keys, without a flag | owner | the holder | – |
 * | told-otherwise | a primary names another owner, for longer than gossip takes | owner | – | who believes it |
 */
export const troubleKinds = [
  "half-moved",
  "flag-alone",
  "flag-astray",
  "flag-on-replica",
  "several",
  "nobody",
  "owner-gone",
  "strayed",
  "told-otherwise",
] as const;
export type TroubleKind = (typeof troubleKinds)[number];

export const troubleSchema = z.object({
  kind: z.enum(troubleKinds),
  ranges: z.array(slotRangeSchema),
  owner: nodeIdSchema.optional(),
  other: nodeIdSchema.optional(),
  nodes: z.array(nodeIdSchema),
  /** Keys of these slots by primary, most first. A primary that was not asked is not in it; none at all: nobody was. */
  keys: z.array(z.object({ nodeId: nodeIdSchema, keys: z.number() })),
});
export type Trouble = Of<typeof troubleSchema>;

/** By node id: keys in each slot (index = slot), −1 where it was not asked. */
export type OwnerScan = Readonly<Record<string, readonly number[] | undefined>>;

type Aspect = Omit<Trouble, "ranges" | "keys"> & { readonly slot: Slot };

export function diagnose(topology: Topology, scan: OwnerScan = {}): readonly Trouble[] {
  const world = worldOf(topology, scan);
  const aspects = [...suspects(world)].sort((a, b) => a - b).flatMap((slot) => aspectsOf(slot, world));
  const found = grouped(aspects, world);
  return [...found, ...toldOtherwise(world, found)];
}

type World = {
  readonly topology: Topology;
  readonly scan: OwnerScan;
  readonly byId: ReadonlyMap<NodeId, TopologyNode>;
  readonly primaries: readonly TopologyNode[];
  /** Answering primaries that claim the slot on their own line. */
  readonly claims: readonly (readonly NodeId[])[];
  /** The owner of the merged picture, whether it answers or not. */
  readonly believed: readonly (NodeId | undefined)[];
  readonly open: ReadonlyMap<Slot, OpenSlot>;
};

const answers = (node: TopologyNode | undefined): boolean => node?.answer.kind === "answered";

function worldOf(topology: Topology, scan: OwnerScan): World {
  const primaries = topology.nodes.filter((node) => node.role === "primary" && !node.handshake && answers(node));
  const claims: NodeId[][] = Array.from({ length: SLOT_COUNT }, () => []);
  for (const node of primaries) for (const slot of eachSlot(node.ranges)) claims[slot]?.push(node.id);
  return {
    topology,
    scan,
    primaries,
    claims,
    believed: shardOwners(topology.shards),
    byId: new Map(topology.nodes.map((node) => [node.id, node])),
    open: new Map(topology.openSlots.map((open) => [open.slot, open])),
  };
}

function suspects({ topology, primaries, claims, believed, open, scan }: World): ReadonlySet<Slot> {
  const out = new Set<Slot>([...open.keys(), ...eachSlot(topology.uncovered)]);
  for (let slot = 0; slot < SLOT_COUNT; slot++) {
    const claimed = claims[slot] ?? [];
    if (claimed.length !== 1 || claimed[0] !== believed[slot]) out.add(slot);
    for (const { id } of primaries) if ((scan[id]?.[slot] ?? 0) > 0 && !claimed.includes(id)) out.add(slot);
  }
  return out;
}

const keysOf = ({ scan }: World, id: NodeId, slot: Slot): number => Math.max(0, scan[id]?.[slot] ?? 0);

function aspectsOf(slot: Slot, world: World): readonly Aspect[] {
  const { claims, believed, byId, open } = world;
  const claimed = claims[slot] ?? [];
  const flags = open.get(slot);
  const flagged = [...new Set([...(flags?.migratingOn ?? []), ...(flags?.importingOn ?? [])])];
  const onReplicas = flagged
    .filter((id) => byId.get(id)?.role === "replica")
    .map((id): Aspect => ({ slot, kind: "flag-on-replica", owner: byId.get(id)?.primaryId, nodes: [id] }));
  const held = believed[slot];
  const [owner] = claimed;
  if (owner === undefined) {
    const importing = flags?.importingOn.find((id) => byId.get(id)?.role === "primary" && answers(byId.get(id)));
    const nodes = flagged.filter((id) => byId.get(id)?.role !== "replica");
    const lost: Aspect =
      held === undefined
        ? { slot, kind: "nobody", other: importing, nodes }
        : { slot, kind: "owner-gone", owner: held, nodes };
    return [lost, ...onReplicas];
  }
  if (claimed.length > 1 || owner !== held)
    return [{ slot, kind: "several", owner: held ?? owner, nodes: [...claimed].sort() }, ...onReplicas];
  return [...openAspects(slot, owner, world), ...onReplicas];
}

/** One owner that answers: whose flags, and whose keys, are not its own? */
function openAspects(slot: Slot, owner: NodeId, world: World): readonly Aspect[] {
  const { byId, open, primaries } = world;
  const flags = open.get(slot);
  const isSide = (id: NodeId) => id !== owner && byId.get(id)?.role !== "replica";
  const migrates = flags?.migratingOn.includes(owner) ?? false;
  const target = migrates ? primaryOf(flags?.target, world) : undefined;
  const importing = flags?.importingOn.filter(isSide) ?? [];
  const out: Aspect[] = importing.map((other) =>
    migrates && other === target
      ? { slot, kind: "half-moved", owner, other, nodes: [owner, other] }
      : { slot, kind: "flag-alone", owner, other, nodes: [other] },
  );
  const stale = flags?.migratingOn.filter((id) => isSide(id) && !importing.includes(id)) ?? [];
  out.push(...stale.map((other): Aspect => ({ slot, kind: "flag-alone", owner, other, nodes: [other] })));
  if (migrates && (target === undefined || !importing.includes(target)))
    out.push(
      target === undefined || target === owner
        ? { slot, kind: "flag-astray", owner, nodes: [owner] }
        : { slot, kind: "flag-alone", owner, other: target, nodes: [owner] },
    );
  const known = new Set([owner, ...out.flatMap((one) => (one.other ? [one.other] : []))]);
  for (const { id } of primaries)
    if (!known.has(id) && keysOf(world, id, slot) > 0) out.push({ slot, kind: "strayed", owner, other: id, nodes: [] });
  return out;
}

/** Whoever is primary now where `id` was: after a failover a flag still names the old one. Undefined: nobody to ask. */
function primaryOf(id: NodeId | undefined, { byId, topology }: World): NodeId | undefined {
  const node = id === undefined ? undefined : byId.get(id);
  if (id === undefined || (node?.role === "primary" && answers(node))) return id;
  const shard = topology.shards.find((one) => [...one.replicaIds, ...(one.formerIds ?? [])].includes(id));
  if (shard && answers(byId.get(shard.primaryId))) return shard.primaryId;
  return node && !node.noAddress ? id : undefined;
}

/** Slots in the same state between the same nodes are one trouble. Whether the other side holds keys decides the way. */
function grouped(aspects: readonly Aspect[], world: World): readonly Trouble[] {
  const groups = new Map<string, { readonly aspect: Aspect; readonly slots: Slot[] }>();
  for (const aspect of aspects) {
    const { kind, owner = "", other = "", nodes, slot } = aspect;
    const holders = world.primaries.filter(({ id }) => id !== owner && keysOf(world, id, slot) > 0).map(({ id }) => id);
    const key = [kind, owner, other, ...nodes, "|", ...holders].join(" ");
    const group = groups.get(key);
    if (group) group.slots.push(slot);
    else groups.set(key, { aspect, slots: [slot] });
  }
  return [...groups.values()].map(({ aspect: { slot: _slot, ...aspect }, slots }) => ({
    ...aspect,
    ranges: rangesOf(slots),
    keys: sumKeys(slots, world),
  }));
}

function sumKeys(slots: readonly Slot[], { primaries, scan }: World): Trouble["keys"] {
  return primaries
    .flatMap(({ id: nodeId }) => {
      const counts = scan[nodeId];
      if (!counts || slots.some((slot) => (counts[slot] ?? -1) < 0)) return [];
      return [{ nodeId, keys: slots.reduce((sum, slot) => sum + (counts[slot] ?? 0), 0) }];
    })
    .sort((a, b) => b.keys - a.keys || (a.nodeId < b.nodeId ? -1 : 1));
}

/** What stays apart for reasons that are told already is not told twice. Replicas cannot be told: gossip must. */
function toldOtherwise({ topology, primaries, claims }: World, found: readonly Trouble[]): readonly Trouble[] {
  const known = found.flatMap((trouble) => trouble.ranges);
  return primaries.flatMap((node) => {
    const apart = lastingDifferences(node.view, topology.atMs).filter((one) => one.about === "owner");
    return primaries.flatMap((owner): Trouble[] => {
      const about = apart.filter((one) => one.nodeId === owner.id).flatMap((one) => one.ranges);
      const mine = intersectRanges(subtractRanges(about, known), owner.ranges);
      const ranges = rangesOf([...eachSlot(mine)].filter((slot) => claims[slot]?.length === 1));
      if (ranges.length === 0 || owner.id === node.id) return [];
      return [{ kind: "told-otherwise", ranges, owner: owner.id, nodes: [node.id], keys: [] }];
    });
  });
}

/** Keys that a primary counted in these slots; undefined when it was not asked. */
export const keysIn = ({ keys }: Pick<Trouble, "keys">, id: NodeId | undefined): number | undefined =>
  keys.find((one) => one.nodeId === id)?.keys;
