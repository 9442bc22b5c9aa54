import { accessSync, constants, existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { aptInstall, aptLine, isDebian, mayInstall } from "./debian.mjs";
import { Refusal, say } from "./say.mjs";

/** Debian's multi-call binary: it is the server when the name it is called by says so. */
const MULTI_CALL = "/usr/bin/redis-check-rdb";

/**
 * The path of a server binary, or undefined after having said how to get one. Looked for in the order of
 * server/runtime/engines.ts. Debian's package redis-server is never used: it would enable a daemon on 6379.
 */
export async function provideEngine(data, { wanted }) {
  const found = findEngine(data);
  if (found || !wanted) return found;
  if (mayInstall() && (await aptInstall(["redis-tools"], "No valkey-server or redis-server was found"))) {
    const installed = findEngine(data);
    if (installed) return installed;
  }
  say(`No valkey-server or redis-server was found. To have nodes on this machine: ${installLine()}`);
  say("Starting without a sandbox; clusters elsewhere can be connected to.");
  return undefined;
}

export function findEngine(data) {
  const given = process.env.SHARDBOARD_ENGINE;
  if (given) {
    if (isExecutable(resolve(given))) return resolve(given);
    throw new Refusal(`SHARDBOARD_ENGINE is ${given}, which is no executable file.`);
  }
  for (const name of ["valkey-server", "redis-server"])
    for (const folder of (process.env.PATH ?? "").split(delimiter).filter(Boolean))
      if (isExecutable(join(folder, name))) return join(folder, name);
  const linked = join(data, "bin", "redis-server");
  if (isExecutable(linked)) return linked;
  if (!isExecutable(MULTI_CALL)) return undefined;
  mkdirSync(join(data, "bin"), { recursive: true, mode: 0o700 });
  rmSync(linked, { force: true });
  symlinkSync(MULTI_CALL, linked);
  return linked;
}

function installLine() {
  if (process.platform === "darwin") return "brew install valkey";
  if (isDebian()) return `sudo ${aptLine(["redis-tools"])}`;
  if (existsSync("/etc/alpine-release")) return "apk add valkey";
  if (existsSync("/etc/arch-release")) return "sudo pacman -S valkey";
  if (existsSync("/etc/redhat-release")) return "sudo dnf install valkey";
  return "install Valkey or Redis, or set SHARDBOARD_ENGINE to the path of its server";
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
