import { hasSlot } from "@/lib/cluster/slots";
import { type FaultCluster, settle, untilWell } from "./cluster";
import { halfMove, sidesOf } from "./half-move";
import { pipe, tagOf } from "./keys";
import type { FaultNode } from "./nodes";
import { until } from "./until";

/** A state that is not healthy, made as a tool or an accident leaves it. */
export type SickState = {
  readonly name: string;
  readonly make: (cluster: FaultCluster) => Promise<void>;
  /** What is said to the repair; undefined: it is none of slots, and `undo` ends it. */
  readonly cure?: readonly string[];
  readonly undo?: (cluster: FaultCluster) => Promise<void>;
  readonly only?: "valkey";
};

/** The first of these hold keys, the others none. */
export const FILLED = 60;
const EMPTY = 100;

const sides = async (cluster: FaultCluster, slot = 0) => sidesOf((await settle(cluster.nodes)).owners, slot);

/** So many of the filled slots that have one owner, and another primary: what was cured before may have divided them. */
async function some(cluster: FaultCluster, count: number): Promise<readonly [FaultNode, FaultNode, readonly number[]]> {
  const { owners } = await settle(cluster.nodes);
  const filled = Array.from({ length: FILLED }, (_, slot) => slot);
  for (const ranges of owners.values()) {
    const slots = filled.filter((slot) => hasSlot(ranges, slot)).slice(0, count);
    if (slots.length === count) return [...sidesOf(owners, slots[0]), slots];
  }
  throw new Error(`nobody owns ${count} of the filled slots`);
}

const setSlot = ({ redis }: FaultNode, slot: number, ...words: readonly string[]) =>
  redis.call("CLUSTER", "SETSLOT", slot, ...words);
const stable = (node: FaultNode, slots: readonly number[]) =>
  pipe(
    node.redis,
    slots.map((slot) => ["CLUSTER", "SETSLOT", slot, "STABLE"]),
  );

