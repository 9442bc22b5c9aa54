#!/usr/bin/env node
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { baseUrl, choosePort, readAddress } from "./address.mjs";
import { answersHealth, consoleGone, livingConsole, readyConsole } from "./console-record.mjs";
import { openDataFolder, signInLink } from "./data-folder.mjs";
import { provideEngine } from "./engine.mjs";
import { takeLock } from "./lock-file.mjs";
import { prepare } from "./prepare.mjs";
import { stopRunning } from "./run.mjs";
import { Refusal, say } from "./say.mjs";
import { onStopAsked } from "./stop-asked.mjs";
import { supervise } from "./supervise.mjs";

/**
 * `npm start`: from a bare clone to a console, and then the small parent that keeps it up. Plain JavaScript and node:*
 * alone, because it runs before anything is installed.
 *
 * 1. One parent a data folder (supervisor.lock). If another one lives, or a console without a parent does, its address
 *    is printed with a fresh one-time sign-in, and that is all.
 * 2. Packages, build, engine: each only when it is missing or stale.
 * 3. The console is started, and watched until Ctrl-C: then it parks, stops its sandbox, and everything ends with 0.
 */
const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const OLDEST_NODE = [20, 19];
/** Another parent may be installing and building. */
const OTHER_READY_MS = 20 * 60_000;
const ORPHAN_LEAVES_MS = 20_000;

const stop = new AbortController();
onStopAsked(() => {
  if (!stop.signal.aborted) stop.abort();
  stopRunning();
});

// A terminal that went away is no reason to fall over its sentences.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

try {
  process.exitCode = await start();
} catch (error) {
  const isOurs = error instanceof Refusal;
  const text = isOurs ? error.message : (error?.stack ?? String(error));
  if (text && !(stop.signal.aborted && isOurs)) process.stderr.write(`! ${text}\n`);
  process.exitCode = stop.signal.aborted && isOurs ? 0 : 1;
}

async function start() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]))
    throw new Refusal(`Shardboard needs Node ${OLDEST_NODE.join(".")} or newer; this is ${process.versions.node}.`);
  const address = readAddress();
  const data = openDataFolder();
  const lock = await takeLock(join(data, "supervisor.lock"));
  if (!lock.release) return greetOther(data, lock.holderPid);
  try {
    if (await isServedAlready(data)) return 0;
    await choosePort(address);
    await prepare(ROOT);
    if (stop.signal.aborted) return 0;
    provideEngine(data);
    if (stop.signal.aborted) return 0;
    say(`Starting the console; data folder ${data}`);
    const code = await supervise({
      root: ROOT,
      data,
      address,
      stop: stop.signal,
      onReady: (record) => announce(data, publicUrl(record)),
    });
    return code;
  } finally {
    lock.release();
  }
}

/** Another `npm start` has this folder: its console is waited for and named. */
async function greetOther(data, holderPid) {
  say(`Process ${holderPid} runs Shardboard on this data folder already.`);
  const record = await readyConsole(data, { deadlineMs: OTHER_READY_MS, isOver: () => stop.signal.aborted });
  if (!record) throw new Refusal(`The console of process ${holderPid} does not become ready; look at its terminal.`);
  announce(data, publicUrl(record));
  return 0;
}

/** No parent lives, but a console may: one that was started by itself stays; one whose parent was killed is leaving. */
async function isServedAlready(data) {
  const record = livingConsole(data);
  if (!record) return false;
  if (record.supervisorPid === undefined && (await answersHealth(record.url))) {
    announce(data, publicUrl(record));
    return true;
  }
  say(`Process ${record.pid} still serves this data folder and is leaving; waiting for it…`);
  if (await consoleGone(data, ORPHAN_LEAVES_MS)) return false;
  throw new Refusal(
    `Process ${record.pid} still serves this data folder and does not leave. End it, then start again.`,
  );
}

function publicUrl(record) {
  return process.env.SHARDBOARD_ORIGIN ? baseUrl("", 0) : record.url;
}

/** The last line of a start. */
function announce(data, url) {
  process.stdout.write(`Shardboard is ready: ${signInLink(data, url)}\n`);
}
