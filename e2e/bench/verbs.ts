import { keySlot } from "@/lib/cluster/key-slot";
import type { Pace } from "@/lib/plans/plan";
import { fill } from "./fill";
import { type BenchCluster, type BenchNode, type ClusterShape, share, startCluster, startNodes } from "./nodes";
import { commandLine, engine, redisCli, type Words } from "./processes";
import type { Where } from "./reshard";

type Moving = {
  readonly shape: Omit<ClusterShape, "basePort">;
  readonly fill: (cluster: BenchCluster) => Promise<void>;
  readonly words: (cluster: BenchCluster) => Words;
  readonly wish: (cluster: BenchCluster) => object;
  readonly paces: readonly Pace[];
};

const OWNERS = 3;
const MEGABYTE = 1024 * 1024;
const BIG_KEYS = 4;
const BIG_BYTES = 50 * MEGABYTE;

/** All slots of one primary, and with them a few keys of 50 MB among many small ones. */
export const bigKeys = (paces: readonly Pace[]): ((where: Where) => Promise<void>) => {
  const slots = share(0, OWNERS)[1] + 1;
  const ends = (cluster: BenchCluster) => ({ source: nth(cluster, 0), target: nth(cluster, OWNERS) });
  return moving({
    shape: { owners: OWNERS, empty: 1 },
    paces,
    fill: async (cluster) => {
      await fill(cluster.primaries.slice(0, OWNERS), { keys: 10_000, bytes: 100 });
      const value = Buffer.alloc(BIG_BYTES, "x");
      for (const name of namesBelow(slots, BIG_KEYS)) await ends(cluster).source.redis.set(name, value);
    },
    words: (cluster) => {
      const { source, target } = ends(cluster);
      return [
        ...["reshard", `127.0.0.1:${source.port}`, "--cluster-from", source.id, "--cluster-to", target.id],
        ...["--cluster-slots", slots, "--cluster-yes"],
      ];
    },
    wish: (cluster) => {
      const { source, target } = ends(cluster);
      return { verb: "reshard", sources: [source.id], target: target.id, slots };
    },
  });
};

/** Three primaries that own everything and three that own nothing become six equal ones. */
export const rebalance = (paces: readonly Pace[]): ((where: Where) => Promise<void>) =>
  moving({
    shape: { owners: OWNERS, empty: OWNERS },
    paces,
    fill: (cluster) => fill(cluster.primaries.slice(0, OWNERS), { keys: 200_000, bytes: 100 }),
    words: (cluster) => [
      ...["rebalance", `127.0.0.1:${nth(cluster, 0).port}`, "--cluster-use-empty-masters"],
      ...["--cluster-threshold", 1, "--cluster-yes"],
    ],
    wish: () => ({ verb: "rebalance", useEmpty: true, threshold: 0 }),
  });

function moving({ shape, paces, ...bench }: Moving): (where: Where) => Promise<void> {
  return async ({ built, basePort, tell, only }) => {
    for (const series of ["redis-cli", ...paces] as const) {
      if (only.length > 0 && !only.includes(series)) continue;
      const cluster = await startCluster({ basePort, ...shape });
      try {
        await bench.fill(cluster);
        const keys = await keysOf(cluster);
        if (series === "redis-cli") tell.run(series, (await redisCli(["--cluster", ...bench.words(cluster)])).wholeMs);
        else {
          const port = nth(cluster, 0).port;
          const run = await engine(built.engine, { port, wish: bench.wish(cluster), pace: series });
          if (run.state !== "succeeded") throw new Error(`${series}: ${run.state}: ${run.reason}`);
          tell.run(series, run.engineMs);
          tell.run(`${series} (process)`, run.wholeMs);
          const { keysMoved, slotsMoved, cpuMs, maxRssBytes } = run;
          const maxRssMb = Math.round(maxRssBytes / MEGABYTE);
          tell.beside(series, { keysMoved, slotsMoved, engineCpuMs: Math.round(cpuMs), maxRssMb });
        }
        const left = await keysOf(cluster);
        if (left !== keys) throw new Error(`${series}: ${left} keys are left of ${keys}`);
      } finally {
        await cluster.close();
      }
    }
  };
}

/** Six nodes that know nobody become three primaries with a replica each. */
export async function create(where: Where): Promise<void> {
  const ports = Array.from({ length: 2 * OWNERS }, (_, i) => where.basePort + i);
  const words = ["create", ...ports.map((port) => `127.0.0.1:${port}`), "--cluster-replicas", 1, "--cluster-yes"];
  await bothLines(where, words, () => startNodes(ports, { clustered: true }));
}

/** What is wrong with 3+3, and nothing is; `words` beyond the address make it an owner scan. */
export const check =
  (...more: Words) =>
  (where: Where): Promise<void> =>
    bothLines(where, ["check", `127.0.0.1:${where.basePort}`, ...more], async () => {
      const cluster = await startCluster({ basePort: where.basePort, owners: OWNERS, replicas: 1 });
      await fill(cluster.primaries, { keys: 200_000, bytes: 100 });
      return cluster;
    });

/** The same words to both command lines, from start to exit, each on nodes of its own. */
async function bothLines(
  { built, tell, only }: Where,
  words: Words,
  prepare: () => Promise<{ close(): Promise<void> }>,
): Promise<void> {
  const series = { "redis-cli": redisCli, shardboard: commandLine(built.cli) };
  for (const [name, line] of Object.entries(series)) {
    if (only.length > 0 && !only.includes(name)) continue;
    const nodes = await prepare();
    try {
      const { code, output, wholeMs } = await line(["--cluster", ...words]);
      if (code !== 0) throw new Error(`${name} ended with ${code}: ${output.slice(-500)}`);
      tell.run(name, wholeMs);
    } finally {
      await nodes.close();
    }
  }
}

function nth({ primaries }: BenchCluster, i: number): BenchNode {
  const node = primaries[i];
  if (!node) throw new Error(`no primary ${i}`);
  return node;
}

/** A primary that was emptied may have become a replica: what it holds then is another's. */
async function keysOf({ primaries }: BenchCluster): Promise<number> {
  const sizes = await Promise.all(
    primaries.map(async ({ redis }) => ((await redis.role())[0] === "master" ? redis.dbsize() : 0)),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Names whose slots are the first `slots`. */
function namesBelow(slots: number, count: number): readonly string[] {
  const names: string[] = [];
  for (let n = 0; names.length < count; n++) if (keySlot(`big:${n}`) < slots) names.push(`big:${n}`);
  return names;
}
