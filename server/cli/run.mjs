import { spawn } from "node:child_process";
import { setPriority } from "node:os";
import { delimiter, dirname } from "node:path";

const running = new Set();

/**
 * Runs a command without a shell and waits for its end. Its output is kept, not shown, unless `show` is given. A calm one
 * lets every other process go first.
 * Resolves to { ok, output }; a command that cannot be started is one that failed.
 */
export function run(command, args, { cwd, env = {}, show, calm } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    if (calm && child.pid) setPriority(child.pid, 10);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        output = (output + chunk).slice(-200_000);
        show?.(chunk);
      });
    child.once("error", (error) => end(false, `${command}: ${error.message}`));
    child.once("close", (code) => end(code === 0, ""));
    function end(ok, extra) {
      running.delete(child);
      resolve({ ok, output: output + extra });
    }
  });
}

/** npm as it was started with, else the one beside this node, else the one on PATH. */
export function npm() {
  const script = process.env.npm_execpath;
  if (script?.endsWith(".js")) return { command: process.execPath, args: [script], env: {} };
  const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`;
  return { command: "npm", args: [], env: { PATH: path } };
}

export function stopRunning() {
  for (const child of running) child.kill("SIGTERM");
}

export const tail = (text, lines = 40) => text.trimEnd().split("\n").slice(-lines).join("\n");
