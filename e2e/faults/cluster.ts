import { parseClusterNodes } from "@/lib/cluster/parse";
import { formatRanges, hasSlot, type SlotRange, type SlotRanges } from "@/lib/cluster/slots";
import { share } from "../bench/nodes";
import { type Door, Gate, openDoor } from "./door";
import { type FaultNode, type NodeOptions, startNode } from "./nodes";
import { until } from "./until";

export type FaultCluster = {
  readonly nodes: readonly FaultNode[];
  readonly primaries: readonly FaultNode[];
  readonly replicas: readonly FaultNode[];
  /** They belong to nobody at first. */
  readonly strangers: readonly FaultNode[];
  /** All others. */
  readonly members: readonly FaultNode[];
  /** What changes the cluster passes here. */
  readonly gate: Gate;
  /** Any member, as the command line is told it. */
  readonly entry: string;
  readonly node: (i: number) => FaultNode;
  close(): Promise<void>;
};

export type Shape = Omit<NodeOptions, "announced" | "clustered" | "config"> & {
  readonly owners: number;
  /** In all: the k-th follows owner k modulo their number. */
  readonly replicas?: number;
  /** Nodes that run and belong to nobody. */
  readonly strangers?: number;
  /** Clients and nodes come through doors, where what changes the cluster is counted. */
  readonly doors?: boolean;
  readonly configOf?: (i: number) => readonly string[];
  /** Of the i-th owner; else an equal share of all slots. */
  readonly rangeOf?: (i: number) => SlotRange;
};

const DOORS_ABOVE = 50;
const READY_MS = 30_000;

export async function startCluster(shape: Shape): Promise<FaultCluster> {
  const { owners, replicas = 0, strangers = 0, port, doors = false } = shape;
  const gate = new Gate();
  const ports = Array.from({ length: owners + replicas + strangers }, (_, i) => port + i);
  const announced = (one: number) => (doors ? one + DOORS_ABOVE : one);
  const opened: Door[] = [];
  const nodes: FaultNode[] = [];
  const close = async () => {
    await Promise.all(nodes.map((node) => node.close()));
    await Promise.all(opened.map((door) => door.close()));
  };
  try {
    for (const one of doors ? ports : []) opened.push(await openDoor(announced(one), one, gate));
    const starting = await Promise.allSettled(
      ports.map((one, i) =>
        startNode({ ...shape, port: one, announced: announced(one), config: shape.configOf?.(i) ?? [] }),
      ),
    );
    for (const one of starting) if (one.status === "fulfilled") nodes.push(one.value);
    for (const one of starting) if (one.status === "rejected") throw one.reason;
    const range = shape.rangeOf ?? ((i: number) => share(i, owners));
    if (owners > 0) await join(nodes.slice(0, owners), nodes.slice(owners, owners + replicas), range);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    nodes,
    primaries: nodes.slice(0, owners),
    replicas: nodes.slice(owners, owners + replicas),
    strangers: nodes.slice(owners + replicas),
    members: nodes.slice(0, owners + replicas),
    gate,
    entry: `127.0.0.1:${announced(port)}`,
    node: (i) => {
      const found = nodes[i];
      if (!found) throw new Error(`there is no node ${i}`);
      return found;
    },
    close,
  };
}

/** By plain commands, past the doors. */
async function join(
  owners: readonly FaultNode[],
  replicas: readonly FaultNode[],
  rangeOf: (i: number) => SlotRange,
): Promise<void> {
  const all = [...owners, ...replicas];
  await Promise.all(all.map(({ redis }, i) => redis.call("CLUSTER", "SET-CONFIG-EPOCH", i + 1)));
  await Promise.all(owners.map(({ redis }, i) => redis.call("CLUSTER", "ADDSLOTSRANGE", ...rangeOf(i))));
  for (const { redis } of all)
    for (const { port, announced } of all) await redis.call("CLUSTER", "MEET", "127.0.0.1", announced, port + 10_000);
  await until("all nodes to know each other", READY_MS, async () =>
    (await viewsOf(all)).every((view) => view.length === all.length && view.every((node) => !node.handshake)),
  );
  for (const [i, { redis }] of replicas.entries())
    await redis.call("CLUSTER", "REPLICATE", owners[i % owners.length]?.id ?? "");
  await untilWell(all, replicas.length);
}

