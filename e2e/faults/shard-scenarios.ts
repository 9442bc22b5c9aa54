import type { SlotRange } from "@/lib/cluster/slots";
import { type FaultCluster, ownerOf, settle, sliceOf, untilWell } from "./cluster";
import { halfMove } from "./half-move";
import type { FaultNode } from "./nodes";
import { addressOf, bringIn, ownersOf, partFrom, type Scenario } from "./scenario";
import { until } from "./until";

/**
 * Whole shards come and go. Three shards own four slots each and nobody owns the others, so that each call of a move
 * over all of them can be the one at which it is killed. Two strangers are the fourth shard, a primary and its replica.
 */
const SHARDS = 3;
const EACH = 4;
const ALL_KEYS = 10_000;
const JOIN_MS = 30_000;

export const fewOf = (i: number): SlotRange => {
  const [first] = sliceOf(i, SHARDS);
  return [first, first + EACH - 1];
};
const homes = Array.from({ length: SHARDS }, (_, i) => fewOf(i));
export const fewSlots: readonly SlotRange[] = homes;

const pairOf = ({ strangers: [primary, replica] }: FaultCluster): readonly [FaultNode, FaultNode] => {
  if (!primary || !replica) throw new Error("there are no two strangers");
  return [primary, replica];
};

/** A slot with all its keys, by plain commands. */
async function carry(cluster: FaultCluster, slot: number, target: FaultNode): Promise<void> {
  const owners = await ownersOf(cluster);
  const source = ownerOf(owners, slot);
  if (!source || source === target) return;
  await halfMove(source, target, [slot], ALL_KEYS);
  const others = [...owners].flatMap(([node, ranges]) => (ranges.length > 0 ? [node] : []));
  for (const { redis } of new Set([target, source, ...others]))
    await redis.call("CLUSTER", "SETSLOT", slot, "NODE", target.id).catch(isReplicaNow);
}

/** Whoever gave its last slot follows the one that took it. */
function isReplicaNow(error: unknown): void {
  if (!(error instanceof Error && /only with (masters|primaries)/.test(error.message))) throw error;
}

/** The fourth shard is there, with a slot of each of the three. */
async function bringShard(cluster: FaultCluster): Promise<void> {
  await bringIn(cluster);
  const [primary, replica] = pairOf(cluster);
  await until("the new replica to follow", JOIN_MS, async () => {
    await replica.redis.call("CLUSTER", "REPLICATE", primary.id);
    return true;
  });
  // A newcomer serves some seconds after it has joined, and takes no key before.
  await untilWell(cluster.nodes, cluster.replicas.length + 1);
  for (const [first] of homes) await carry(cluster, first, primary);
  await untilWell(cluster.nodes, cluster.replicas.length + 1);
}

async function goHome(cluster: FaultCluster): Promise<void> {
  for (const [i, [first, last]] of homes.entries())
    for (let slot = first; slot <= last; slot++) await carry(cluster, slot, cluster.node(i));
  await settle(cluster.nodes);
  await partFrom(cluster);
}

/** How many slots it owns; a node that is alone, or a replica, none. */
async function sizeOf(cluster: FaultCluster, node: FaultNode): Promise<number> {
  const ranges = (await ownersOf(cluster)).get(node) ?? [];
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

const isKnown = async ({ members }: FaultCluster, { id }: FaultNode): Promise<boolean> => {
  const views = await Promise.all(members.map(({ redis }) => redis.cluster("NODES")));
  return views.some((text) => String(text).includes(id));
};

export const shardScenarios: readonly Scenario[] = [
  {
    verb: "scale-out",
    prepare: partFrom,
    wish: async (cluster) => {
      const [primary, replica] = pairOf(cluster);
      return {
        args: [`${addressOf(primary)}+${addressOf(replica)}`],
        isDone: async () =>
          (await sizeOf(cluster, primary)) === (SHARDS * EACH) / (SHARDS + 1) &&
          String(await replica.redis.cluster("NODES")).includes(`myself,slave ${primary.id}`),
      };
    },
    restore: goHome,
  },
  {
    verb: "drain",
    prepare: bringShard,
    wish: async (cluster) => {
      const [primary] = pairOf(cluster);
      return { args: [primary.id], isDone: async () => (await sizeOf(cluster, primary)) === 0 };
    },
    restore: goHome,
  },
  {
    verb: "scale-in",
    prepare: bringShard,
    wish: async (cluster) => {
      const pair = pairOf(cluster);
      return {
        args: [pair[0].id],
        isDone: async () => !(await isKnown(cluster, pair[0])) && !(await isKnown(cluster, pair[1])),
      };
    },
    restore: goHome,
    // Both have been reset then.
    parkedAt: /("kind":"reset","state":"done".*){2}/s,
  },
];
