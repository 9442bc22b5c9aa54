import type { Pace } from "@/lib/plans/plan";
import { type Clients, startClients } from "./clients";
import { fill } from "./fill";
import { floor } from "./floor";
import { type BenchCluster, share, startCluster } from "./nodes";
import { engine, redisCli } from "./processes";

export type ReshardBench = {
  readonly keys: number;
  readonly bytes: number;
  readonly replicas: number;
  readonly slots: number;
  readonly paces: readonly Pace[];
  /** Operations of clients a second meanwhile. */
  readonly clients?: number;
};

export type Built = { readonly engine: string; readonly clients: string };
export type Tell = { run(series: string, ms: number): void; beside(series: string, what: unknown): void };
export type Where = { readonly built: Built; readonly basePort: number; readonly tell: Tell };

const OWNERS = 3;

/** One round: `slots` from three primaries into a fourth that has none, by redis-cli, by each pace, and the floor. */
export async function reshardRound(bench: ReshardBench, where: Where): Promise<void> {
  await on(
    bench,
    where,
    async (cluster, tell) => {
      const target = targetOf(cluster);
      const [entry] = cluster.primaries;
      const run = await redisCli([
        ...["--cluster", "reshard", `127.0.0.1:${entry?.port}`, "--cluster-from", "all", "--cluster-to", target.id],
        ...["--cluster-slots", bench.slots, "--cluster-yes"],
      ]);
      if (run.code !== 0) throw new Error(`redis-cli ended with ${run.code}: ${run.output.slice(-500)}`);
      tell.run("redis-cli", run.wholeMs);
    },
    "redis-cli",
  );
  for (const pace of bench.paces)
    await on(
      bench,
      where,
      async (cluster, tell) => {
        const { port } = targetOf(cluster);
        const wish = { verb: "reshard", target: targetOf(cluster).id, slots: bench.slots };
        const run = await engine(where.built.engine, { port, wish, pace });
        if (run.state !== "succeeded" || run.slotsMoved !== bench.slots)
          throw new Error(`${pace}: ${run.state} after ${run.slotsMoved} slots: ${run.reason}`);
        tell.run(pace, run.engineMs);
        tell.run(`${pace} (process)`, run.wholeMs);
        const { planMs, keysMoved, commands, cpuMs, maxRssBytes } = run;
        tell.beside(pace, { planMs, keysMoved, commands, cpuMs, maxRssMb: Math.round(maxRssBytes / 1048576) });
      },
      pace,
    );
  if (bench.keys > 0 && !bench.clients)
    await on(
      bench,
      where,
      async (cluster, tell) => {
        const each = Math.round(bench.slots / OWNERS);
        let sum = 0;
        for (let i = 0; i < OWNERS; i++) {
          const [first] = share(i, OWNERS);
          const source = cluster.primaries[i];
          const slots = Array.from({ length: i === 0 ? bench.slots - 2 * each : each }, (_, n) => first + n);
          if (source) sum += await floor(source, targetOf(cluster), slots);
        }
        tell.run("floor", sum);
      },
      "floor",
    );
}

type Work = (cluster: BenchCluster, tell: Tell) => Promise<void>;

/** A fresh cluster, filled, with clients when they are wanted; counted again afterwards. */
async function on(bench: ReshardBench, { built, basePort, tell }: Where, work: Work, series: string): Promise<void> {
  const cluster = await startCluster({ basePort, owners: OWNERS, empty: 1, replicas: bench.replicas });
  let clients: Clients | undefined;
  try {
    if (bench.keys > 0) await fill(cluster.primaries.slice(0, OWNERS), bench);
    if (bench.clients) {
      const ports = cluster.primaries.map(({ port }) => port);
      clients = await startClients(built.clients, { ports, perSecond: bench.clients, keys: bench.keys });
      await clients.felt();
      await new Promise((resolve) => setTimeout(resolve, 2000));
      tell.beside(`${series}: clients before`, await clients.felt());
    }
    await work(cluster, tell);
    if (clients)
      tell.beside(`${series}: clients meanwhile`, { ...(await clients.felt()), ...(await redirects(cluster)) });
    await insistOnKeys(cluster, bench.keys);
  } finally {
    clients?.stop();
    await cluster.close();
  }
}

function targetOf({ primaries }: BenchCluster) {
  const target = primaries[OWNERS];
  if (!target) throw new Error("no target");
  return target;
}

/** Conservation: a bench that loses keys has no figures. */
async function insistOnKeys({ primaries }: BenchCluster, keys: number): Promise<void> {
  const sizes = await Promise.all(primaries.map(({ redis }) => redis.dbsize()));
  const there = sizes.reduce((sum, size) => sum + size, 0);
  if (there !== keys) throw new Error(`${there} keys are left of ${keys}`);
}

async function redirects({ primaries }: BenchCluster): Promise<{ readonly ask: number; readonly moved: number }> {
  const texts = await Promise.all(primaries.map(({ redis }) => redis.info("errorstats")));
  const count = (name: string) =>
    texts.reduce((sum, text) => sum + Number(new RegExp(`errorstat_${name}:count=(\\d+)`).exec(text)?.[1] ?? 0), 0);
  return { ask: count("ASK"), moved: count("MOVED") };
}
