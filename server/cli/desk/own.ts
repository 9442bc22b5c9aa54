import { existsSync } from "node:fs";
import { join } from "node:path";
import { asClusterId, type ClusterId, type Endpoint } from "@/lib/cluster/node";
import { isOpsError } from "@/lib/errors";
import { isEnded, type Operation } from "@/lib/operation";
import { version } from "@/package.json";
import { Engine } from "@/server/engine";
import { insistOnMark } from "@/server/journal-mark";
import { refuse } from "@/server/refuse";
import { foldOperation, listOperationRows } from "@/server/store/operations";
import { schema } from "@/server/store/schema";
import { Store } from "@/server/store/sqlite";
import { type Desk, rests } from "./desk";
import { type ClusterFolder, dataFolder, keepMembers } from "./folders";
import { connectTo } from "./look";
import { operator } from "./operator";
import type { Reach } from "./reach";

const LISTED = 50;
const SETTLE_MARGIN_MS = 60_000;
/** Some lives of this process hold the event loop by nothing but timers that do not count. */
const KEEP_ALIVE_MS = 60_000;

type Own = { readonly folder: ClusterFolder; readonly reach: Reach; readonly seeds: readonly Endpoint[] };

/** The engine of the console in this process, for one cluster that is known as long as it runs. */
export async function openOwnDesk({ folder, reach, seeds }: Own): Promise<Desk> {
  const engine = openEngine(folder, reach);
  const actor = operator();
  const alive = setInterval(() => {}, KEEP_ALIVE_MS);
  const { registry, observer, planner, operations, hub } = engine;
  let id = asClusterId(folder.name);
  if (seeds.length > 0) {
    id = registry.add(connectTo(folder.name, seeds, reach)).id;
    observer.watch(id);
    keepMembers(folder, folder.nodes);
  }
  const get = (operationId: number) => operations.get(id, operationId);
  /** Told of every change of one operation, until `done` says that it is enough. */
  const until = (operationId: number, done: (now: Operation) => boolean) =>
    new Promise<Operation>((resolve, reject) => {
      const now = get(operationId);
      if (done(now)) return resolve(now);
      const stops = [
        hub.subscribe((event) => {
          if (event.type !== "operation" || event.event.operationId !== operationId) return;
          const next = get(operationId);
          if (!done(next)) return;
          for (const stop of stops) stop();
          resolve(next);
        }),
        operations.onLost((lost) => {
          if (lost !== operationId) return;
          for (const stop of stops) stop();
          reject(refuse("refused", "leaseLost", { cluster: folder.name }));
        }),
      ];
    });
  return {
    picture: async () => {
      const topology = await observer.sweep(id);
      return { topology, findings: observer.snapshot(id).findings };
    },
    plan: (wish) => planner.plan(actor, wish.verb === "create" ? undefined : id, wish),
    keepAccess: async (access) => registry.sources.keep(id, access),
    giveAccess: async (access) => registry.sources.giveAgain(access),
    start: (plan, { typed, reason }) => {
      id = plan.clusterId;
      if (plan.verb === "create") keepMembers(folder, folder.nodes);
      return operations.start(actor, id, {
        planId: plan.id,
        goOnAfterRestart: true,
        ...(typed === undefined ? {} : { typed }),
        ...(reason === undefined ? {} : { reason }),
      });
    },
    act: (operationId, action) => operations.act(actor, id, operationId, action),
    operations: async () => operations.list(id),
    backups: () => engine.backups.list(id),
    follow: (operationId, onChange) =>
      until(operationId, (now) => {
        onChange(now);
        return rests(now);
      }),
    settled: async (operation) => {
      const nodeTimeoutMs = observer.snapshot(id).topology?.nodeTimeoutMs ?? 0;
      const seen = until(operation.id, (now) => now.settled !== undefined).then((now) => now.settled);
      return Promise.race([seen, late(2 * nodeTimeoutMs + SETTLE_MARGIN_MS)]);
    },
    recover: () => operations.recover(),
    close: async () => {
      clearInterval(alive);
      const topology = registry.find(id) ? observer.snapshot(id).topology : undefined;
      if (topology) keepMembers(folder, topology.nodes);
      await engine.close({ nodes: "leave", say: () => {} });
    },
  };
}

const late = (ms: number) =>
  new Promise<undefined>((resolve) => {
    setTimeout(() => resolve(undefined), ms).unref();
  });

function openEngine(folder: ClusterFolder, reach: Reach): Engine {
  const settings = {
    dataFolder: folder.path,
    host: "127.0.0.1",
    port: 0,
    adminToken: undefined,
    allowNets: process.env.SHARDBOARD_ALLOW_NETS || undefined,
    origin: undefined,
  };
  try {
    // Beside the clusters: what is saved of one is restored into another.
    const backupsFolder = dataFolder();
    return new Engine({ settings, version, keeps: "nothing", newcomers: reach, backupsFolder });
  } catch (error) {
    if (!isOpsError(error) || error.sentence !== "dataFolderTaken") throw error;
    const running = readOperations(folder).find(({ state }) => !isEnded(state));
    const what = running ? `operation ${running.id}, ${running.plan.verb}` : "";
    throw refuse("busy", "cliBusy", { what }, error);
  }
}

/** What a folder's journal says, without its lock: another call may be writing it. Newest first. */
export function readOperations(folder: Pick<ClusterFolder, "path" | "name">): readonly Operation[] {
  const path = join(folder.path, "shardboard.sqlite");
  if (!existsSync(path)) return [];
  const store = new Store(path);
  try {
    store.migrate(schema);
    insistOnMark(folder.path, store);
    const id: ClusterId = asClusterId(folder.name);
    return listOperationRows(store, id, LISTED).flatMap((row) => foldOperation(store, row.id) ?? []);
  } finally {
    store.close();
  }
}
