import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { ConnectionOptions } from "node:tls";
import { asNodeId, type Endpoint, type NodeId } from "@/lib/cluster/node";
import { type Arg, Link, type Reply } from "@/server/link";
import { until } from "./until";

/** A real server process on a port of its own, in a folder that goes away with it. Signalled by pid only. */
export type TestNode = {
  readonly id: NodeId;
  readonly endpoint: Endpoint;
  readonly port: number;
  readonly folder: string;
  readonly pid: number;
  /** One command over a connection of the test's own. */
  call(...command: readonly Arg[]): Promise<Reply>;
  freeze(): void;
  thaw(): void;
  /** SIGKILL (or another signal); resolves when the process is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** The same folder and port again, after kill. */
  start(): Promise<void>;
  /** Deletes nodes.conf of a node that does not run: it comes back as a stranger. */
  forgetCluster(): void;
  close(): Promise<void>;
};

export type TestNodeOptions = {
  readonly port: number;
  /** Lines of redis.conf, added at the end. */
  readonly config?: readonly string[] | undefined;
  /** Of whom this test signs in as, where it is not the default user; whoever names one writes its rights in `config`. */
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Path of the server; default: the one of findServer. */
  readonly engine?: string | undefined;
  /** false: a standalone server. */
  readonly cluster?: boolean | undefined;
  readonly host?: string | undefined;
  readonly nodeTimeoutMs?: number | undefined;
  /** The port speaks TLS alone; how this test connects to it. The server's own certificate comes by `config`. */
  readonly tls?: ConnectionOptions | undefined;
};

const MULTI_CALL = "/usr/bin/redis-check-rdb";
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** From PATH, else Debian's multi-call binary, which is the server when its name says so. */
export function findServer(folder: string): string {
  const given = process.env.SHARDBOARD_ENGINE;
  if (given) return given;
  for (const at of (process.env.PATH ?? "").split(delimiter))
    for (const name of ["redis-server", "valkey-server"]) if (existsSync(join(at, name))) return join(at, name);
  if (!existsSync(MULTI_CALL)) throw new Error("no redis-server: install redis-tools, or set SHARDBOARD_ENGINE");
  const link = join(folder, "redis-server");
  if (!existsSync(link)) symlinkSync(MULTI_CALL, link);
  return link;
}

const hasEnded = (child: ChildProcess | undefined): boolean =>
  child !== undefined && (child.exitCode !== null || child.signalCode !== null);

export async function startNode(options: TestNodeOptions): Promise<TestNode> {
  const folder = mkdtempSync(join(tmpdir(), `shardboard-test-${options.port}-`));
  const server = options.engine ?? findServer(folder);
  const endpoint = { host: options.host ?? "127.0.0.1", port: options.port };
  const conf = join(folder, "redis.conf");
  writeFileSync(conf, configOf(options, folder), { mode: 0o600 });

  let child: ChildProcess | undefined;
  let link: Link | undefined;
  const call = async (...command: readonly Arg[]) => {
    if (!link?.isOpen)
      link = await Link.open({ endpoint, user: options.user, password: options.password, tls: options.tls });
    return link.call(command);
  };
  const start = async () => {
    if (child) throw new Error(`the node on ${options.port} runs already`);
    child = spawn(server, [conf], { stdio: "ignore" });
    running.add(child);
    await until(`node on ${options.port} to answer`, 10_000, () => {
      if (hasEnded(child)) throw new Error(`the node on ${options.port} ended at once: is its port taken?`);
      return call("PING").catch(() => undefined);
    });
    if (hasEnded(child)) throw new Error(`another server answers on ${options.port}`);
  };
  const kill = async (signal: NodeJS.Signals = "SIGKILL") => {
    const dying = child;
    child = undefined;
    link?.close();
    link = undefined;
    if (!dying || hasEnded(dying)) return;
    const gone = new Promise((resolve) => dying.once("exit", resolve));
    dying.kill(signal);
    await gone;
    running.delete(dying);
  };
  const signal = (name: NodeJS.Signals) => {
    if (!child?.kill(name)) throw new Error(`the node on ${options.port} does not run`);
  };

  await start();
  const id = options.cluster === false ? "" : String(await call("CLUSTER", "MYID"));
  return {
    id: asNodeId(id),
    endpoint,
    port: options.port,
    folder,
    get pid() {
      return child?.pid ?? 0;
    },
    call,
    freeze: () => signal("SIGSTOP"),
    thaw: () => signal("SIGCONT"),
    kill,
    start,
    forgetCluster: () => rmSync(join(folder, "nodes.conf"), { force: true }),
    close: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configOf(options: TestNodeOptions, folder: string): string {
  const cluster = [
    "cluster-enabled yes",
    "cluster-config-file nodes.conf",
    `cluster-node-timeout ${options.nodeTimeoutMs ?? 2000}`,
  ];
  return [
    ...(options.tls ? ["port 0", `tls-port ${options.port}`] : [`port ${options.port}`]),
    `bind ${options.host ?? "127.0.0.1"}`,
    `dir ${folder}`,
    "logfile node.log",
    'save ""',
    "appendonly no",
    "repl-diskless-sync-delay 0",
    ...(options.cluster === false ? [] : cluster),
    ...(options.password && !options.user ? [`requirepass ${options.password}`, `masterauth ${options.password}`] : []),
    ...(options.config ?? []),
    "",
  ].join("\n");
}
