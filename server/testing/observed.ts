import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClusterId } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import { type Connect, connectSchema } from "@/lib/wire/clusters";
import type { LiveEvent } from "@/lib/wire/live";
import { AddressPolicy } from "@/server/clusters/addresses";
import { ClusterRegistry } from "@/server/clusters/registry";
import { EventHub } from "@/server/events";
import { Observer } from "@/server/observe/observer";
import { schema } from "@/server/store/schema";
import { Store } from "@/server/store/sqlite";
import { Vault } from "@/server/store/vault";
import type { TestNode } from "./node";
import { until } from "./until";

export type Observed = {
  readonly id: ClusterId;
  readonly store: Store;
  readonly vault: Vault;
  readonly registry: ClusterRegistry;
  readonly hub: EventHub;
  readonly observer: Observer;
  /** All events since the start. */
  readonly events: readonly LiveEvent[];
  /** Waits for the observer's own picture to be as wanted; asks nobody by itself. */
  seen(what: string, deadlineMs: number, predicate: (topology: Topology) => boolean): Promise<Topology>;
  close(): Promise<void>;
};

/** An observer with everything below it, watching one cluster by its first node. */
export function observe(
  seeds: readonly Pick<TestNode, "endpoint">[],
  input: Partial<Connect> = {},
  addresses = new AddressPolicy({}),
): Observed {
  const folder = mkdtempSync(join(tmpdir(), "shardboard-observed-"));
  const store = new Store(join(folder, "test.sqlite"));
  store.migrate(schema);
  const vault = new Vault({ keyPath: join(folder, "test.key") });
  const hub = new EventHub({ bootId: "test", now: Date.now });
  const events: LiveEvent[] = [];
  hub.subscribe((event) => void events.push(event));
  const registry = new ClusterRegistry({ store, vault, addresses, now: Date.now });
  const connect = connectSchema.parse({
    name: "test",
    environment: "sandbox",
    seeds: seeds.slice(0, 1).map((node) => node.endpoint),
    ...input,
  });
  const { id } = registry.add(connect);
  const observer = new Observer({ registry, hub, store, now: Date.now });
  observer.watch(id);
  return {
    id,
    store,
    vault,
    registry,
    hub,
    observer,
    events,
    seen: (what, deadlineMs, predicate) =>
      until(what, deadlineMs, () => {
        const { topology } = observer.snapshot(id);
        return topology && predicate(topology) ? topology : undefined;
      }),
    close: async () => {
      await observer.close();
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
