import { accessSync, constants, existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Refusal, say } from "./say.mjs";

/** Debian's multi-call binary: it is the server when the name it is called by says so. */
const MULTI_CALL = "/usr/bin/redis-check-rdb";
const EMBEDDED = "embedded";

/** The path of a server for nodes of this machine, said aloud where it is the embedded one by default. */
export function provideEngine(data) {
  const found = findEngine(data);
  if (found === linkOf(data) && process.env.SHARDBOARD_ENGINE !== EMBEDDED)
    say(
      "No valkey-server or redis-server was found: nodes here run on the embedded one, made for sandboxes and tests.",
    );
  if (!found) say("Starting without a server for nodes of this machine; clusters elsewhere can be connected to.");
  return found;
}

/**
 * SHARDBOARD_ENGINE, else an installed server, else the embedded one; what is not on PATH is linked into the data folder.
 * Looked for in the order of server/runtime/engines.ts.
 */
export function findEngine(data) {
  const given = process.env.SHARDBOARD_ENGINE;
  if (given === EMBEDDED) return linkEmbedded(data);
  if (!given) return findServer(data) ?? linkEmbedded(data);
  if (isExecutable(resolve(given))) return resolve(given);
  throw new Refusal(`SHARDBOARD_ENGINE is ${given}, which is no executable file.`);
}

/** One that is installed: from PATH, or Debian's without its package redis-server, which would enable a daemon on 6379. */
export function findServer(data) {
  for (const name of ["valkey-server", "redis-server"])
    for (const folder of (process.env.PATH ?? "").split(delimiter).filter(Boolean))
      if (isExecutable(join(folder, name))) return join(folder, name);
  const linked = join(data, "bin", "redis-server");
  if (isExecutable(linked)) return linked;
  return isExecutable(MULTI_CALL) ? link(MULTI_CALL, linked) : undefined;
}

const linkOf = (data) => join(data, "bin", "shardboard-node");

/** Undefined: it was not built. */
function linkEmbedded(data) {
  const built = join(distFolder(), "shardboard-node.mjs");
  return existsSync(built) ? link(built, linkOf(data)) : undefined;
}

/** Beside the bundle, or where the sources are built to. */
function distFolder() {
  const here = dirname(fileURLToPath(import.meta.url));
  return basename(here) === "dist" ? here : join(here, "..", "..", "dist");
}

function link(target, path) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  rmSync(path, { force: true });
  symlinkSync(target, path);
  return path;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
