import { loadavg } from "node:os";
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

/** Paths of what was built from this source. */
export type Built = { readonly engine: string; readonly clients: string; readonly cli: string; readonly node: string };
export type Tell = { run(series: string, ms: number): void; beside(series: string, what: unknown): void };
export type Where = {
  readonly built: Built;
  readonly basePort: number;
  /** From 0. */
  readonly round: number;
  readonly tell: Tell;
  /** Only these series; all when it is empty. */
  readonly only: readonly string[];
};

const OWNERS = 3;
/** How long clients are watched before anything moves. */
const QUIET_MS = 2000;

type Work = (cluster: BenchCluster) => Promise<void>;

/** One round: `slots` from three primaries into a fourth that has none, by redis-cli, by each pace, and the floor. */
export async function reshardRound(bench: ReshardBench, where: Where): Promise<void> {
  const { tell, only } = where;
  const series: Record<string, Work> = {
    "redis-cli": async (cluster) => tell.run("redis-cli", await byRedisCli(bench, cluster)),
    ...Object.fromEntries(bench.paces.map((pace) => [pace, byEngine(bench, where, pace)])),
  };
  if (bench.keys > 0 && !bench.clients)
    series.floor = async (cluster) => tell.run("floor", await theFloor(bench, cluster));
  for (const [name, work] of Object.entries(series))
    if (only.length === 0 || only.includes(name)) await onFresh(bench, where, { name, work });
}

async function byRedisCli({ slots }: ReshardBench, cluster: BenchCluster): Promise<number> {
  const [entry] = cluster.primaries;
  const run = await redisCli([
    ...["--cluster", "reshard", `127.0.0.1:${entry?.port}`, "--cluster-from", "all"],
    ...["--cluster-to", targetOf(cluster).id, "--cluster-slots", slots, "--cluster-yes"],
  ]);
  if (run.code !== 0) throw new Error(`redis-cli ended with ${run.code}: ${run.output.slice(-500)}`);
  return run.wholeMs;
}

function byEngine({ slots }: ReshardBench, { built, tell }: Where, pace: Pace): Work {
  return async (cluster) => {
    const { port, id } = targetOf(cluster);
    const run = await engine(built.engine, { port, wish: { verb: "reshard", target: id, slots }, pace });
    if (run.state !== "succeeded" || run.slotsMoved !== slots)
      throw new Error(`${pace}: ${run.state} after ${run.slotsMoved} slots: ${run.reason}`);
    tell.run(pace, run.engineMs);
    tell.run(`${pace} (process)`, run.wholeMs);
    const { planMs, keysMoved, cpuMs, maxRssBytes } = run;
    const rounded = { planMs: Math.round(planMs), engineCpuMs: Math.round(cpuMs) };
    tell.beside(pace, { keysMoved, ...rounded, maxRssMb: Math.round(maxRssBytes / 1048576) });
  };
}

async function theFloor({ slots }: ReshardBench, cluster: BenchCluster): Promise<number> {
  const each = Math.round(slots / OWNERS);
  let sum = 0;
  for (const [i, source] of cluster.primaries.slice(0, OWNERS).entries()) {
    const [first] = share(i, OWNERS);
    const count = i === 0 ? slots - (OWNERS - 1) * each : each;
    const some = Array.from({ length: count }, (_, n) => first + n);
    sum += await floor(source, targetOf(cluster), some);
  }
  return sum;
}

/** A fresh cluster, filled, with clients when they are wanted; counted again afterwards. */
async function onFresh(
  bench: ReshardBench,
  { built, basePort, tell }: Where,
  { name, work }: { readonly name: string; readonly work: Work },
): Promise<void> {
  const cluster = await startCluster({ basePort, owners: OWNERS, empty: 1, replicas: bench.replicas });
  let clients: Clients | undefined;
  try {
    if (bench.keys > 0) await fill(cluster.primaries.slice(0, OWNERS), bench);
    if (bench.clients) {
      const ports = cluster.primaries.map(({ port }) => port);
      clients = await startClients(built.clients, { ports, perSecond: bench.clients, keys: bench.keys });
      await clients.felt();
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
      tell.beside(`${name}: clients before`, await clients.felt());
    }
    const before = await cpuMs(cluster);
    await work(cluster);
    tell.beside(`${name}: servers`, { cpuMs: (await cpuMs(cluster)) - before, load: Math.round(loadavg()[0] ?? 0) });
    if (clients)
      tell.beside(`${name}: clients meanwhile`, { ...(await clients.felt()), ...(await redirects(cluster)) });
    await insistOnKeys(cluster, bench.keys);
  } finally {
    clients?.stop();
    await cluster.close();
  }
}

/** What all servers have used of the processor: unlike time, it hardly depends on who else uses the machine. */
async function cpuMs({ primaries, replicas }: BenchCluster): Promise<number> {
  const texts = await Promise.all([...primaries, ...replicas].map(({ redis }) => redis.info("cpu")));
  const seconds = texts.flatMap((text) =>
    [...text.matchAll(/used_cpu_(?:user|sys):([\d.]+)/g)].map((m) => Number(m[1])),
  );
  return Math.round(seconds.reduce((sum, s) => sum + s, 0) * 1000);
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
