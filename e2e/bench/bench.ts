import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Pace } from "@/lib/plans/plan";
import { embeddedRound, embeddedTable } from "./embedded";
import { type Figures, tableOf } from "./figures";
import { importRound } from "./import";
import { type Built, type ReshardBench, reshardRound, type Where } from "./reshard";
import { bigKeys, check, create, rebalance } from "./verbs";

/**
 * `npm run bench -- [--only <part of a name>] [--rounds 5] [--pace careful,swift] [--series careful] [--port 8400]`:
 * everything is measured beside redis-cli in the same run, by turns, on fresh clusters; the embedded node (`--only node`)
 * beside redis-server. The table goes to standard output, the figures as JSON into e2e/bench/results.
 */
const OPTIONS = { only: "", rounds: "5", pace: "careful,swift", series: "", port: "8400" };
const EMPTY = { keys: 0, bytes: 0, slots: 4096, replicas: 0 };
const FULL = { keys: 400_000, bytes: 100, slots: 4096, replicas: 0 };

const benches = (paces: readonly Pace[]): Readonly<Record<string, (where: Where) => Promise<void>>> => {
  const reshard = (bench: Omit<ReshardBench, "paces">) => (where: Where) => reshardRound({ ...bench, paces }, where);
  return {
    "reshard-empty": reshard(EMPTY),
    "reshard-empty-replicas": reshard({ ...EMPTY, replicas: 1 }),
    "reshard-keys": reshard(FULL),
    "reshard-keys-replicas": reshard({ ...FULL, replicas: 1 }),
    import: (where) => importRound({ keys: 200_000, bytes: 100 }, where),
    "reshard-clients": reshard({ ...FULL, clients: 2000 }),
    "reshard-big-keys": bigKeys(paces),
    "rebalance-3-to-6": rebalance(paces),
    create,
    check: check(),
    "owner-scan": check("--cluster-search-multiple-owners"),
    node: embeddedRound,
  };
};

export type BenchOptions = { readonly root: string; readonly built: Built; readonly args: readonly string[] };

export async function bench({ root, built, args }: BenchOptions): Promise<void> {
  const { only: part, ...given } = optionsOf(args);
  const paces = given.pace.split(",") as Pace[];
  const rounds = Number(given.rounds);
  const basePort = Number(given.port);
  const only = given.series.split(",").filter(Boolean);
  for (const [name, round] of Object.entries(benches(paces))) {
    if (!name.includes(part)) continue;
    const figures = await measure(name, { rounds, built, basePort, only, round });
    process.stdout.write(`${name === "node" ? embeddedTable(figures) : told(figures)}\n`);
    const folder = join(root, "e2e/bench/results");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(figures, undefined, 1)}\n`);
  }
}

const told = (figures: Figures): string =>
  [
    tableOf(figures),
    ...Object.entries(figures.beside).map(([series, what]) => `  ${series}: ${JSON.stringify(what)}`),
  ].join("\n");

function optionsOf(args: readonly string[]): typeof OPTIONS {
  const { values } = parseArgs({
    args: [...args],
    options: Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, { type: "string" as const }])),
  });
  return { ...OPTIONS, ...values };
}

type Measure = {
  readonly rounds: number;
  readonly built: Built;
  readonly basePort: number;
  readonly only: readonly string[];
  readonly round: (where: Where) => Promise<void>;
};

async function measure(name: string, { rounds, built, basePort, only, round }: Measure): Promise<Figures> {
  const runs: Record<string, number[]> = {};
  const beside: Record<string, unknown[]> = {};
  const tell = {
    run: (series: string, ms: number) => {
      runs[series] = [...(runs[series] ?? []), Math.round(ms * 10) / 10];
    },
    beside: (series: string, what: unknown) => {
      beside[series] = [...(beside[series] ?? []), what];
    },
  };
  for (let i = 0; i < rounds; i++) await round({ built, basePort, round: i, only, tell });
  const redisCli = execFileSync("redis-cli", ["--version"]).toString().trim();
  return { bench: name, atMs: Date.now(), server: redisCli, redisCli, cores: availableParallelism(), runs, beside };
}
