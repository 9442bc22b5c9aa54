import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClusterId } from "@/lib/cluster/node";
import type { Operation } from "@/lib/operation";
import type { Plan } from "@/lib/plans/plan";
import type { Wish } from "@/lib/plans/wish";
import type { Actor } from "@/lib/wire/access";
import { connectSchema } from "@/lib/wire/clusters";
import type { StartOperation } from "@/lib/wire/operations";
import { Planner } from "@/server/admin/planner";
import { Backups } from "@/server/backup/backups";
import { AddressPolicy } from "@/server/clusters/addresses";
import { ClusterRegistry } from "@/server/clusters/registry";
import { EventHub } from "@/server/events";
import { moverOf } from "@/server/migrate/choose";
import type { MoveJob, Mover } from "@/server/migrate/mover";
import { Observer } from "@/server/observe/observer";
import { Runtime } from "@/server/runtime/runtime";
import { Audit } from "@/server/store/audit";
import { schema } from "@/server/store/schema";
import { Store } from "@/server/store/sqlite";
import { Vault } from "@/server/store/vault";
import { until } from "@/server/testing/until";
import { Operations } from "./operations";

export const ann: Actor = { name: "ann", role: "operator", from: "127.0.0.1" };
export const vic: Actor = { name: "vic", role: "viewer", from: "127.0.0.1" };

/** The engine's parts as the composition root wires them, on a folder that a second life can be built on. */
export type TestEngine = {
  readonly folder: string;
  readonly store: Store;
  readonly hub: EventHub;
  readonly audit: Audit;
  readonly registry: ClusterRegistry;
  readonly observer: Observer;
  readonly runtime: Runtime;
  readonly planner: Planner;
  readonly operations: Operations;
  readonly backups: Backups;
  connect(port: number): Promise<ClusterId>;
  plan(clusterId: ClusterId | undefined, wish: Wish): Promise<Plan>;
  start(plan: Plan, input?: Partial<StartOperation>): Promise<Operation>;
  run(plan: Plan, deadlineMs?: number): Promise<Operation>;
  /** `keepFolder`: for the next life. */
  close(options?: { readonly keepFolder?: true }): Promise<void>;
};

export type TestEngineOptions = {
  readonly folder?: string;
  readonly consoleId?: string;
  readonly mover?: Mover;
  readonly now?: () => number;
  readonly hook?: MoveJob["hook"];
  readonly addresses?: AddressPolicy;
  readonly readingGapMs?: number;
};

export function makeEngine({
  folder,
  consoleId = "test",
  mover,
  now = Date.now,
  hook,
  addresses = new AddressPolicy({}),
  readingGapMs,
}: TestEngineOptions = {}): TestEngine {
  const home = folder ?? mkdtempSync(join(tmpdir(), "shardboard-operations-"));
  const store = new Store(join(home, "test.sqlite"));
  store.migrate(schema);
  const vault = new Vault({ keyPath: join(home, "test.key") });
  const hub = new EventHub({ bootId: "test", now });
  const audit = new Audit({ store, now });
  const registry = new ClusterRegistry({ store, vault, addresses, now });
  const observer = new Observer({ registry, hub, store, now });
  const runtime = new Runtime({ store, vault, hub, dataFolder: home, now });
  const backups = new Backups(home);
  const planner = new Planner({
    registry,
    observer,
    runtime,
    store,
    backups,
    now,
    ...(readingGapMs === undefined ? {} : { readingGapMs }),
  });
  const parts = {
    registry,
    observer,
    planner,
    runtime,
    store,
    hub,
    audit,
    backups,
    moverOf: mover ? () => mover : moverOf,
    now,
    consoleId,
    dataFolder: home,
    hook,
  };
  const operations = new Operations(parts);
  for (const { id } of registry.list()) observer.watch(id);
  const start: TestEngine["start"] = (plan, input = {}) =>
    operations.start(ann, plan.clusterId, {
      planId: plan.id,
      goOnAfterRestart: true,
      ...(plan.confirm.typed === undefined ? {} : { typed: plan.confirm.typed }),
      ...(plan.confirm.needsReason ? { reason: "a test" } : {}),
      ...input,
    });
  return {
    folder: home,
    store,
    hub,
    audit,
    registry,
    observer,
    runtime,
    planner,
    operations,
    backups,
    connect: async (port) => {
      const seeds = [{ host: "127.0.0.1", port }];
      const { id } = registry.add(connectSchema.parse({ name: "Lab", environment: "sandbox", seeds }));
      observer.watch(id);
      await observer.waitFor(id, ({ state }) => state === "ok", { deadlineMs: 15_000, what: "the cluster to be ok" });
      return id;
    },
    plan: (clusterId, wish) => planner.plan(ann, clusterId, wish),
    start,
    run: async (plan, deadlineMs = 60_000) => operations.finished((await start(plan)).id, { deadlineMs }),
    close: async ({ keepFolder } = {}) => {
      await operations.close();
      await observer.close();
      await runtime.close();
      store.close();
      if (!keepFolder) rmSync(home, { recursive: true, force: true });
    },
  };
}

/** What the end of an operation looks like in an assertion that fails. */
export const told = ({ state, reason, steps, proof }: Operation): string =>
  [
    state,
    reason?.text,
    ...steps.map((step) => `step ${step.stepId} ${step.state} ${step.note ?? ""}`),
    ...proof.map((line) => `${line.state} ${line.text}`),
  ]
    .filter(Boolean)
    .join("\n");

export const untilState = (
  engine: TestEngine,
  operation: Operation,
  wanted: (now: Operation) => boolean,
  deadlineMs = 30_000,
) =>
  until(`operation ${operation.id} to be as wanted`, deadlineMs, () => {
    const now = engine.operations.get(operation.clusterId, operation.id);
    return wanted(now) && now;
  });