export const viewsOf = (nodes: readonly FaultNode[]) =>
  Promise.all(nodes.map(async ({ redis }) => parseClusterNodes(String(await redis.cluster("NODES")))));

/** All views agree, every slot is served, as many replicas follow as there should be, and each is in sync with its primary. */
export async function untilWell(nodes: readonly FaultNode[], replicas: number, deadlineMs = READY_MS): Promise<void> {
  await until("the cluster to be well", deadlineMs, async () => {
    const views = await viewsOf(nodes);
    const infos = await Promise.all(nodes.map(({ redis }) => redis.cluster("INFO")));
    const links = await Promise.all(nodes.map(({ redis }) => redis.info("replication")));
    return (
      new Set(views.map(ownersText)).size === 1 &&
      infos.every((text) => String(text).includes("cluster_state:ok")) &&
      views.every((view) => view.filter(({ role }) => role === "replica").length === replicas) &&
      views.every((view) => view.every((node) => (node.linkUp || node.isMyself) && node.health === "ok")) &&
      links.every((text) => !text.includes("role:slave") || text.includes("master_link_status:up")) &&
      links.reduce((sum, text) => sum + (text.match(/^slave\d+:.*state=online/gm)?.length ?? 0), 0) >= replicas
    );
  });
}

/**
 * Each owner has a replica that is in sync. A killed primary follows whoever took its last slot: the wrong one, now and
 * then, and its own shard is bare until a replica of the other moves over, which it does after five seconds.
 */
export async function untilGuarded(nodes: readonly FaultNode[], deadlineMs = READY_MS): Promise<void> {
  await until("every owner to have a replica in sync", deadlineMs, async () => {
    const { owners } = await settle(nodes);
    const owning = [...owners].flatMap(([node, ranges]) => (ranges.length > 0 ? [node] : []));
    const links = await Promise.all(owning.map(({ redis }) => redis.info("replication")));
    return links.every((text) => ONLINE.test(text));
  });
}
const ONLINE = /^slave\d+:.*state=online/m;

/** Its slots are its replica's now. */
export async function untilReplaced({ nodes }: Pick<FaultCluster, "nodes">, victim: FaultNode): Promise<void> {
  await until(`the replica of ${victim.port} to take its place`, READY_MS, async () => {
    const [view] = await viewsOf(nodes.filter((node) => node !== victim).slice(0, 1));
    return view?.find((node) => node.id === victim.id)?.ranges.length === 0;
  });
}

const ownersText = (view: ReturnType<typeof parseClusterNodes>): string =>
  view
    .filter((node) => node.ranges.length > 0)
    .map((node) => `${node.id} ${formatRanges(node.ranges)}`)
    .sort()
    .join("\n");

export type Owners = ReadonlyMap<FaultNode, SlotRanges>;
export type Settled = { readonly owners: Owners; readonly open: number; readonly agree: boolean };

/** Who owns what when all members' views agree and nothing is open; what is still open or divided at the deadline is counted. */
export async function settle(nodes: readonly FaultNode[], deadlineMs = 15_000): Promise<Settled> {
  let last: Settled = { owners: new Map(), open: 0, agree: false };
  const look = async () => {
    const views = await viewsOf(nodes);
    const own = views.map((view) => view.find((node) => node.isMyself));
    const open = own.reduce((sum, node) => sum + (node?.migrating.length ?? 0) + (node?.importing.length ?? 0), 0);
    const owners = new Map(nodes.map((node, i) => [node, own[i]?.role === "primary" ? own[i].ranges : []]));
    const members = views.filter((view) => view.length > 1);
    last = { owners, open, agree: new Set(members.map(ownersText)).size === 1 };
    return last.agree && open === 0 ? last : undefined;
  };
  return until("all views to agree with no slot open", deadlineMs, look).catch(() => last);
}

export function ownerOf(owners: Owners, slot: number): FaultNode | undefined {
  return [...owners].find(([, ranges]) => hasSlot(ranges, slot))?.[0];
}

export const sliceOf = (i: number, of: number): SlotRange => share(i, of);
