import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Figures, spreadOf } from "./figures";
import { configOf, ended, running, serverIn } from "./nodes";
import type { Where } from "./reshard";

/** What the embedded node is to be worth beside redis-server; shares of its rate, milliseconds, megabytes. */
const RATES = [
  { name: "SET, pipeline 1", test: "set", pipeline: 1, requests: 100_000, least: 0.5 },
  { name: "GET, pipeline 1", test: "get", pipeline: 1, requests: 100_000, least: 0.5 },
  { name: "SET, pipeline 16", test: "set", pipeline: 16, requests: 500_000, least: 0.25 },
  { name: "GET, pipeline 16", test: "get", pipeline: 16, requests: 500_000, least: 0.25 },
] as const;
const START = { name: "start to PONG", mostMs: 400 };
const MEMORY = { name: "resident, empty", mostMb: 90 };

/** Of the machine, before a round: above its cores the figures are of a crowd. */
const LOAD = "load";

const SERIES = ["redis-server", "embedded"] as const;
type Series = (typeof SERIES)[number];
/** One round's figure of both. */
type Pair = Readonly<Record<Series, number>>;

const DEADLINE_MS = 30_000;
const MOST_MS = 300_000;
const MEGABYTE = 1024 * 1024;
const run = promisify(execFile);

type Started = {
  readonly port: number;
  readonly startMs: number;
  readonly residentMb: number;
  close(): Promise<void>;
};

/** One round: both fresh, one beside the other; whose turn is first changes from round to round. */
export async function embeddedRound({ built, basePort, tell, round }: Where): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "shardboard-bench-node-"));
  const programs: Record<Series, string> = { "redis-server": serverIn(folder), embedded: built.node };
  const turns = round % 2 === 0 ? SERIES : ([...SERIES].reverse() as readonly Series[]);
  const started: Partial<Record<Series, Started>> = {};
  tell.beside(LOAD, round1(loadavg()[0] ?? 0));
  try {
    for (const series of turns) {
      const port = basePort + SERIES.indexOf(series);
      started[series] = await start({ program: programs[series], port, folder });
    }
    const of = (figure: (one: Started) => number): Pair => pairOf((series) => figure(started[series] as Started));
    for (const series of SERIES) tell.run(`${series} ${START.name}`, started[series]?.startMs ?? 0);
    tell.beside(
      MEMORY.name,
      of(({ residentMb }) => residentMb),
    );
    for (const rate of RATES) {
      const rates: Partial<Record<Series, number>> = {};
      for (const series of turns) rates[series] = await rateOf(started[series]?.port ?? 0, rate);
      tell.beside(
        rate.name,
        pairOf((series) => rates[series] ?? 0),
      );
    }
  } finally {
    await Promise.all(SERIES.map((series) => started[series]?.close()));
    rmSync(folder, { recursive: true, force: true });
  }
}

const pairOf = (figure: (series: Series) => number): Pair => ({
  "redis-server": figure("redis-server"),
  embedded: figure("embedded"),
});

type Start = { readonly program: string; readonly port: number; readonly folder: string };

async function start({ program, port, folder }: Start): Promise<Started> {
  const conf = join(folder, `${port}.conf`);
  writeFileSync(conf, configOf(port, folder, false));
  const startedMs = performance.now();
  const child = spawn(program, [conf], { stdio: "ignore" });
  running.add(child);
  await firstPong(port, startedMs + DEADLINE_MS);
  const startMs = performance.now() - startedMs;
  return { port, startMs, residentMb: residentMb(child.pid ?? 0), close: () => ended(child) };
}

async function firstPong(port: number, untilMs: number): Promise<void> {
  while (!(await pongs(port))) {
    if (performance.now() > untilMs) throw new Error(`nobody answers on port ${port} after ${DEADLINE_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function pongs(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("PING\r\n"));
    const over = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once("data", (bytes: Buffer) => over(bytes.toString().startsWith("+PONG")));
    socket.once("error", () => over(false));
    socket.once("close", () => over(false));
  });
}

/** As the system sees it. */
function residentMb(pid: number): number {
  const [, kilobytes = "0"] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return round1((Number(kilobytes) * 1024) / MEGABYTE);
}

/** Requests a second, by the redis-benchmark that is installed. */
async function rateOf(port: number, { test, pipeline, requests }: (typeof RATES)[number]): Promise<number> {
  const args = ["-p", port, "-t", test, "-P", pipeline, "-n", requests, "--csv"].map(String);
  const { stdout } = await run("redis-benchmark", args, { timeout: MOST_MS });
  const [, rate] = /^"(?:SET|GET)","([\d.]+)"/m.exec(stdout) ?? [];
  if (rate === undefined) throw new Error(`redis-benchmark said no rate: ${stdout.slice(-500)}`);
  return Math.round(Number(rate));
}

const round1 = (value: number) => Math.round(value * 10) / 10;

/** One line a figure: what the embedded node is worth, its target, and what both did. */
export function embeddedTable({ bench, cores, runs, beside }: Figures): string {
  const lines = RATES.map(({ name, least }) => {
    const pairs = (beside[name] ?? []) as readonly Pair[];
    const { median, least: low, most } = spreadOf(pairs.map((pair) => pair.embedded / pair["redis-server"]));
    const rates = pairOf((series) => spreadOf(pairs.map((pair) => pair[series])).median);
    const told = `${percent(median)}  (${percent(low)} to ${percent(most)}, ${pairs.length} rounds)`;
    const both = `redis-server ${rates["redis-server"].toFixed(0)}/s, embedded ${rates.embedded.toFixed(0)}/s`;
    return line(name, told, { target: `at least ${percent(least)}`, isMet: median >= least, both });
  });
  const startMs = pairOf((series) => spreadOf(runs[`${series} ${START.name}`] ?? []).median);
  const memory = (beside[MEMORY.name] ?? []) as readonly Pair[];
  const mb = pairOf((series) => spreadOf(memory.map((pair) => pair[series])).median);
  const start = { target: `at most ${START.mostMs} ms`, isMet: startMs.embedded <= START.mostMs };
  const resident = { target: `at most ${MEMORY.mostMb} MB`, isMet: mb.embedded <= MEMORY.mostMb };
  const load = (beside[LOAD] ?? []).join(", ");
  return [
    bench,
    `  load of the machine before each round: ${load} on ${cores} cores`,
    ...lines,
    line(START.name, `${startMs.embedded.toFixed(0)} ms`, {
      ...start,
      both: `redis-server ${startMs["redis-server"].toFixed(0)} ms`,
    }),
    line(MEMORY.name, `${mb.embedded.toFixed(0)} MB`, {
      ...resident,
      both: `redis-server ${mb["redis-server"].toFixed(0)} MB`,
    }),
  ].join("\n");
}

const percent = (share: number) => `${(share * 100).toFixed(0)} %`;

type Beside = { readonly target: string; readonly isMet: boolean; readonly both: string };

const line = (name: string, told: string, { target, isMet, both }: Beside) =>
  `  ${name.padEnd(18)} ${told.padEnd(34)} ${target.padEnd(16)} ${isMet ? "met" : "missed"}   ${both}`;
