import { randomUUID } from "node:crypto";
import { readdir, readFile, readlink, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { refuse } from "@/server/refuse";
import { isEmbedded } from "./embedded";
import { runsEngine } from "./identity";
import { processTable } from "./process-table";

/**
 * One server per node folder (FAULTS 78). The engines' own lock is on nodes.conf, which they replace by rename, so
 * from 7.2 on it guards an old file and a second server starts as a clone with the same node id.
 *
 * 1. Who wants the folder first writes a claim of its own, `node.lock.<uuid>`, with a pid and the start of that
 *    process, and only then reads all other claims. Of two that come together at least one therefore sees the other.
 * 2. A claim whose process is gone is nobody's, and anyone may delete it: claims are never rewritten, so that what was
 *    judged is what is deleted.
 * 3. Who sees a living claim takes its own back, waits a random moment and tries again, a few times. Two may so step
 *    back from each other; two can never both stay.
 * 4. When the server has a pid, a claim in its name is added and the console's is taken away: it outlives the console.
 * 5. On Linux a server that somebody started by hand is seen too: any server process whose working folder this is.
 *
 * Not guaranteed: elsewhere a server started by hand is only seen by its port.
 */
const LOCK = "node.lock.";
const TRIES = 8;
const LONGEST_PAUSE_MS = 30;
const holderSchema = z.object({ pid: z.int(), started: z.string() });
export type Holder = z.infer<typeof holderSchema>;
type Claim = { readonly path: string; readonly holder: Holder };

/** Throws OpsError refused when a living process has the folder. */
export async function lockFolder(folder: string, holder: Holder, enginePath: string): Promise<void> {
  const intruder = await serverIn(folder, enginePath);
  if (intruder !== undefined) throw refuse("refused", "folderInUse", { folder, pid: intruder });
  let other: Claim | undefined;
  for (let i = 0; i < TRIES; i++) {
    const mine = await claim(folder, holder);
    other = (await livingClaims(folder)).find((each) => each.path !== mine);
    if (!other) return;
    await rm(mine, { force: true });
    await sleep(Math.random() * LONGEST_PAUSE_MS);
  }
  throw refuse("refused", "folderInUse", { folder, pid: other?.holder.pid ?? 0 });
}

/** From the console, which has the lock, to the server that runs now; or to one that was found running. */
export async function handOver(folder: string, holder: Holder): Promise<void> {
  const before = await claims(folder);
  await claim(folder, holder);
  for (const { path } of before) await rm(path, { force: true });
}

export async function unlockFolder(folder: string): Promise<void> {
  for (const { path } of await claims(folder)) await rm(path, { force: true });
}

/** Who holds the folder, if that process lives. */
export async function readHolder(folder: string): Promise<Holder | undefined> {
  return (await livingClaims(folder))[0]?.holder;
}

/** It comes under its name when it is whole. */
async function claim(folder: string, { pid, started }: Holder): Promise<string> {
  const name = `${LOCK}${randomUUID()}`;
  const draft = join(folder, `draft-${name}`);
  await writeFile(draft, JSON.stringify({ pid, started }), { flag: "wx", mode: 0o600 });
  await rename(draft, join(folder, name));
  return join(folder, name);
}

async function claims(folder: string): Promise<readonly Claim[]> {
  const found: Claim[] = [];
  for (const name of await readdir(folder)) {
    if (!name.startsWith(LOCK)) continue;
    const path = join(folder, name);
    const holder = parse(await readFile(path, "utf8").catch(() => ""));
    if (holder) found.push({ path, holder });
  }
  return found;
}

async function livingClaims(folder: string): Promise<readonly Claim[]> {
  const living: Claim[] = [];
  for (const each of await claims(folder)) {
    const facts = await processTable.read(each.holder.pid);
    if (facts?.started === each.holder.started) living.push(each);
    else await rm(each.path, { force: true });
  }
  return living;
}

function parse(text: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function serverIn(folder: string, enginePath: string): Promise<number | undefined> {
  if (process.platform !== "linux") return undefined;
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if ((await readlink(`/proc/${pid}/cwd`).catch(() => "")) !== folder) continue;
    const facts = await processTable.read(Number(pid));
    const isServer = facts && (isEmbedded(facts.exe) || /(redis|valkey)-(server|check-rdb|check-aof)$/.test(facts.exe));
    if (facts && (isServer || (await runsEngine(facts, enginePath)))) return facts.pid;
  }
  return undefined;
}
