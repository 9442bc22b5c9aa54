import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pace } from "@/lib/plans/plan";

const MOST_MS = 600_000;

export type CliRun = { readonly wholeMs: number; readonly code: number; readonly output: string };

export type Words = readonly (string | number)[];

/** redis-cli as it is installed, timed from spawn to exit. */
export function redisCli(args: Words): Promise<CliRun> {
  return timed("redis-cli", args);
}

/** `shardboard` as it is shipped, on a data folder of its own for every call. */
export function commandLine(path: string): (args: Words) => Promise<CliRun> {
  return async (args) => {
    const data = mkdtempSync(join(tmpdir(), "shardboard-bench-data-"));
    try {
      return await timed(process.execPath, [path, ...args], { SHARDBOARD_DATA: data });
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  };
}

function timed(command: string, args: Words, more: Readonly<Record<string, string>> = {}): Promise<CliRun> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const options = { timeout: MOST_MS, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, ...more } };
    execFile(command, args.map(String), options, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === "number" ? error.code : 1) : 0;
      resolve({ wholeMs: performance.now() - startedMs, code, output: stdout + stderr });
    });
  });
}

/** What a run of the engine tells of itself in its last line. */
export type EngineRun = {
  readonly wholeMs: number;
  readonly state: string;
  readonly reason: string | undefined;
  readonly planMs: number;
  /** From the first command that changes the cluster to `proved`. */
  readonly engineMs: number;
  readonly keysMoved: number;
  readonly slotsMoved: number;
  readonly commands: number;
  readonly maxRssBytes: number;
  readonly cpuMs: number;
};

export type EngineWish = { readonly port: number; readonly wish: object; readonly pace?: Pace };

/** The engine in a process of its own, built from this source: connects, plans, runs, proves. */
export function engine(built: string, { port, wish, pace = "careful" }: EngineWish): Promise<EngineRun> {
  const startedMs = performance.now();
  const code = `import(${JSON.stringify(built)}).then((made) => made.benchRun(process.argv.slice(1)))`;
  return new Promise((resolve, reject) => {
    const args = [
      ...(process.env.BENCH_NODE_ARGS?.split(" ") ?? []),
      "-e",
      code,
      String(port),
      JSON.stringify({ ...wish, pace }),
    ];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], timeout: MOST_MS });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on("error", reject);
    child.on("exit", (exit) => {
      const last = output.trim().split("\n").at(-1) ?? "";
      if (exit !== 0) return reject(new Error(`the engine ended with ${exit}: ${last}`));
      resolve({ ...JSON.parse(last), wholeMs: performance.now() - startedMs });
    });
  });
}
