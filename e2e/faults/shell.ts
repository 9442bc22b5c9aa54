import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Operation } from "@/lib/operation";
import type { Kit } from "./target";

/** `shardboard` as it is shipped, in a process of its own, on one data folder. */
export type Ended = {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly tookMs: number;
};
export type Running = {
  readonly pid: number;
  said(): string;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
};
export type Shell = {
  readonly data: string;
  spawn(args: readonly string[], options?: ShellOptions): Running;
  run(args: readonly string[], options?: ShellOptions): Promise<Ended>;
};
export type ShellOptions = {
  readonly data?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What runs node, with its own arguments: strace, a shell that limits it. */
  readonly under?: readonly string[];
  readonly deadlineMs?: number;
  /** Told of everything that it has said on its output so far, whenever it says something. */
  readonly heard?: (out: string) => void;
};

const MOST_MS = 180_000;
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export function openShell({ root, folder }: Kit, data = join(folder, "data")): Shell {
  const script = join(root, "dist", "shardboard.mjs");
  const log = join(folder, "shell.log");
  const start = (args: readonly string[], options: ShellOptions = {}): Running => {
    const startedMs = performance.now();
    const [command = process.execPath, ...rest] = [...(options.under ?? []), process.execPath, script, ...args];
    const child = spawn(command, rest, {
      env: {
        ...process.env,
        SHARDBOARD_DATA: options.data ?? data,
        REDISCLI_AUTH: "",
        SHARDBOARD_TOKEN: "",
        ...options.env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    const timer = setTimeout(() => child.kill("SIGKILL"), options.deadlineMs ?? MOST_MS);
    const said = { out: "", err: "", all: "" };
    child.stdout?.on("data", (chunk) => {
      said.out += String(chunk);
      said.all += String(chunk);
      options.heard?.(said.out);
    });
    child.stderr?.on("data", (chunk) => {
      said.err += String(chunk);
      said.all += String(chunk);
    });
    const ended = new Promise<Ended>((resolve) => {
      child.once("close", (code, signal) => {
        clearTimeout(timer);
        running.delete(child);
        const tookMs = performance.now() - startedMs;
        const text = `$ ${args.join(" ")}\n${said.all}= ${code ?? signal}, ${Math.round(tookMs)} ms\n`;
        appendFileSync(log, text);
        resolve({ code, out: said.out, err: said.err, tookMs });
      });
    });
    return { pid: child.pid ?? 0, said: () => said.all, signal: (name) => void child.kill(name), ended };
  };
  return { data, spawn: start, run: (args, options) => start(args, options).ended };
}

export const told = ({ code, out, err }: Ended): string => `exit ${code}: ${`${out}\n${err}`.trim().slice(-600)}`;

/** The last document of a call with --json, where it is the end of an operation. */
export function operationOf({ out }: Ended): Operation | undefined {
  const documents = out
    .trim()
    .split("\n")
    .filter((line) => line.startsWith("{"));
  const last = documents.at(-1);
  if (!last) return undefined;
  return (JSON.parse(last) as { operation?: Operation }).operation;
}
