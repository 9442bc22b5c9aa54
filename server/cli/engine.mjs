import { accessSync, constants, existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Refusal, say } from "./say.mjs";

const EMBEDDED = "embedded";

/** The path of a server for nodes of this machine, said aloud where it is the embedded one by default. */
export function provideEngine(data) {
  const found = findEngine(data);
  if (found === linkOf(data) && process.env.SHARDBOARD_ENGINE !== EMBEDDED)
    say(
      "No valkey-server or redis-server is on PATH: nodes here run on the embedded one, made for sandboxes and tests.",
    );
  if (!found) say("Starting without a server for nodes of this machine; clusters elsewhere can be connected to.");
  return found;
}

/**
 * SHARDBOARD_ENGINE, else a server on PATH, else the embedded one, linked into the data folder.
 * Looked for in the order of server/runtime/engines.ts.
 */
export function findEngine(data) {
  const given = process.env.SHARDBOARD_ENGINE;
  if (given === EMBEDDED) return linkEmbedded(data);
  if (!given) return serverOnPath() ?? linkEmbedded(data);
  if (isExecutable(resolve(given))) return resolve(given);
  throw new Refusal(`SHARDBOARD_ENGINE is ${given}, which is no executable file.`);
}

export function serverOnPath() {
  for (const name of ["valkey-server", "redis-server"])
    for (const folder of (process.env.PATH ?? "").split(delimiter).filter(Boolean))
      if (isExecutable(join(folder, name))) return join(folder, name);
  return undefined;
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
