import { mkdtempSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ManagedNode } from "@/lib/wire/runtime";
import { EventHub } from "@/server/events";
import { schema } from "@/server/store/schema";
import { Store } from "@/server/store/sqlite";
import { Vault } from "@/server/store/vault";
import { findServer } from "@/server/testing/node";
import { files } from "./node-config";
import { terminate } from "./node-process";
import { processTable } from "./process-table";
import { Runtime } from "./runtime";

export type Bench = {
  readonly dataFolder: string;
  readonly store: Store;
  readonly hub: EventHub;
  readonly runtime: Runtime;
  /** Another life of the console on the same data. */
  again(): Promise<Bench>;
  close(): Promise<void>;
};

/** A runtime with a data folder and a database of its own, on real servers. */
export function openBench(given?: string): Bench {
  const dataFolder = given ?? mkdtempSync(join(tmpdir(), "shardboard-runtime-"));
  process.env.SHARDBOARD_ENGINE ??= findServer(mkdtempSync(join(tmpdir(), "shardboard-engine-")));
  const store = new Store(join(dataFolder, "test.db"));
  store.migrate(schema);
  const vault = new Vault({ keyPath: join(dataFolder, "test.key") });
  const hub = new EventHub({ bootId: "test", now: Date.now });
  const runtime = new Runtime({ store, vault, hub, dataFolder, now: Date.now });
  return {
    dataFolder,
    store,
    hub,
    runtime,
    again: async () => {
      await runtime.close();
      store.close();
      return openBench(dataFolder);
    },
    close: async () => {
      await runtime.close();
      for (const node of await runtime.list()) await killServer(node.folder);
      store.close();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

/** However a test ended: what runs in the folder of one of its nodes goes with it. */
async function killServer(folder: string): Promise<void> {
  const pid = Number(await readFile(join(folder, files.pid), "utf8").catch(() => ""));
  const facts = pid > 1 ? await processTable.read(pid) : undefined;
  if (facts && (facts.cwd === undefined || facts.cwd === folder)) await terminate(folder, facts, { signal: "SIGKILL" });
}

export async function prepareNode({ runtime }: Bench, port: number): Promise<ManagedNode> {
  const [node] = await runtime.prepare({ count: 1, port, fields: { nodeTimeoutMs: 2000 }, start: true });
  if (!node) throw new Error("not prepared");
  return node;
}

export function pidOf({ process }: Pick<ManagedNode, "process">): number {
  if (process.state !== "running") throw new Error(`it does not run: ${JSON.stringify(process)}`);
  return process.pid;
}
