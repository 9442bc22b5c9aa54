import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import type { NodeSettings } from "../config/settings";
import { NodeCore, type NodeOptions } from "../core";
import { type ShutdownWay, shutdownWay } from "../shutdown";
import { type LogLevel, TICK_MS, type World } from "../world";
import { Files } from "./files";
import { hostFacts } from "./host-facts";
import { Listening } from "./listening";
import { lockNodesConf } from "./lock";
import type { Log } from "./log";
import { Sockets } from "./sockets";

export type RunOptions = {
  readonly settings: NodeSettings;
  readonly log: Log;
  readonly configFile: string;
  readonly parts: Pick<NodeOptions, "replication" | "persistence" | "migration" | "cluster">;
};

const DEFAULT_WAY: ShutdownWay = { saves: "default", isNow: false, isForced: false };

/** A node under the real world, from its files to its last signal. Resolves when it takes connections. */
export async function runNode({ settings, log, configFile, parts }: RunOptions): Promise<void> {
  const sockets = new Sockets();
  const files = new Files(settings.text("dir"));
  const pidFile = settings.text("pidfile");
  const listening = new Listening({ sockets, settings, log });
  const world = realWorld({ sockets, files, log, pidFile, listening });
  log.write("warning", "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo");
  const host = hostFacts(configFile);
  log.write("warning", `Redis version=7.0.15, bits=64, commit=00000000, modified=0, pid=${process.pid}, just started`);
  log.write("warning", "Configuration loaded");
  log.role = "M";
  if (settings.isOn("cluster-enabled")) lockNodesConf(files.folder, settings.text("cluster-config-file"), log);
  const core = new NodeCore({ world, settings, host, ...parts });
  sockets.serve(core);
  const mode = settings.isOn("cluster-enabled") ? "cluster" : "standalone";
  log.write("notice", `Running mode=${mode}, port=${settings.text("port")}.`);
  core.load();
  await listening.start();
  if (pidFile !== "") writeFileSync(pidFile, `${process.pid}\n`);
  log.write("warning", "Server initialized");
  setInterval(() => {
    log.role = core.replication.role === "replica" ? "S" : "M";
    log.least = settings.text("loglevel") as LogLevel;
    core.tick();
    sockets.settleSoon();
  }, TICK_MS);
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => {
      if (core.shutdown.isUnderWay && signal === "SIGINT") {
        log.write("warning", "You insist... exiting now.");
        world.exit(1);
      }
      log.write("warning", `Received ${signal} scheduling shutdown...`);
      const words = settings.text(`shutdown-on-${signal.toLowerCase()}`).split(" ");
      core.shutdown.begin(shutdownWay(words) ?? DEFAULT_WAY);
      sockets.settleSoon();
    });
  log.write("notice", "Ready to accept connections");
}

type RealWorldOptions = {
  readonly sockets: Sockets;
  readonly files: Files;
  readonly log: Log;
  readonly pidFile: string;
  readonly listening: Listening;
};

function realWorld({ sockets, files, log, pidFile, listening }: RealWorldOptions): World {
  return {
    now: Date.now,
    monotonicMs: () => performance.now(),
    randomBytes: (count) => randomBytes(count),
    dial: (to, from) => sockets.dial(to, from),
    send: (connection, bytes) => sockets.send(connection, bytes),
    close: (connection) => sockets.close(connection),
    unsent: (connection) => sockets.unsent(connection),
    disk: files,
    log: log.write,
    relisten: (done) => {
      const settled = (error: Error | undefined) => {
        done(error);
        sockets.settleSoon();
      };
      listening.again().then(
        () => settled(undefined),
        (error: Error) => settled(error),
      );
    },
    exit: (code) => {
      if (pidFile !== "") rmSync(pidFile, { force: true });
      process.exit(code);
    },
  };
}
