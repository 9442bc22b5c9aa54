import { connect } from "node:net";
import { type ClusterId, type Endpoint, formatEndpoint, type NodeLabels, nodeIdSchema } from "@/lib/cluster/node";
import { parseClusterInfo, parseClusterNodes, parseInfo } from "@/lib/cluster/parse";
import { countSlots } from "@/lib/cluster/slots";
import { readStats } from "@/lib/cluster/stats";
import { isOpsError } from "@/lib/errors";
import type { CandidateFacts } from "@/lib/plans/facts";
import type { Newcomer } from "@/lib/plans/wish";
import { wrong } from "@/lib/plans/wrong";
import type { ManagedNode } from "@/lib/wire/runtime";
import type { ClusterRegistry } from "@/server/clusters/registry";
import { type Dial, Link } from "@/server/link";
import { askOffer } from "@/server/migrate/choose";
import type { Observer } from "@/server/observe/observer";
import type { Runtime } from "@/server/runtime/runtime";
import { settingsFacts } from "./candidate-settings";

/**
 * Looks at a node that is to join: who it is, what it holds, whom it knows. Reads only. The console's own credentials
 * for the cluster are used, because a member needs them; for a cluster that is to be, those the node was prepared with.
 */
export type CandidateParts = {
  readonly registry: ClusterRegistry;
  readonly observer: Pick<Observer, "snapshot" | "link">;
  readonly runtime: Pick<Runtime, "dial" | "list" | "engine" | "engines">;
};

const TIMEOUT_MS = 2000;
const BUS_TIMEOUT_MS = 1000;

export async function candidateFacts(
  parts: CandidateParts,
  clusterId: ClusterId | undefined,
  newcomer: Newcomer,
): Promise<CandidateFacts> {
  const managed = await managedOf(parts, newcomer);
  const endpoint = "endpoint" in newcomer ? newcomer.endpoint : (managed as ManagedNode).endpoint;
  const dial = dialOf(parts, { clusterId, endpoint, managed });
  const base = {
    newcomer,
    name: formatEndpoint(endpoint),
    endpoint,
    dial: dial.endpoint,
    labels: labelsOf(parts, clusterId, endpoint),
    ...(managed ? { managedId: managed.id } : {}),
  };
  if (managed && managed.process.state !== "running") {
    const reason = managed.process.state === "foreign" ? managed.process.text : "its process is stopped";
    return { ...base, reach: "stopped", reason };
  }
  try {
    const seen = await inspect(dial, parts, clusterId);
    const bus = await busFacts(dial, endpoint, seen.busPort);
    const home = memberOf(parts, clusterId, seen.id, endpoint);
    return { ...base, ...seen, ...bus, reach: "answered", ...(home === undefined ? {} : { memberOf: home }) };
  } catch (error) {
    if (!isOpsError(error)) throw error;
    const reach = error.code === "unauthenticated" ? "wrong-password" : "unreachable";
    return { ...base, reach, reason: String(error.details?.reason ?? error.message) };
  }
}

/** By its id, or by its address when the wish names one that is ours. */
async function managedOf({ runtime }: CandidateParts, newcomer: Newcomer): Promise<ManagedNode | undefined> {
  const all = await runtime.list();
  if ("managedId" in newcomer) {
    const found = all.find((node) => node.id === newcomer.managedId);
    if (!found) throw wrong("planUnknownManaged", { managedId: newcomer.managedId });
    return found;
  }
  const address = formatEndpoint(newcomer.endpoint);
  return all.find((node) => formatEndpoint(node.endpoint) === address);
}

type Whom = {
  readonly clusterId: ClusterId | undefined;
  readonly endpoint: Endpoint;
  readonly managed: ManagedNode | undefined;
};

function dialOf({ registry, runtime }: CandidateParts, { clusterId, endpoint, managed }: Whom): Dial {
  const quick = { timeoutMs: TIMEOUT_MS, connectTimeoutMs: TIMEOUT_MS, strictLogin: true };
  if (clusterId !== undefined) return { ...registry.dial(clusterId, endpoint), ...quick };
  return { ...(managed ? runtime.dial(managed.id) : registry.dialStranger(endpoint)), ...quick };
}

function labelsOf({ registry }: CandidateParts, clusterId: ClusterId | undefined, endpoint: Endpoint): NodeLabels {
  return (clusterId && registry.get(clusterId).labels[formatEndpoint(endpoint)]) ?? {};
}

