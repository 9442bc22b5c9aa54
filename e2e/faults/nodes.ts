import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { until } from "./until";

/** A real server that can be killed, frozen and started again, signalled by its own handle only. */
export type FaultNode = {
  readonly id: string;
  /** Where it listens; clients and other nodes find it at `announced`. */
  readonly port: number;
  readonly announced: number;
  readonly folder: string;
  readonly redis: Redis;
  /** After a reset it is somebody else. */
  rename(id: string): void;
  freeze(): void;
  thaw(): void;
  kill(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
};

export type NodeOptions = {
  readonly engine: string;
  readonly folder: string;
  readonly port: number;
  /** Another port that leads here. */
  readonly announced?: number;
  readonly nodeTimeoutMs?: number;
  readonly clustered?: boolean;
  readonly config?: readonly string[];
};

const ANSWER_MS = 15_000;
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export async function startNode(options: NodeOptions): Promise<FaultNode> {
  const { port, engine, announced = port } = options;
  const folder = join(options.folder, `node-${port}`);
  mkdirSync(folder, { recursive: true });
  const conf = join(folder, "redis.conf");
  writeFileSync(conf, configOf(options, folder));
  const redis = new Redis({
    port,
    host: "127.0.0.1",
    retryStrategy: () => 20,
    protocol: 2,
    lazyConnect: true,
    showFriendlyErrorStack: true,
  });
  redis.on("error", () => {});
  let child: ChildProcess | undefined;
  const start = async () => {
    child = spawn(engine, [conf], { stdio: ["ignore", "pipe", "pipe"] });
    const said = createWriteStream(join(folder, "said.log"), { flags: "a" });
    child.stdout?.pipe(said);
    child.stderr?.pipe(said);
    running.add(child);
    await until(
      `the node on ${port} to answer`,
      ANSWER_MS,
      async () => child?.exitCode !== null || (await redis.ping()) === "PONG",
    );
    if (child.exitCode !== null) {
      redis.disconnect();
      throw new Error(`the node on ${port} ended at once: is its port taken?`);
    }
  };
  const kill = async (signal: NodeJS.Signals = "SIGKILL") => {
    const dying = child;
    if (!dying || dying.exitCode !== null || dying.signalCode !== null) return;
    const gone = new Promise((resolve) => dying.once("exit", resolve));
    dying.kill(signal);
    await gone;
    running.delete(dying);
  };
  await start();
  let id = options.clustered === false ? "" : String(await redis.cluster("MYID"));
  return {
    get id() {
      return id;
    },
    rename: (next) => {
      id = next;
    },
    port,
    announced,
    folder,
    redis,
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
    kill,
    start,
    close: async () => {
      redis.disconnect();
      await kill();
    },
  };
}

export const forgetFolder = (node: FaultNode): void => rmSync(node.folder, { recursive: true, force: true });

function configOf({ port, announced, nodeTimeoutMs = 2000, clustered, config }: NodeOptions, folder: string): string {
  const cluster = [
    "cluster-enabled yes",
    "cluster-config-file nodes.conf",
    `cluster-node-timeout ${nodeTimeoutMs}`,
    "cluster-replica-validity-factor 0",
    ...(announced === undefined || announced === port
      ? []
      : [`cluster-announce-port ${announced}`, `cluster-announce-bus-port ${port + 10_000}`]),
  ];
  return [
    `port ${port}`,
    "bind 127.0.0.1",
    `dir ${folder}`,
    "logfile node.log",
    'save ""',
    "appendonly no",
    "repl-diskless-sync-delay 0",
    "enable-debug-command yes",
    ...(clustered === false ? [] : cluster),
    ...(config ?? []),
    "",
  ].join("\n");
}
