import { parseClusterNodes } from "@/lib/cluster/parse";
import { type FaultCluster, type Owners, ownerOf, settle } from "./cluster";
import { halfMove, sidesOf } from "./half-move";
import type { FaultNode } from "./nodes";
import type { Shell } from "./shell";
import { until } from "./until";

/** A verb on a cluster that it can be done to again and again: there and back, or made as before. */
export type Scenario = {
  readonly verb: string;
  /** Where the address of the cluster belongs among its words; else before them. */
  readonly entry?: "last" | "none";
  /** Makes what the verb is to change. */
  readonly prepare?: (cluster: FaultCluster, shell: Shell) => Promise<void>;
  /** Its words, for the cluster as it is now; what it is asked for is what `isDone` looks for later. */
  readonly wish: (cluster: FaultCluster, shell: Shell) => Promise<Wish>;
  /** Makes it as it was. */
  readonly restore?: (cluster: FaultCluster) => Promise<void>;
  /** It waits more than a minute at its end: then it is parked there, and let go. */
  readonly parkedAt?: RegExp;
  /** Beside what changes the cluster, calls with these names count. */
  readonly counts?: RegExp;
  /** It changes nothing of the cluster: it is killed at each line that it says, too. */
  readonly isQuiet?: true;
  /** It can be given up instead of gone on with: then this is what has to be. */
  readonly isUndone?: (cluster: FaultCluster) => Promise<boolean>;
};
export type Wish = { readonly args: readonly string[]; readonly isDone: (cluster: FaultCluster) => Promise<boolean> };

export const MOVED = 2;
/** Nobody's keys are in these. */
const EMPTY = [40, 41, 42] as const;
const SHARE = 16_384 / 3;
/** Two slots more. */
const HEAVIER = 1.0005;
const MEET_MS = 20_000;

export const ownersOf = async ({ nodes }: Pick<FaultCluster, "nodes">): Promise<Owners> => (await settle(nodes)).owners;
const stranger = ({ strangers: [first] }: FaultCluster): FaultNode => {
  if (!first) throw new Error("there is no stranger");
  return first;
};
export const addressOf = ({ announced }: FaultNode) => `127.0.0.1:${announced}`;
export const view = async ({ redis }: FaultNode) => parseClusterNodes(String(await redis.cluster("NODES")));
export const line = async (node: FaultNode) => (await view(node)).find((one) => one.isMyself);

const sides = async (cluster: FaultCluster, slot: number) => sidesOf(await ownersOf(cluster), slot);

const owns = (node: FaultNode, slots: readonly number[]) => async (cluster: FaultCluster) => {
  const owners = await ownersOf(cluster);
  return slots.every((slot) => ownerOf(owners, slot) === node);
};

const some = (count: number) => Array.from({ length: count }, (_, i) => i);

const moving: readonly Scenario[] = [
  {
    verb: "reshard",
    wish: async (cluster) => {
      const [, target] = await sides(cluster, 0);
      const args = ["--cluster-to", target.id, "--ranges", `0-${MOVED - 1}`];
      return { args, isDone: owns(target, some(MOVED)) };
    },
  },
  {
    verb: "rebalance",
    wish: async (cluster) => {
      const owners = await ownersOf(cluster);
      const primaries = [...owners].filter(([, ranges]) => ranges.length > 0).map(([node]) => node);
      const sizeOf = async (node: FaultNode) => sizeIn(await ownersOf(cluster), node);
      const isEven = Math.abs((await sizeOf(primaries[0] as FaultNode)) - SHARE) < 1;
      const args = primaries.flatMap((node, i) => [
        "--cluster-weight",
        `${node.id}=${isEven && i === 0 ? HEAVIER : 1}`,
      ]);
      const wanted = isEven ? (16_384 * HEAVIER) / (HEAVIER + 2) : SHARE;
      return {
        args: [...args, "--cluster-threshold", "0"],
        isDone: async () => Math.abs((await sizeOf(primaries[0] as FaultNode)) - wanted) < 1.5,
      };
    },
  },
  {
    verb: "fix",
    prepare: async (cluster) => {
      const [source, target] = await sides(cluster, 0);
      await halfMove(source, target, some(2), 12);
    },
    wish: async () => ({ args: [], isDone: async ({ nodes }) => (await settle(nodes)).open === 0 }),
  },
];

const sizeIn = (owners: Owners, node: FaultNode) =>
  (owners.get(node) ?? []).reduce((sum, [first, last]) => sum + last - first + 1, 0);

const roles: readonly Scenario[] = [
  {
    verb: "failover",
    wish: async (cluster) => {
      const replica = await followerOf(cluster);
      return { args: [replica.id], isDone: async () => (await line(replica))?.role === "primary" };
    },
  },
  {
    verb: "replicate",
    wish: async (cluster) => {
      const replica = await followerOf(cluster);
      const followed = (await line(replica))?.primaryId;
      const owners = await ownersOf(cluster);
      const other = [...owners].find(([node, ranges]) => ranges.length > 0 && node.id !== followed)?.[0];
      return {
        args: [replica.id, other?.id ?? ""],
        isDone: async () => (await line(replica))?.primaryId === other?.id,
      };
    },
  },
];

async function followerOf(cluster: FaultCluster): Promise<FaultNode> {
  for (const node of cluster.nodes) if ((await line(node))?.role === "replica") return node;
  throw new Error("there is no replica");
}

