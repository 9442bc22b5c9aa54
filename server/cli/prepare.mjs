import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bundle } from "./bundle.mjs";
import { takeLock } from "./lock-file.mjs";
import { npm, run, tail } from "./run.mjs";
import { Refusal, say, secondsSince } from "./say.mjs";

const SOURCES = ["app", "components", "lib", "server", "public"];
const FILES = [
  "instrumentation.ts",
  "next.config.ts",
  "package-lock.json",
  "package.json",
  "postcss.config.mjs",
  "proxy.ts",
  "tsconfig.json",
];
const NOT_IN_CONSOLE = ["server/cli", "server/testing"];
const CLI_SOURCES = ["lib", "server"];
const CLI_FILES = ["package-lock.json", "package.json", "tsconfig.json"];
const NOT_IN_CLI = ["server/testing"];
const STILL_MS = 20_000;
const WAIT_MS = 15 * 60_000;

/** Packages from the lockfile, and a build of the sources as they are now; what is there already is not done again. */
export async function prepare(root) {
  const lock = await prepareLock(root);
  try {
    await install(root);
    await build(root);
  } finally {
    lock.release();
  }
}

export async function install(root) {
  if (isInstalled(root)) return;
  const startMs = Date.now();
  say("Installing packages from the lockfile (npm ci), about a minute…");
  const { command, args, env } = npm();
  const ci = run(command, [...args, "ci", "--include=dev", "--no-audit", "--no-fund"], { cwd: root, env });
  const done = await patiently("installing", ci);
  if (!done.ok) throw new Refusal(`The packages could not be installed:\n${tail(done.output)}`);
  say(`Packages installed in ${secondsSince(startMs)}`);
}

/**
 * npm keeps a lockfile of what it really installed, written when it has ended well. Everything in it must be what the
 * project's lockfile says, and nothing that this platform needs may be missing.
 */
export function isInstalled(root) {
  const installed = packagesOf(join(root, "node_modules", ".package-lock.json"));
  const wanted = packagesOf(join(root, "package-lock.json"));
  if (!wanted) throw new Refusal(`${join(root, "package-lock.json")} cannot be read: the clone is not whole.`);
  if (!installed) return false;
  for (const [path, is] of Object.entries(installed)) {
    const want = wanted[path];
    if (!want || want.version !== is.version || want.integrity !== is.integrity) return false;
  }
  return Object.entries(wanted).every(
    ([path, want]) => path === "" || want.optional || want.devOptional || installed[path],
  );
}

function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** `calm`: it may take longer, and lets every other process go first. */
export async function build(root, { calm = false } = {}) {
  await buildConsole(root, calm);
  await buildCli(root);
}

/** `npm run build` does the same without looking at the stamps. */
async function buildCli(root) {
  const stamp = join(root, "dist", "shardboard-sources");
  const sources = hashCliSources(root);
  if (existsSync(join(root, "dist", "shardboard.mjs")) && read(stamp) === sources) return;
  rmSync(stamp, { force: true });
  await bundle(root);
  writeFileSync(stamp, sources);
}

async function buildConsole(root, calm) {
  const dist = join(root, process.env.NEXT_DIST_DIR ?? ".next");
  const stamp = join(dist, "shardboard-sources");
  const sources = hashSources(root);
  if (existsSync(join(dist, "BUILD_ID")) && read(stamp) === sources) return;
  const startMs = Date.now();
  say("Building the console (next build), about half a minute…");
  rmSync(stamp, { force: true });
  const env = { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" };
  const done = await patiently(
    "building",
    run(process.execPath, [nextBinary(root), "build"], { cwd: root, env, calm }),
  );
  if (!done.ok) throw new Refusal(`The console could not be built:\n${tail(done.output)}`);
  writeFileSync(stamp, sources);
  say(`Built in ${secondsSince(startMs)}`);
}

/** A line now and then, so that nobody takes a slow machine for a stuck one. */
async function patiently(what, work) {
  const startMs = Date.now();
  const timer = setInterval(() => say(`still ${what}, ${secondsSince(startMs)}…`), STILL_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

export const nextBinary = (root) => join(root, "node_modules", "next", "dist", "bin", "next");

/** Everything that goes into the console, by path and content; tests and the command line do not. */
export const hashSources = (root) =>
  hashFiles(root, [...SOURCES.flatMap((folder) => filesIn(root, folder, NOT_IN_CONSOLE)), ...FILES]);

/** The same for the command line. */
export const hashCliSources = (root) =>
  hashFiles(root, [...CLI_SOURCES.flatMap((folder) => filesIn(root, folder, NOT_IN_CLI)), ...CLI_FILES]);

function hashFiles(root, paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    hash.update(`${path}\0`);
    hash.update(existsSync(join(root, path)) ? readFileSync(join(root, path)) : "");
    hash.update("\0");
  }
  return hash.digest("hex");
}

function filesIn(root, folder, without) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return without.includes(path) ? [] : filesIn(root, path, without);
      return /\.test\.tsx?$/.test(path) || entry.name.startsWith(".") ? [] : [path];
    })
    .sort();
}

/** Two starts in one clone must not install or build over each other, whatever their data folders are. */
async function prepareLock(root) {
  const name = createHash("sha256").update(root).digest("hex").slice(0, 16);
  const path = join(tmpdir(), `shardboard-prepare-${process.getuid?.() ?? 0}-${name}.lock`);
  const deadline = Date.now() + WAIT_MS;
  for (let said = false; ; said = true) {
    const lock = await takeLock(path);
    if (lock.release) return lock;
    if (!said) say(`Waiting for process ${lock.holderPid}, which is installing or building here…`);
    if (Date.now() > deadline)
      throw new Refusal(`Process ${lock.holderPid} has been installing or building here for too long; look at it.`);
    await sleep(200);
  }
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
