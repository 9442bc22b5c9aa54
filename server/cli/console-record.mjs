import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startOf } from "./process-start.mjs";

/** What the console wrote about itself (server/console-record.ts), when that very process lives; else undefined. */
export function livingConsole(data) {
  try {
    const record = JSON.parse(readFileSync(join(data, "console.json"), "utf8"));
    return record.started && startOf(record.pid) === record.started ? record : undefined;
  } catch {
    return undefined;
  }
}

export async function answersHealth(url) {
  try {
    const response = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(2000) });
    return response.ok && (await response.json()).status === "ok";
  } catch {
    return false;
  }
}

/** Waits until the console of this folder is ready; undefined when `isOver` says that it will not be, or it takes too long. */
export async function readyConsole(data, { deadlineMs, isOver = () => false, pid }) {
  const deadline = Date.now() + deadlineMs;
  while (Date.now() < deadline && !isOver()) {
    const record = livingConsole(data);
    if (record?.ready && (pid === undefined || record.pid === pid) && (await answersHealth(record.url))) return record;
    await sleep(50);
  }
  return undefined;
}

/** True when it was gone in time. */
export async function consoleGone(data, deadlineMs) {
  const deadline = Date.now() + deadlineMs;
  while (livingConsole(data)) {
    if (Date.now() > deadline) return false;
    await sleep(100);
  }
  return true;
}