const settings: readonly Scenario[] = [
  {
    verb: "config",
    wish: async (cluster) => {
      const [, now] = (await cluster.node(0).redis.config("GET", "hz")) as [string, string];
      const wanted = now === "20" ? "15" : "20";
      return { args: [`hz=${wanted}`], isDone: everyHas("hz", wanted) };
    },
  },
  {
    verb: "set-timeout",
    wish: async (cluster) => {
      const [, now] = (await cluster.node(0).redis.config("GET", "cluster-node-timeout")) as [string, string];
      const wanted = now === "2500" ? "2000" : "2500";
      return { args: [wanted], isDone: everyHas("cluster-node-timeout", wanted) };
    },
  },
  { verb: "call", wish: async () => ({ args: ["SLOWLOG", "RESET"], isDone: async () => true }) },
];

const everyHas = (name: string, value: string) => async (cluster: FaultCluster) => {
  const all = await Promise.all(cluster.members.map(({ redis }) => redis.config("GET", name)));
  return all.every((pair) => (pair as string[])[1] === value);
};

const joins = async (cluster: FaultCluster) => {
  const node = stranger(cluster);
  return (await Promise.all(cluster.members.map(view))).every((lines) => lines.some((one) => one.id === node.id));
};
const isGone = async (cluster: FaultCluster) => {
  const node = stranger(cluster);
  return (await Promise.all(cluster.members.map(view))).every((lines) => lines.every((one) => one.id !== node.id));
};

/** The strangers become strangers again, with other names: no ban is in their way. */
export async function partFrom({ strangers, members }: FaultCluster): Promise<void> {
  for (const node of strangers) {
    const { id } = node;
    await node.redis.call("CLUSTER", "RESET", "HARD").catch(() => {});
    for (const { redis } of members) await redis.call("CLUSTER", "FORGET", id).catch(() => {});
    node.rename(String(await node.redis.cluster("MYID")));
  }
}

export async function bringIn(cluster: FaultCluster): Promise<void> {
  await partFrom(cluster);
  const { announced, port } = cluster.node(0);
  for (const { redis } of cluster.strangers) await redis.call("CLUSTER", "MEET", "127.0.0.1", announced, port + 10_000);
  await until("the strangers to be known by all", MEET_MS, async () => {
    const lines = await Promise.all(cluster.nodes.map(view));
    const ids = cluster.strangers.map(({ id }) => id);
    return lines.every(
      (all) => ids.every((id) => all.some((one) => one.id === id)) && all.every((one) => !one.handshake),
    );
  });
}

const members: readonly Scenario[] = [
  {
    verb: "add-node",
    entry: "last",
    prepare: partFrom,
    wish: async (cluster) => ({ args: [addressOf(stranger(cluster))], isDone: joins }),
    restore: partFrom,
  },
  {
    verb: "meet",
    prepare: partFrom,
    wish: async (cluster) => ({ args: [addressOf(stranger(cluster))], isDone: joins }),
    restore: partFrom,
  },
  {
    verb: "forget",
    prepare: bringIn,
    wish: async (cluster) => ({ args: [stranger(cluster).id], isDone: isGone }),
    restore: partFrom,
  },
  {
    verb: "del-node",
    prepare: bringIn,
    wish: async (cluster) => ({ args: [stranger(cluster).id], isDone: isGone }),
    restore: partFrom,
    parkedAt: /"kind":"reset","state":"done"/,
  },
];

const byHand: readonly Scenario[] = [
  {
    verb: "del-slots",
    wish: async () => ({
      args: [EMPTY.join(",")],
      isDone: async (cluster) => (await unowned(cluster)) === EMPTY.length,
    }),
    restore: giveBack,
  },
  {
    verb: "add-slots",
    prepare: async ({ nodes }) => {
      for (const { redis } of nodes) await redis.call("CLUSTER", "DELSLOTS", ...EMPTY).catch(() => {});
    },
    wish: async (cluster) => ({
      args: [cluster.node(0).id, EMPTY.join(",")],
      isDone: async () => (await unowned(cluster)) === 0,
    }),
    restore: giveBack,
  },
  {
    verb: "set-slot-stable",
    prepare: async (cluster) => {
      const [source, target] = await sides(cluster, EMPTY[0]);
      await halfMove(source, target, EMPTY, 0);
    },
    wish: async () => ({ args: [EMPTY.join(",")], isDone: async ({ nodes }) => (await settle(nodes)).open === 0 }),
  },
];

async function unowned(cluster: FaultCluster): Promise<number> {
  const owners = await ownersOf(cluster);
  return EMPTY.filter((slot) => !ownerOf(owners, slot)).length;
}

async function giveBack(cluster: FaultCluster): Promise<void> {
  const owners = await ownersOf(cluster);
  const gone = EMPTY.filter((slot) => !ownerOf(owners, slot));
  const home = ownerOf(owners, EMPTY[0] - 1);
  if (gone.length === 0 || !home) return;
  for (const { redis } of cluster.nodes) await redis.call("CLUSTER", "DELSLOTS", ...gone).catch(() => {});
  await home.redis.call("CLUSTER", "ADDSLOTS", ...gone);
  await until("the slots to be owned again", MEET_MS, async () => (await unowned(cluster)) === 0);
}

/** On three shards that own everything, beside one stranger. */
export const scenarios: readonly Scenario[] = [...moving, ...roles, ...settings, ...byHand, ...members];
