import type { Redis } from "ioredis";
import { type BenchCluster, startCluster, startNodes } from "./nodes";
import { engine, redisCli } from "./processes";
import type { Where } from "./reshard";

export type ImportBench = { readonly keys: number; readonly bytes: number };

const OWNERS = 3;
/** Behind the ports of the cluster. */
const SOURCE_AT = 20;
const CHUNK_KEYS = 10_000;

type Work = (cluster: BenchCluster, port: number) => Promise<void>;

/** One round: the keys of a standalone server copied into a fresh cluster, by redis-cli and by the engine, which proves it. */
export async function importRound(bench: ImportBench, where: Where): Promise<void> {
  const { tell, only, built, basePort } = where;
  const series: Record<string, Work> = {
    "redis-cli": async (cluster, port) => {
      const [entry] = cluster.primaries;
      const from = `127.0.0.1:${port}`;
      const args = ["--cluster", "import", `127.0.0.1:${entry?.port}`, "--cluster-from", from, "--cluster-copy"];
      const run = await redisCli(args);
      if (run.code !== 0) throw new Error(`redis-cli ended with ${run.code}: ${run.output.slice(-500)}`);
      tell.run("redis-cli", run.wholeMs);
    },
    engine: async (cluster, port) => {
      const from = [{ kind: "server", endpoint: { host: "127.0.0.1", port } }];
      const [entry] = cluster.primaries;
      const run = await engine(built.engine, { port: entry?.port ?? 0, wish: { verb: "import", from, way: "copy" } });
      if (run.state !== "succeeded") throw new Error(`engine: ${run.state}: ${run.reason}`);
      tell.run("engine", run.engineMs);
      tell.run("engine (process)", run.wholeMs);
      const { planMs, keysMoved, cpuMs, maxRssBytes } = run;
      const rounded = { planMs: Math.round(planMs), engineCpuMs: Math.round(cpuMs) };
      tell.beside("engine", { keysMoved, ...rounded, maxRssMb: Math.round(maxRssBytes / 1048576) });
    },
  };
  for (const [name, work] of Object.entries(series))
    if (only.length === 0 || only.includes(name)) await onFresh(bench, basePort, work);
}

async function onFresh({ keys, bytes }: ImportBench, basePort: number, work: Work): Promise<void> {
  const port = basePort + SOURCE_AT;
  const cluster = await startCluster({ basePort, owners: OWNERS });
  const source = await startNodes([port], { clustered: false });
  try {
    const [redis] = source.nodes;
    if (!redis) throw new Error("no source");
    await fillAlone(redis, { keys, bytes });
    await work(cluster, port);
    const sizes = await Promise.all(cluster.primaries.map((node) => node.redis.dbsize()));
    const there = sizes.reduce((sum, size) => sum + size, 0);
    if (there !== keys) throw new Error(`${there} keys arrived of ${keys}`);
  } finally {
    await source.close();
    await cluster.close();
  }
}

async function fillAlone(redis: Redis, { keys, bytes }: ImportBench): Promise<void> {
  const value = "x".repeat(bytes);
  for (let from = 0; from < keys; from += CHUNK_KEYS) {
    const some = Array.from({ length: Math.min(CHUNK_KEYS, keys - from) }, (_, i) => [`key:${from + i}`, value]);
    await redis.mset(some.flat());
  }
}
