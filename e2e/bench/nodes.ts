import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { SLOT_COUNT } from "@/lib/cluster/slots";
import { startableServer } from "../fixtures/real-server";

/** Fresh servers for one run of a bench: real processes on ports of their own, ended by their handle. */
export type BenchNode = { readonly port: number; readonly id: string; readonly redis: Redis };
export type BenchCluster = {
  readonly primaries: readonly BenchNode[];
  readonly replicas: readonly BenchNode[];
  close(): Promise<void>;
};

export type ClusterShape = {
  readonly basePort: number;
  /** Primaries that share all slots, in the order of their ports. */
  readonly owners: number;
  /** Primaries without a slot, behind them. */
  readonly empty?: number;
  /** Replicas of each primary. */
  readonly replicas?: number;
};

const NODE_TIMEOUT_MS = 15_000;
const DEADLINE_MS = 30_000;

export const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export async function startNodes(ports: readonly number[], { clustered }: { readonly clustered: boolean }) {
  const folder = mkdtempSync(join(tmpdir(), "shardboard-bench-"));
  const server = serverIn(folder);
  const children = ports.map((port) => {
    const conf = join(folder, `${port}.conf`);
    writeFileSync(conf, configOf(port, folder, clustered));
    const child = spawn(server, [conf], { stdio: "ignore" });
    running.add(child);
    return child;
  });
  const nodes = ports.map((port) => new Redis({ port, host: "127.0.0.1", retryStrategy: () => 20, protocol: 2 }));
  for (const redis of nodes) redis.on("error", () => {});
  await until("the nodes to answer", async () => (await Promise.all(nodes.map((redis) => redis.ping()))).length > 0);
  const close = async () => {
    for (const redis of nodes) redis.disconnect();
    await Promise.all(children.map(ended));
    rmSync(folder, { recursive: true, force: true });
  };
  return { nodes, close };
}

/** The path by which redis-server is started, in a folder that goes away. */
export function serverIn(folder: string): string {
  const server = startableServer(folder);
  if (!server) throw new Error("no redis-server: install redis-tools, or set SHARDBOARD_ENGINE");
  return server;
}

export async function startCluster({ basePort, owners, empty = 0, replicas = 0 }: ClusterShape): Promise<BenchCluster> {
  const primaryCount = owners + empty;
  const count = primaryCount * (1 + replicas);
  const ports = Array.from({ length: count }, (_, i) => basePort + i);
  const { nodes, close } = await startNodes(ports, { clustered: true });
  try {
    const all = await Promise.all(
      nodes.map(async (redis, i) => ({ redis, port: basePort + i, id: String(await redis.cluster("MYID")) })),
    );
    const primaries = all.slice(0, primaryCount);
    const followers = all.slice(primaryCount);
    await Promise.all(all.map(({ redis }, i) => redis.call("CLUSTER", "SET-CONFIG-EPOCH", i + 1)));
    await Promise.all(
      primaries.slice(0, owners).map(({ redis }, i) => {
        const [first, last] = share(i, owners);
        return redis.call("CLUSTER", "ADDSLOTSRANGE", first, last);
      }),
    );
    for (const { redis } of all)
      await Promise.all(all.map(({ port }) => redis.call("CLUSTER", "MEET", "127.0.0.1", port)));
    await until("all nodes to know each other", async () =>
      (await views(all)).every((text) => text.trim().split("\n").length === count && !text.includes("handshake")),
    );
    for (const [i, { redis }] of followers.entries())
      await redis.call("CLUSTER", "REPLICATE", primaries[i % primaryCount]?.id ?? "");
    await until("all replicas to follow", async () => {
      const infos = await Promise.all(followers.map(({ redis }) => redis.info("replication")));
      return infos.every((text) => text.includes("master_link_status:up"));
    });
    await until("all views to agree", async () => {
      const states = await Promise.all(all.map(({ redis }) => redis.cluster("INFO")));
      const slaves = (await views(all)).map((text) => text.match(/\bslave\b/g)?.length ?? 0);
      return states.every((text) => text.includes("cluster_state:ok")) && slaves.every((n) => n === followers.length);
    });
    return { primaries, replicas: followers, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const ends = performance.now() + DEADLINE_MS;
  while (!(await holds().catch(() => false))) {
    if (performance.now() > ends) throw new Error(`waited ${DEADLINE_MS} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** As redis-cli --cluster create cuts them. */
export function share(i: number, of: number): readonly [number, number] {
  const step = SLOT_COUNT / of;
  return [i === 0 ? 0 : Math.round(i * step), i === of - 1 ? SLOT_COUNT - 1 : Math.round((i + 1) * step) - 1];
}

const views = (nodes: readonly BenchNode[]): Promise<readonly string[]> =>
  Promise.all(nodes.map(async ({ redis }) => String(await redis.cluster("NODES"))));

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }
  running.delete(child);
}

export function configOf(port: number, folder: string, clustered: boolean): string {
  const cluster = [
    "cluster-enabled yes",
    `cluster-config-file nodes-${port}.conf`,
    `cluster-node-timeout ${NODE_TIMEOUT_MS}`,
  ];
  return [
    `port ${port}`,
    "bind 127.0.0.1",
    `dir ${folder}`,
    `logfile ${port}.log`,
    `dbfilename ${port}.rdb`,
    'save ""',
    "appendonly no",
    "repl-diskless-sync-delay 0",
    ...(clustered ? cluster : []),
    "",
  ].join("\n");
}
