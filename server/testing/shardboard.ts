import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "@/server/cli/bundle.mjs";
import { findServer } from "./node";
import { until } from "./until";

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };
export type Running = {
  /** Everything it has said so far, on both streams. */
  said(): string;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
};
export type Shardboard = {
  /** Its journal; gone when it is closed. */
  readonly data: string;
  readonly path: string;
  spawn(args: readonly string[], options?: SpawnOptions): Running;
  run(args: readonly string[], options?: SpawnOptions): Promise<Ended>;
  close(): void;
};
type SpawnOptions = {
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input; without it there is none. */
  readonly input?: string;
};

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** The command line as it is shipped: bundled, and run as a process of its own on a data folder of its own. */
export async function bundledShardboard(): Promise<Shardboard> {
  const root = join(import.meta.dirname, "..", "..");
  const folder = join(root, "dist", `test-${process.pid}`);
  await bundle(root, folder);
  const path = join(folder, "shardboard.mjs");
  const data = mkdtempSync(join(tmpdir(), "shardboard-cli-data-"));
  const engine = findServer(mkdtempSync(join(tmpdir(), "shardboard-engine-")));
  const start = (args: readonly string[], { env = {}, input }: SpawnOptions = {}): Running => {
    const child = spawn(process.execPath, [path, ...args], {
      env: {
        ...process.env,
        SHARDBOARD_DATA: data,
        SHARDBOARD_ENGINE: engine,
        REDISCLI_AUTH: "",
        SHARDBOARD_TOKEN: "",
        ...env,
      },
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    running.add(child);
    child.stdin?.end(input);
    const said = { out: "", err: "", all: "" };
    for (const name of ["out", "err"] as const)
      child[name === "out" ? "stdout" : "stderr"]?.on("data", (chunk) => {
        said[name] += String(chunk);
        said.all += String(chunk);
      });
    const ended = new Promise<Ended>((resolve) => {
      child.once("close", (code) => {
        running.delete(child);
        resolve({ code, out: said.out, err: said.err });
      });
    });
    return { said: () => said.all, signal: (name) => void child.kill(name), ended };
  };
  return {
    data,
    path,
    spawn: start,
    run: (args, options) => start(args, options).ended,
    close: () => {
      rmSync(folder, { recursive: true, force: true });
      rmSync(data, { recursive: true, force: true });
    },
  };
}

export const untilSaid = (child: Running, what: RegExp, deadlineMs = 30_000): Promise<true> =>
  until(`${what} to be said; so far: ${child.said()}`, deadlineMs, () => what.test(child.said()));
