import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startOf } from "./process-start.mjs";

const TRIES = 8;
const LONGEST_PAUSE_MS = 30;

/**
 * A lock that names the process that holds it, and ends with it. Each writes a claim of its own beside the others
 * (`<path>.<uuid>`) and only then looks at theirs, so that of two at least one sees the other; who sees a living one
 * takes its own back and tries again after a random moment. Claims of the dead are deleted by anyone.
 * Returns { release } or { holderPid }. (server/runtime/node-lock.ts does the same for the folders of nodes.)
 */
export async function takeLock(path) {
  let other;
  for (let i = 0; i < TRIES; i++) {
    const mine = claim(path);
    other = livingClaims(path).find((each) => each.path !== mine);
    if (!other) return { release: () => rmSync(mine, { force: true }) };
    rmSync(mine, { force: true });
    await sleep(Math.random() * LONGEST_PAUSE_MS);
  }
  return { holderPid: other.pid };
}

/** It comes under its name when it is whole. */
function claim(path) {
  const mine = `${path}.${randomUUID()}`;
  const draft = join(dirname(path), `draft-${basename(mine)}`);
  writeFileSync(draft, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }), {
    flag: "wx",
    mode: 0o600,
  });
  renameSync(draft, mine);
  return mine;
}

function livingClaims(path) {
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(`${basename(path)}.`))
    .flatMap((name) => {
      const at = join(dirname(path), name);
      const pid = livePid(at);
      if (pid === undefined) rmSync(at, { force: true });
      return pid === undefined ? [] : [{ path: at, pid }];
    });
}

function livePid(path) {
  try {
    const { pid, started } = JSON.parse(readFileSync(path, "utf8"));
    return started && startOf(pid) === started ? pid : undefined;
  } catch {
    return undefined;
  }
}
