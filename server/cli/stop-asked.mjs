import { readFileSync } from "node:fs";

const LOOK_MS = 300;
const SIGHUP_BIT = 1n;

/**
 * Ctrl-C, SIGTERM, a terminal that was closed (unless nohup asked to ignore that), and the end of the shell through
 * which npm runs its scripts: npm hands SIGTERM to that shell, which ends and does not hand it on.
 */
export function onStopAsked(stop) {
  const signals = ignoresHangUp() ? ["SIGINT", "SIGTERM"] : ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, stop);
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    stop();
  }, LOOK_MS);
  timer.unref();
}

/** Asked before a handler is set, which would end the ignoring. Only Linux tells. */
function ignoresHangUp() {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    return mask !== undefined && (BigInt(`0x${mask}`) & SIGHUP_BIT) !== 0n;
  } catch {
    return false;
  }
}
