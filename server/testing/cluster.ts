import { SLOT_COUNT, type SlotRange } from "@/lib/cluster/slots";
import { startNode, type TestNode, type TestNodeOptions } from "./node";
import { until } from "./until";

export type TestCluster = {
  /** Primaries first; then replicas: the k-th follows primary k modulo their number. */
  readonly nodes: readonly TestNode[];
  readonly primaries: readonly TestNode[];
  readonly replicas: readonly TestNode[];
  /** What primary k owns at the start. */
  readonly ranges: readonly SlotRange[];
  close(): Promise<void>;
};

export type TestClusterOptions = Omit<TestNodeOptions, "port" | "cluster"> & {
  readonly basePort: number;
  readonly primaries: number;
  /** In all, not each. */
  readonly replicas: number;
  /** Lines of redis.conf that differ from node to node. */
  readonly configOf?: ((port: number) => readonly string[]) | undefined;
  /** Where nodes run on servers of several kinds: the path of each one's. */
  readonly engineOf?: ((port: number) => string | undefined) | undefined;
};

/** A cluster of real servers on ports from basePort, made by plain commands; all views agree when it resolves. */
export async function startCluster(options: TestClusterOptions): Promise<TestCluster> {
  const { basePort, primaries: primaryCount, replicas: replicaCount, configOf, engineOf, ...rest } = options;
  const config = (port: number) => [...(rest.config ?? []), ...(configOf?.(port) ?? [])];
  const started = await Promise.allSettled(
    Array.from({ length: primaryCount + replicaCount }, (_, i) =>
      startNode({
        ...rest,
        port: basePort + i,
        config: config(basePort + i),
        engine: engineOf?.(basePort + i) ?? rest.engine,
      }),
    ),
  );
  const nodes = started.flatMap((s) => (s.status === "fulfilled" ? [s.value] : []));
  const close = async () => void (await Promise.all(nodes.map((node) => node.close())));
  try {
    const failed = started.find((s) => s.status === "rejected");
    if (failed) throw failed.reason;
    const primaries = nodes.slice(0, primaryCount);
    const replicas = nodes.slice(primaryCount);
    const ranges = cutRanges(primaryCount);
    await Promise.all(nodes.map((node, i) => node.call("CLUSTER", "SET-CONFIG-EPOCH", i + 1)));
    await Promise.all(primaries.map((node, i) => node.call("CLUSTER", "ADDSLOTS", ...slotsOf(ranges[i]))));
    await meetAll(nodes);
    await Promise.all(replicas.map((node, i) => follow(node, primaries[i % primaryCount] as TestNode)));
    await until("all views to agree", 20_000, () => isReady(nodes, replicaCount));
    return { nodes, primaries, replicas, ranges, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** As redis-cli --cluster create cuts them. */
export function cutRanges(parts: number): SlotRange[] {
  const step = SLOT_COUNT / parts;
  return Array.from({ length: parts }, (_, i) => {
    const last = i === parts - 1 ? SLOT_COUNT - 1 : Math.round((i + 1) * step - 1);
    return [i === 0 ? 0 : Math.round(i * step - 1) + 1, last] as const;
  });
}

function slotsOf(range: SlotRange | undefined): number[] {
  if (!range) return [];
  return Array.from({ length: range[1] - range[0] + 1 }, (_, i) => range[0] + i);
}

/** Each pair is introduced, so that nobody waits for gossip rounds. */
async function meetAll(nodes: readonly TestNode[]): Promise<void> {
  for (const [i, node] of nodes.entries())
    await Promise.all(
      nodes.slice(i + 1).map((peer) => node.call("CLUSTER", "MEET", peer.endpoint.host, peer.port, peer.port + 10_000)),
    );
  await until("all nodes to know each other", 20_000, async () => {
    const texts = await Promise.all(nodes.map((node) => node.call("CLUSTER", "NODES")));
    return texts.every(
      (text) => String(text).trim().split("\n").length === nodes.length && !/handshake/.test(String(text)),
    );
  });
}

async function follow(replica: TestNode, primary: TestNode): Promise<void> {
  await replica.call("CLUSTER", "REPLICATE", primary.id);
  await until(`${replica.port} to be in sync with ${primary.port}`, 20_000, async () =>
    /master_link_status:up/.test(String(await replica.call("INFO", "replication"))),
  );
}

async function isReady(nodes: readonly TestNode[], replicas: number): Promise<boolean> {
  for (const node of nodes) {
    if (!/cluster_state:ok/.test(String(await node.call("CLUSTER", "INFO")))) return false;
    const lines = String(await node.call("CLUSTER", "NODES"))
      .trim()
      .split("\n");
    if (lines.length !== nodes.length || lines.some((line) => !/ connected/.test(line))) return false;
    if (lines.filter((line) => /\bslave\b/.test(line)).length !== replicas) return false;
  }
  return true;
}
