import { spawn } from "node:child_process";
import { createWriteStream, existsSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { nextBinary } from "./prepare.mjs";

const LARGEST_LOG = 10 * 1024 * 1024;
const KEPT_LINES = 30;

/**
 * One life of the console. It runs in a process group of its own, so that Ctrl-C at the terminal reaches the parent
 * alone and nodes are stopped in their order; its standard input stays open as long as the parent lives, and its end
 * tells the console that the parent is gone (server/parent-watch.ts). NEXT_MANUAL_SIG_HANDLE leaves the signals to
 * server/boot.ts. Lines that begin with `· ` or `! ` are for the person; the rest goes to <data>/next.log.
 */
export function startConsole({ root, data, host, port, isRestart = false }) {
  const before = process.umask(0o077);
  const child = spawn(process.execPath, [nextBinary(root), "start", "-H", host, "-p", String(port)], {
    cwd: root,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      ...process.env,
      HOST: host,
      PORT: String(port),
      SHARDBOARD_DATA: data,
      SHARDBOARD_SUPERVISOR_PID: String(process.pid),
      SHARDBOARD_RESTART: isRestart ? "1" : undefined,
      NEXT_MANUAL_SIG_HANDLE: "true",
      NEXT_TELEMETRY_DISABLED: "1",
    },
  });
  process.umask(before);
  child.stdin.on("error", () => {});
  const lastLines = [];
  const log = openLog(join(data, "next.log"));
  for (const [stream, out] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ])
    createInterface({ input: stream }).on("line", (line) => {
      if (/^[·!] /.test(line)) out.write(`${line}\n`);
      else {
        log.write(`${line}\n`);
        lastLines.push(line);
        if (lastLines.length > KEPT_LINES) lastLines.shift();
      }
    });
  const life = { pid: child.pid, isOver: false, lastLines, terminate, kill };
  life.ended = new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: 1, text: error.message }));
    child.once("close", (code, signal) => resolve({ code, text: signal ?? `code ${code}` }));
  }).then((end) => {
    life.isOver = true;
    log.end();
    return end;
  });
  return life;

  function terminate() {
    child.kill("SIGTERM");
  }

  /** The whole group: nodes are in sessions of their own and go on. */
  function kill() {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      child.kill("SIGKILL");
    }
  }
}

function openLog(path) {
  if (existsSync(path) && statSync(path).size > LARGEST_LOG) renameSync(path, `${path}.1`);
  const log = createWriteStream(path, { flags: "a", mode: 0o600 });
  log.on("error", () => {});
  return log;
}
