import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isOpsError } from "@/lib/errors";
import type { ManagedNode } from "@/lib/wire/runtime";
import { version } from "@/package.json";
import { Engine } from "@/server/engine";
import { EventHub } from "@/server/events";
import { refuse } from "@/server/refuse";
import { Runtime } from "@/server/runtime/runtime";
import { schema } from "@/server/store/schema";
import { Store } from "@/server/store/sqlite";
import { defaultKeyPath, Vault } from "@/server/store/vault";
import { dataFolder } from "../desk/folders";
import { findEngine } from "../engine.mjs";

const LOCK_WAIT_MS = 10_000;
const LOCK_EVERY_MS = 100;

/**
 * The data folder's own engine, as the console builds it: for what changes nodes. Calls that are short wait for each
 * other; a console that has the folder is named, because it is the one to ask then.
 */
export async function withEngine<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await open();
  try {
    await engine.runtime.adopt();
    return await work(engine);
  } finally {
    await engine.close({ nodes: "leave", say: () => {} });
  }
}

async function open(): Promise<Engine> {
  const folder = dataFolder();
  const settings = {
    dataFolder: folder,
    host: "127.0.0.1",
    port: 0,
    adminToken: undefined,
    allowNets: process.env.SHARDBOARD_ALLOW_NETS || undefined,
    origin: undefined,
  };
  // Parts of the runtime read the folder from the environment, as the console has it.
  process.env.SHARDBOARD_DATA = folder;
  const end = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      const engine = new Engine({ settings, version });
      findEngine(folder);
      return engine;
    } catch (error) {
      if (!isOpsError(error) || error.sentence !== "dataFolderTaken") throw error;
      const who = String(error.details?.who ?? "");
      if (who !== "" || Date.now() > end) throw refuse("busy", "cliFolderBusy", { dataFolder: folder, who }, error);
      await sleep(LOCK_EVERY_MS);
    }
  }
}

/** For what only looks: beside whoever has the folder. */
export async function withRuntime<T>(work: (runtime: Runtime) => Promise<T>): Promise<T> {
  const folder = dataFolder();
  const { mkdirSync } = await import("node:fs");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const store = new Store(join(folder, "shardboard.sqlite"));
  store.migrate(schema);
  const vault = new Vault({ keyPath: defaultKeyPath(folder, process.env) });
  const hub = new EventHub({ bootId: "look", now: Date.now });
  const runtime = new Runtime({ store, vault, hub, dataFolder: folder, now: Date.now });
  try {
    return await work(runtime);
  } finally {
    await runtime.close();
    store.close();
  }
}

/** By id, name, port or address; `all` is every one. */
export function pickNodes(all: readonly ManagedNode[], given: readonly string[]): readonly ManagedNode[] {
  if (given.includes("all")) return all;
  return given.map((text) => {
    const found = all.find(({ id, name, endpoint: { host, port } }) =>
      [id, name, String(port), `${host}:${port}`].includes(text),
    );
    if (!found) throw refuse("not_found", "managedNodeUnknown", { id: text });
    return found;
  });
}
