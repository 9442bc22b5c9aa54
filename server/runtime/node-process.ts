import { spawn } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isOpsError } from "@/lib/errors";
import { type Dial, Link } from "@/server/link";
import { refuse } from "@/server/refuse";
import { commandOf } from "./embedded";
import { engineEnv } from "./engines";
import { linesSince, sizeOf } from "./log";
import { files } from "./node-config";
import { type ProcessFacts, processTable } from "./process-table";

/** What a server process needs to be started: its engine, its folder, and how to ask whether it is there. */
export type Launch = {
  readonly name: string;
  readonly enginePath: string;
  readonly folder: string;
  readonly dial: Dial;
  /** Told as soon as there is a process, long before it answers. */
  readonly onSpawned: (facts: ProcessFacts) => void | Promise<void>;
};

const START_MS = 20_000;
const STOP_MS = 20_000;

/**
 * Starts the server in a session of its own, without a shell, so that it outlives the console and its terminal.
 * Resolves when it answers PING (an answer that it is still loading counts: it runs). Throws OpsError internal with
 * what its log says when it ended instead, timed_out when it did neither; the process is not signalled here.
 */
export async function launch({ name, enginePath, folder, dial, onSpawned }: Launch): Promise<ProcessFacts> {
  const log = join(folder, files.log);
  const logFrom = await sizeOf(log);
  const child = spawnServer(enginePath, folder, log);
  let ended: string | undefined;
  child.once("exit", (code, signal) => {
    ended ??= signal ? `it was ended by ${signal}` : `it ended with code ${code}`;
  });
  child.once("error", (error) => {
    ended ??= error.message;
  });
  child.unref();
  const why = async () => reasonFrom(await linesSince(log, logFrom)) ?? ended ?? "its log says nothing";

  const facts = child.pid === undefined ? undefined : await processTable.read(child.pid);
  if (facts) await onSpawned(facts);
  const deadline = Date.now() + START_MS;
  for (;;) {
    if (ended !== undefined || !facts)
      throw refuse("internal", "nodeDidNotStart", { node: name, reason: await settled(why, () => ended) });
    if (await pings(dial)) return facts;
    if (Date.now() > deadline)
      throw refuse("timed_out", "nodeDidNotStart", {
        node: name,
        reason: `process ${facts.pid} gave no answer within ${START_MS} ms; ${await why()}`,
      });
    await sleep(25);
  }
}

export type Ending = { readonly signal: "SIGTERM" | "SIGKILL"; readonly withinMs?: number | undefined };

/** Signals a process that was judged to be ours and waits until it is gone. SIGTERM lets it write what it has. */
export async function terminate(name: string, facts: ProcessFacts, ending: Ending): Promise<void> {
  const { signal, withinMs = STOP_MS } = ending;
  try {
    process.kill(facts.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
  const deadline = Date.now() + withinMs;
  while ((await processTable.read(facts.pid))?.started === facts.started) {
    if (Date.now() > deadline)
      throw refuse("timed_out", "nodeDidNotStop", { node: name, pid: facts.pid, afterMs: withinMs });
    await sleep(20);
  }
}

/** The lines that tell why a server gave up, in its own words; the last lines when none stands out. */
export function reasonFrom(lines: readonly string[]): string | undefined {
  const said = lines.map((line) => line.replace(/^\d+:\w \d+ \w+ \d+ [\d:.]+ [#*.-] /, "").trim()).filter(Boolean);
  const telling = said.filter((line) =>
    /fatal|error|could not|can't|failed|in use|corrupt|unrecoverable|permission|denied|bad directive|>>>/i.test(line),
  );
  const chosen = telling.length ? telling : said.slice(-3);
  return chosen.length ? [...new Set(chosen)].slice(0, 4).join(" · ") : undefined;
}

function spawnServer(enginePath: string, folder: string, log: string) {
  const output = openSync(
    log,
    constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW,
    0o600,
  );
  const before = process.umask(0o077);
  try {
    const [file, first] = commandOf(enginePath);
    return spawn(file, [...first, join(folder, files.config)], {
      cwd: folder,
      detached: true,
      stdio: ["ignore", output, output],
      env: engineEnv(),
    });
  } finally {
    process.umask(before);
    closeSync(output);
  }
}

/** An `exit` event may come a moment after the process is seen to be gone. */
async function settled(why: () => Promise<string>, ended: () => string | undefined): Promise<string> {
  for (let i = 0; i < 20 && ended() === undefined; i++) await sleep(10);
  return why();
}

async function pings(dial: Dial): Promise<boolean> {
  try {
    const link = await Link.open({ ...dial, connectTimeoutMs: 500, timeoutMs: 1000 });
    link.close();
    return true;
  } catch (error) {
    return isOpsError(error) && /^LOADING\b/.test(String(error.details?.reason ?? ""));
  }
}