export const sickStates: readonly SickState[] = [
  {
    name: "half-moved slots",
    make: async (cluster) => halfMove(...(await some(cluster, 4)), 6),
    cure: [],
  },
  {
    name: "half-moved slots that are to go back",
    make: async (cluster) => halfMove(...(await some(cluster, 4)), 6),
    cure: ["--open", "back"],
  },
  {
    name: "slots that were opened, and no key moved",
    make: async (cluster) => halfMove(...(await some(cluster, 2)), 0),
    cure: [],
  },
  {
    name: "a mark at the source alone",
    make: async (cluster) => {
      const [source, target] = await sides(cluster, 5);
      await setSlot(source, 5, "MIGRATING", target.id);
    },
    cure: [],
  },
  {
    name: "a mark at the target alone",
    make: async (cluster) => {
      const [source, target] = await sides(cluster, 6);
      await setSlot(target, 6, "IMPORTING", source.id);
    },
    cure: [],
  },
  {
    name: "keys at the target, and a mark at the source alone",
    make: async (cluster) => {
      const [source, target] = await sides(cluster, 7);
      await halfMove(source, target, [7], 6);
      await stable(target, [7]);
    },
    cure: [],
  },
  {
    name: "keys that a cancelled move has hidden",
    make: async (cluster) => {
      const [source, target, slots] = await some(cluster, 2);
      await halfMove(source, target, slots, 6);
      await stable(source, slots);
      await stable(target, slots);
    },
    cure: [],
  },
  {
    name: "keys of a slot on a node that never owned it",
    make: async (cluster) => {
      const [source, target] = await sides(cluster, EMPTY);
      await setSlot(target, EMPTY, "IMPORTING", source.id);
      const name = `{${tagOf(EMPTY)}}:stray`;
      // In one write: a connection that asked may say one command more.
      await target.redis.pipeline([["asking"], ["set", name, "left behind"]]).exec();
      await setSlot(target, EMPTY, "STABLE");
    },
    cure: [],
    undo: async (cluster) => {
      const [owner] = await sides(cluster, EMPTY);
      await owner.redis.del(`{${tagOf(EMPTY)}}:stray`);
    },
  },
  {
    name: "slots that belong to nobody, with their keys",
    make: async ({ nodes }) => {
      for (const { redis } of nodes) await redis.call("CLUSTER", "DELSLOTS", 10, 11, 12).catch(() => {});
    },
    cure: [],
  },
  {
    name: "a move that ended at the source first",
    make: async (cluster) => {
      const [source, target] = await sides(cluster, 13);
      await halfMove(source, target, [13], 100);
      await setSlot(target, 13, "STABLE");
      await setSlot(source, 13, "NODE", target.id);
    },
    cure: [],
  },
  {
    name: "two that import the same slot",
    make: async (cluster) => {
      const [source, target] = await sides(cluster, 14);
      const owners = (await settle(cluster.nodes)).owners;
      const third = [...owners].find(([node, ranges]) => ranges.length > 0 && node !== source && node !== target)?.[0];
      await halfMove(source, target, [14], 6);
      if (third) await setSlot(third, 14, "IMPORTING", source.id);
    },
    cure: [],
  },
  {
    name: "a primary that is dead, with its replica",
    make: async (cluster) => {
      const [source] = await sides(cluster);
      const replica = await replicaOf(cluster, source);
      // What they hold comes back with them.
      await Promise.all([source, replica].map(({ redis }) => redis.save()));
      await Promise.all([source.kill(), replica.kill()]);
    },
    undo: async (cluster) => {
      for (const node of cluster.nodes) if (!(await isUp(node))) await node.start();
      await untilWell(cluster.nodes, cluster.replicas.length, 60_000);
    },
  },
  {
    name: "a primary that is frozen",
    make: async (cluster) => {
      const [source] = await sides(cluster);
      source.freeze();
    },
    undo: async (cluster) => {
      for (const node of cluster.nodes) node.thaw();
      await untilWell(cluster.nodes, cluster.replicas.length, 60_000);
    },
  },
  {
    name: "a replica that is dead",
    make: async (cluster) => {
      const replica = await aReplica(cluster);
      await replica.kill();
      await untilFailed(cluster, replica);
    },
    undo: async (cluster) => {
      for (const node of cluster.nodes) if (!(await isUp(node))) await node.start();
      await untilWell(cluster.nodes, cluster.replicas.length, 60_000);
    },
  },
  {
    name: "a mark that stayed on a replica",
    only: "valkey",
    make: async (cluster) => {
      const [source, target] = await sides(cluster, 15);
      const replica = await replicaOf(cluster, target);
      replica.freeze();
      await setSlot(target, 15, "IMPORTING", source.id).catch(() => {});
      replica.thaw();
    },
    cure: [],
  },
];

async function isUp({ redis }: FaultNode): Promise<boolean> {
  return redis.status === "ready";
}

async function aReplica(cluster: FaultCluster): Promise<FaultNode> {
  for (const node of cluster.nodes)
    if (String(await node.redis.info("replication")).includes("role:slave")) return node;
  throw new Error("there is no replica");
}

async function replicaOf(cluster: FaultCluster, primary: FaultNode): Promise<FaultNode> {
  for (const node of cluster.nodes) {
    const own = String(await node.redis.cluster("NODES"))
      .split("\n")
      .find((line) => line.includes("myself"));
    if (own?.includes("slave") && own.includes(primary.id)) return node;
  }
  throw new Error(`${primary.port} has no replica`);
}

async function untilFailed(cluster: FaultCluster, node: FaultNode): Promise<void> {
  const witness = cluster.nodes.find((one) => one !== node);
  await until(`${node.port} to be called failed`, 20_000, async () =>
    String(await witness?.redis.cluster("NODES"))
      .split("\n")
      .some((line) => line.startsWith(node.id) && /\bfail\b/.test(line)),
  );
}
