import { spawnSync } from "node:child_process";
import { openSync } from "node:fs";
import { resolve } from "node:path";
import type { Log } from "./log";

/** The lock belongs to the open file, which the program gets as its descriptor 3 and leaves to this process. */
const ARGUMENTS = ["-n", "3"];
const IS_HELD = 1;
const PATIENCE_MS = 5000;

/**
 * Makes nodes.conf this node's alone until the process ends, however it ends: the lock of redis-server, so that each keeps
 * the other out. It is taken by util-linux' flock, as this platform has no call for it; where that is missing, the log says
 * so and nothing is locked. Throws with redis' sentence when another node has it.
 */
export function lockNodesConf(folder: string, name: string, log: Log): void {
  const file = openSync(resolve(folder, name), "a", 0o644);
  const { status, error } = spawnSync("flock", ARGUMENTS, {
    stdio: ["ignore", "ignore", "ignore", file],
    timeout: PATIENCE_MS,
  });
  if (status === 0) return;
  if (status === IS_HELD)
    throw new Error(
      `Sorry, the cluster configuration file ${name} is already used by a different Redis Cluster node. Please make sure that different nodes use different cluster configuration files.`,
    );
  const why = error ? error.message : `it ended with ${status}`;
  log.write(
    "warning",
    `The cluster configuration file ${name} is not locked (flock of util-linux: ${why}): no second node may use this folder.`,
  );
}
