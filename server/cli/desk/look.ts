import type { ClusterId, Endpoint } from "@/lib/cluster/node";
import { parseClusterNodes } from "@/lib/cluster/parse";
import { isOpsError } from "@/lib/errors";
import { type Connect, connectSchema } from "@/lib/wire/clusters";
import { Calls } from "@/server/admin/calls";
import { AddressPolicy } from "@/server/clusters/addresses";
import { ClusterRegistry } from "@/server/clusters/registry";
import { EventHub } from "@/server/events";
import { Link } from "@/server/link";
import { DeepChecks } from "@/server/observe/deep-check";
import { Observer } from "@/server/observe/observer";
import { Audit } from "@/server/store/audit";
import { schema } from "@/server/store/schema";
import { Store } from "@/server/store/sqlite";
import { Vault } from "@/server/store/vault";
import type { Looker } from "./desk";
import { folderAt, type Members } from "./folders";
import { operator } from "./operator";
import type { Reach } from "./reach";

export const policy = (): AddressPolicy =>
  new AddressPolicy({ allowNets: process.env.SHARDBOARD_ALLOW_NETS || undefined });

export const connectTo = (name: string, seeds: readonly Endpoint[], reach: Reach): Connect =>
  connectSchema.parse({ name, environment: "production", seeds: seeds.slice(0, 16), ...reach });

/** Parts that look and leave nothing on disk. */
function lookers() {
  const store = new Store(":memory:");
  store.migrate(schema);
  const hub = new EventHub({ bootId: "look", now: Date.now });
  const vault = new Vault({ keyPath: "/dev/null" });
  const registry = new ClusterRegistry({ store, vault, addresses: policy(), now: Date.now, keeps: "nothing" });
  return { store, hub, registry, observer: new Observer({ registry, hub, store, now: Date.now }) };
}

/** Where a picture comes from when nothing is to change: every node asked once, nothing kept. */
export async function lookAt(seeds: readonly Endpoint[], reach: Reach): Promise<Looker> {
  const { store, registry, observer } = lookers();
  const connect = connectTo("cluster", seeds, reach);
  await registry.verify(connect);
  const { id } = registry.add(connect);
  const now = Date.now;
  return {
    picture: async () => {
      const topology = await observer.sweep(id);
      return { topology, findings: observer.snapshot(id).findings };
    },
    deepCheck: () => new DeepChecks({ observer, registry, now }).run(id),
    call: (called) => new Calls({ registry, observer, audit: new Audit({ store, now }) }).call(operator(), id, called),
    close: async () => {
      await observer.close();
      store.close();
    },
  };
}

export type Found = { readonly seeds: readonly Endpoint[]; readonly members: Members };

/** Which nodes the cluster has, by the first seed that answers: the one given, else where its members were last time. */
export async function findMembers(given: Endpoint, reach: Reach): Promise<Found> {
  try {
    return await membersAt([given], reach);
  } catch (error) {
    const known = folderAt(given)?.nodes.map((node) => node.endpoint) ?? [];
    const isAway = isOpsError(error) && (error.code === "unreachable" || error.code === "timed_out");
    if (!isAway || known.length === 0) throw error;
    return membersAt(known, reach).catch(() => {
      throw error;
    });
  }
}

async function membersAt(seeds: readonly Endpoint[], reach: Reach): Promise<Found> {
  const { store, registry } = lookers();
  try {
    const connect = connectTo("cluster", seeds, reach);
    await registry.verify(connect);
    const { id } = registry.add(connect);
    const members = await Promise.any(seeds.map((seed) => nodesOf(registry, id, seed)));
    return { seeds: [...seeds, ...members.map((node) => node.endpoint)], members };
  } finally {
    store.close();
  }
}

async function nodesOf(registry: ClusterRegistry, id: ClusterId, seed: Endpoint) {
  const link = await Link.open(registry.dial(id, seed));
  try {
    const lines = parseClusterNodes(String(await link.call(["CLUSTER", "NODES"])));
    return lines.flatMap((node) =>
      node.handshake
        ? []
        : [{ id: node.id, isMyself: node.isMyself, endpoint: node.endpoint.host === "" ? seed : node.endpoint }],
    );
  } finally {
    link.close();
  }
}

/** The ids of nodes that are to become a cluster; those that do not answer are the planner's to name. */
export async function newcomersAt(endpoints: readonly Endpoint[], reach: Reach): Promise<Members> {
  const { store, registry } = lookers();
  const { id } = registry.add(connectTo("cluster", endpoints, reach));
  const seen = await Promise.allSettled(endpoints.map((endpoint) => nodesOf(registry, id, endpoint)));
  store.close();
  const members = seen.flatMap((one, i) => {
    const own = one.status === "fulfilled" ? one.value.find((node) => node.isMyself) : undefined;
    return own ? [{ id: own.id, endpoint: endpoints[i] ?? own.endpoint }] : [];
  });
  const failed = seen.find((one) => one.status === "rejected");
  if (members.length === 0 && failed) throw failed.reason;
  return members;
}