type Seen = Pick<
  CandidateFacts,
  | "id"
  | "clusterEnabled"
  | "role"
  | "knownNodes"
  | "slots"
  | "epoch"
  | "keys"
  | "engine"
  | "version"
  | "functions"
  | "offers"
  | "busPort"
  | "nodeTimeoutMs"
  | "maxBytes"
  | "maxPolicy"
  | "usedBytes"
  | "differs"
  | "syncLogin"
>;

async function inspect(dial: Dial, parts: CandidateParts, clusterId: ClusterId | undefined): Promise<Seen> {
  const link = await Link.open(dial);
  try {
    const info = parseInfo(String(await link.call(["INFO"])));
    const { engine, version, maxBytes, maxPolicy, usedBytes } = readStats(info, 0);
    const basics = { engine, version, maxBytes, maxPolicy, usedBytes, keys: keysByDatabase(info) };
    if (info.cluster_enabled !== "1") return { ...basics, clusterEnabled: false };
    const [id, state, nodes, timeout, functions] = await link.pipeline([
      ["CLUSTER", "MYID"],
      ["CLUSTER", "INFO"],
      ["CLUSTER", "NODES"],
      ["CONFIG", "GET", "cluster-node-timeout"],
      ["FUNCTION", "LIST"],
    ]);
    if (!id?.ok || !state?.ok || !nodes?.ok) return { ...basics, clusterEnabled: true };
    const cluster = parseClusterInfo(String(state.value));
    const own = parseClusterNodes(String(nodes.value)).find((node) => node.isMyself);
    const timeoutMs = timeout?.ok && Array.isArray(timeout.value) ? Number(timeout.value[1]) : Number.NaN;
    return {
      ...basics,
      id: nodeIdSchema.parse(String(id.value)),
      clusterEnabled: true,
      role: own?.role,
      knownNodes: cluster.knownNodes,
      slots: countSlots(own?.ranges ?? []),
      epoch: cluster.myEpoch,
      ...(own && own.busPort > 0 ? { busPort: own.busPort } : {}),
      ...(Number.isFinite(timeoutMs) ? { nodeTimeoutMs: timeoutMs } : {}),
      offers: (await askOffer(link)).ways,
      ...(functions?.ok ? { functions: libraryNames(functions.value) } : {}),
      ...(clusterId === undefined ? {} : await settingsFacts(parts, clusterId, link)),
    };
  } finally {
    link.close();
  }
}

function keysByDatabase(info: Readonly<Record<string, string>>) {
  return Object.entries(info).flatMap(([name, value]) => {
    const db = /^db(\d+)$/.exec(name)?.[1];
    const keys = Number(/keys=(\d+)/.exec(value)?.[1] ?? 0);
    return db === undefined || keys === 0 ? [] : [{ db: Number(db), keys }];
  });
}

/** FUNCTION LIST: one flat list of names and values a library. */
function libraryNames(reply: unknown): readonly string[] {
  if (!Array.isArray(reply)) return [];
  return reply.flatMap((library: unknown) => {
    if (!Array.isArray(library)) return [];
    const at = library.indexOf("library_name");
    return at < 0 ? [] : [String(library[at + 1])];
  });
}

type Bus = Pick<CandidateFacts, "busReachable">;

/**
 * Whether the console can open the bus port. A refusal says that nobody listens there; silence may be a firewall that
 * only stands between the console and the node, and behind an address map the console cannot know.
 */
async function busFacts(dial: Dial, endpoint: Endpoint, busPort: number | undefined): Promise<Bus> {
  if (busPort === undefined || formatEndpoint(dial.endpoint) !== formatEndpoint(endpoint)) return {};
  const target = { host: dial.endpoint.host, port: busPort };
  const host = dial.resolve ? await dial.resolve(target) : target.host;
  return new Promise((resolve) => {
    const socket = connect({ host, port: busPort, timeout: BUS_TIMEOUT_MS });
    const end = (bus: Bus) => {
      socket.destroy();
      resolve(bus);
    };
    socket.once("connect", () => end({ busReachable: true }));
    socket.once("timeout", () => end({}));
    socket.once("error", (error: NodeJS.ErrnoException) =>
      end(error.code === "ECONNREFUSED" ? { busReachable: false } : {}),
    );
  });
}

/** The name of another cluster of this console that lists it. */
function memberOf(
  { registry, observer }: CandidateParts,
  clusterId: ClusterId | undefined,
  id: string | undefined,
  endpoint: Endpoint,
): string | undefined {
  const address = formatEndpoint(endpoint);
  return registry.list().find((record) => {
    if (record.id === clusterId) return false;
    const nodes = observer.snapshot(record.id).topology?.nodes ?? [];
    return nodes.some(
      (node) => node.id === id || (node.answer.kind === "silent" && formatEndpoint(node.dial) === address),
    );
  })?.name;
}
