import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { ClusterId } from "@/lib/cluster/node";
import type { Operation } from "@/lib/operation";
import type { ClusterSummary } from "@/lib/wire/clusters";
import { Access } from "./access/access";
import { cookieRule } from "./access/cookie";
import { Calls } from "./admin/calls";
import { Planner } from "./admin/planner";
import { Backups } from "./backup/backups";
import { ClusterDoor } from "./cluster-door";
import { AddressPolicy } from "./clusters/addresses";
import { ClusterRegistry, type NewcomerAccess } from "./clusters/registry";
import { consoleIdOf } from "./console-id";
import { EventHub } from "./events";
import { FolderLock } from "./folder-lock";
import { insistOnMark } from "./journal-mark";
import { type Log, openLog } from "./log";
import { moverOf } from "./migrate/choose";
import { Observer } from "./observe/observer";
import { Operations } from "./operations/operations";
import { Runtime } from "./runtime/runtime";
import { ensureSandbox, startSandbox, stopSandbox } from "./sandbox";
import type { Settings } from "./settings";
import { Audit } from "./store/audit";
import { schema } from "./store/schema";
import { Store } from "./store/sqlite";
import { defaultKeyPath, Vault } from "./store/vault";

export type EngineOptions = {
  readonly settings: Settings;
  readonly version: string;
  readonly keyPath?: string;
  /** `nothing`: the clusters are named anew by every life, as on a command line. */
  readonly keeps?: "rows" | "nothing";
  readonly newcomers?: NewcomerAccess;
  /** Where backups lie below `backups/`; the data folder where nothing is said. */
  readonly backupsFolder?: string;
  readonly now?: () => number;
};

/** Tells a person what is being done, in one line. */
export type Say = (line: string) => void;

/** The sandbox stops with a console that was told to stop, and outlives one whose parent vanished. */
export type Leaving = { readonly nodes: "stop" | "leave"; readonly say: Say };

/**
 * The composition root: opens the data folder, builds every part once, and owns their end. It knows nothing of Next;
 * boot.ts runs it inside the Next server's process.
 */
export class Engine {
  readonly bootId = randomUUID();
  readonly log: Log;
  readonly hub: EventHub;
  readonly audit: Audit;
  readonly access: Access;
  readonly registry: ClusterRegistry;
  readonly runtime: Runtime;
  readonly observer: Observer;
  readonly planner: Planner;
  readonly backups: Backups;
  readonly operations: Operations;
  readonly clusters: ClusterDoor;
  readonly calls: Calls;
  readonly #lock: FolderLock;
  readonly #store: Store;

  constructor({ settings, version, keyPath, keeps, newcomers, backupsFolder, now = Date.now }: EngineOptions) {
    const { dataFolder, adminToken } = settings;
    this.#lock = FolderLock.take(dataFolder);
    this.log = openLog(dataFolder);
    const store = new Store(join(dataFolder, "shardboard.sqlite"));
    store.migrate(schema);
    insistOnMark(dataFolder, store);
    const vault = new Vault({ keyPath: keyPath ?? defaultKeyPath(dataFolder, process.env) });
    const hub = new EventHub({ bootId: this.bootId, now });
    const audit = new Audit({ store, now });
    const cookie = cookieRule(dataFolder, settings.origin);
    const addresses = new AddressPolicy({ allowNets: settings.allowNets });
    addresses.block({ host: settings.host, port: settings.port });
    const registry = new ClusterRegistry({ store, vault, addresses, now, keeps, newcomers });
    const runtime = new Runtime({ store, vault, hub, dataFolder, now });
    const operationOf = (id: ClusterId) => cardOf(this.operations.current(id));
    const onError = (clusterId: ClusterId, err: unknown) => this.log.error({ err, clusterId }, "observe");
    const observer = new Observer({ registry, hub, store, now, operationOf, onError });
    const backups = new Backups(backupsFolder ?? dataFolder);
    const planner = new Planner({ registry, observer, runtime, store, backups, now });
    const parts = { registry, observer, planner, runtime, store, hub, audit, backups, moverOf, dataFolder, now };
    this.operations = new Operations({ ...parts, consoleId: consoleIdOf(dataFolder) });
    observer.onTopology((id, topology) => runtime.seen(id, topology));
    this.#store = store;
    this.hub = hub;
    this.audit = audit;
    this.access = new Access({ store, audit, dataFolder, cookie, version, adminToken, now });
    this.registry = registry;
    this.runtime = runtime;
    this.observer = observer;
    this.planner = planner;
    this.calls = new Calls(parts);
    const busyWith = (id: ClusterId) => this.operations.current(id)?.id;
    const changedMs = (id: ClusterId) => Math.max(0, ...this.operations.list(id).map((one) => one.endedMs ?? 0));
    this.clusters = new ClusterDoor({ ...parts, busyWith, changedMs });
    this.backups = backups;
  }

  /**
   * Takes over what runs already, starts the sandbox that was, looks at every cluster, and closes what the journal says
   * is half-moved: clients are waiting for that. Only then is a sandbox made where no cluster is known.
   */
  async start(say: Say): Promise<void> {
    const { runtime, registry, planner, operations } = this;
    await runtime.adopt();
    await startSandbox({ runtime, say });
    this.#watchAll();
    await operations.recover();
    await ensureSandbox({ runtime, registry, planner, operations, say }).catch((error: unknown) => {
      this.log.error({ err: error }, "sandbox");
      say(error instanceof Error ? error.message : String(error));
    });
    this.#watchAll();
  }

  /**
   * Operations park first. Streams end, so that nobody waits for them; looking ends before the sandbox stops, so that no
   * stop is written down as a failure; what the others need is closed last.
   */
  async close({ nodes, say }: Leaving): Promise<void> {
    const { runtime } = this;
    await this.operations.close();
    this.hub.close();
    await this.observer.close();
    if (nodes === "stop") await stopSandbox({ runtime, say });
    await runtime.close();
    this.#store.close();
    this.#lock.release();
  }

  #watchAll(): void {
    for (const { id } of this.registry.list()) this.observer.watch(id);
  }
}

function cardOf(operation: Operation | undefined): ClusterSummary["operation"] {
  if (!operation) return undefined;
  const { id, plan, state, openSlots } = operation;
  return { id, verb: plan.verb, state, openSlots: openSlots.length };
}
