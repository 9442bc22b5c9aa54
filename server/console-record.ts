import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { processTable } from "./runtime/process-table";

/**
 * `<data>/console.json` tells which process is the console of this data folder. `npm start` reads it to find a console
 * that lives already, and waits for `ready`. A pid alone proves nothing: `started` says which process of that pid.
 */
export type ConsoleRecord = {
  readonly pid: number;
  readonly started: string;
  readonly startedAt: string;
  readonly url: string;
  readonly bootId: string;
  readonly ready: boolean;
  /** The `npm start` that watches over it; absent when the console was started on its own. */
  readonly supervisorPid?: number;
};

const fileOf = (dataFolder: string): string => join(dataFolder, "console.json");

/** Written once when the console begins (`ready: false`) and once more when it answers. Whole or not at all. */
export async function recordConsole(console: {
  readonly dataFolder: string;
  readonly url: string;
  readonly bootId: string;
  readonly ready: boolean;
}): Promise<void> {
  const facts = await processTable.read(process.pid);
  const supervisorPid = Number(process.env.SHARDBOARD_SUPERVISOR_PID);
  const record: ConsoleRecord = {
    pid: process.pid,
    started: facts?.started ?? "",
    startedAt: new Date(facts?.startedMs ?? Date.now()).toISOString(),
    url: console.url,
    bootId: console.bootId,
    ready: console.ready,
    ...(supervisorPid > 0 ? { supervisorPid } : {}),
  };
  const draft = `${fileOf(console.dataFolder)}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  await rename(draft, fileOf(console.dataFolder));
}

/** On the way out; only what this process wrote itself. */
export async function forgetConsole(dataFolder: string): Promise<void> {
  const written = await readFile(fileOf(dataFolder), "utf8").catch(() => "{}");
  if ((JSON.parse(written) as Partial<ConsoleRecord>).pid === process.pid)
    await rm(fileOf(dataFolder), { force: true });
}
