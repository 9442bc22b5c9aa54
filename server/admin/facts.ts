import type { ClusterId, NodeId } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import { isOpsError } from "@/lib/errors";
import { type EngineFacts, emptyTopology, type Facts, type OtherOperation } from "@/lib/plans/facts";
import { balanced, concernedBy, countedIn, giversOf, newcomersOf } from "@/lib/plans/givers";
import { findMember } from "@/lib/plans/members";
import type { EngineRef } from "@/lib/plans/step";
import type { Wish, WishOf } from "@/lib/plans/wish";
import type { Backups } from "@/server/backup/backups";
import type { Link } from "@/server/link";
import type { Observer } from "@/server/observe/observer";
import { rdbVersionOf } from "@/server/rdb/versions";
import { readMyself } from "@/server/runtime/nodes-file";
import { foldOperation, listOperationRows, listUnendedRows } from "@/server/store/operations";
import type { Store } from "@/server/store/sqlite";
import { type CandidateParts, candidateFacts } from "./candidate-facts";
import { nodeFacts } from "./node-facts";
import { readSettings, settingNames } from "./setting-facts";
import { countSlotKeys, sampleSizes } from "./size-facts";
import { sourceFacts } from "./source-facts";
import { READING_GAP_MS, readWork } from "./work-facts";

export type FactParts = CandidateParts & {
  readonly observer: Pick<Observer, "sweep" | "link" | "snapshot">;
  readonly store: Store;
  /** Between the two readings of a rebalance by work. */
  readonly readingGapMs?: number;
  readonly backups: Pick<Backups, "freeBytes" | "read" | "list">;
};

/** Nodes asked at the same time: a plan must not be felt by the cluster. */
const SIDE_BY_SIDE = 16;

/** Everything a planner may know, read now. A node that does not tell leaves a gap, which preflight shows as unknown. */
export async function gatherFacts(parts: FactParts, clusterId: ClusterId, wish: Wish): Promise<Facts> {
  const topology = await pictureFor(parts, clusterId, wish);
  const givers = giversOf(topology, wish);
  const manifest =
    wish.verb === "restore" ? await parts.backups.read(wish.backup.clusterId, wish.backup.id) : undefined;
  const ask = <T>(ids: readonly NodeId[], question: (link: Link, id: NodeId) => Promise<T | undefined>) =>
    askEach(ids, async (id) => question(await parts.observer.link(clusterId, id), id));
  const [slotKeys, nodes, candidates, managed] = await Promise.all([
    ask(givers, (link, id) => countSlotKeys(link, countedIn(topology, wish, id))),
    ask(concernedBy(topology, wish), async (link, id) => {
      const stats = findMember(topology, id)?.stats;
      return stats && nodeFacts(link, stats, { wish, manifest });
    }),
    Promise.all(newcomersOf(wish).map((newcomer) => candidateFacts(parts, clusterId, newcomer))),
    managedNodes(parts, clusterId, topology),
  ]);
  // After the counting, over the same links: only nodes that hold keys are sampled.
  const holding = givers.filter((id) => slotKeys[id]?.some((count) => count > 0));
  const sizes = await ask(holding, (link) => sampleSizes(link));
  const names = settingNames(wish);
  const settings = names.length > 0 ? await ask(answering(topology), (link) => readSettings(link, names)) : undefined;
  const work = await workFacts(parts, clusterId, { topology, wish });
  const freeDiskBytes = wish.verb === "backup" ? await parts.backups.freeBytes() : undefined;
  const lastBackupMs = wish.verb === "decommission" ? await newestBackup(parts, clusterId) : undefined;
  const engine = await engineFacts(parts, wish);
  const maintenance = wish.verb === "maintenance" && wish.end ? begunOn(parts.store, clusterId, wish.host) : undefined;
  const sources = wish.verb === "import" ? await sourceFacts(parts, clusterId, { topology, wish }) : undefined;
  const otherOperation = unended(parts.store, clusterId);
  return {
    cluster: clusterFacts(parts, clusterId),
    topology: withNodeTimeout(topology, nodes),
    slotKeys,
    sizes,
    nodes,
    ...(settings ? { settings } : {}),
    ...(work ? { work } : {}),
    candidates,
    managed,
    ...engine,
    ...(maintenance ? { maintenance } : {}),
    ...(otherOperation ? { otherOperation } : {}),
    ...(lastBackupMs === undefined ? {} : { lastBackupMs }),
    ...(manifest ? { manifest } : {}),
    ...(sources ? { sources } : {}),
    ...(freeDiskBytes === undefined ? {} : { freeDiskBytes }),
  };
}

const answering = (topology: Topology): readonly NodeId[] =>
  topology.nodes.filter((node) => node.answer.kind === "answered" && !node.handshake).map((node) => node.id);

type Work = { readonly topology: Topology; readonly wish: Wish };

async function workFacts(parts: FactParts, clusterId: ClusterId, { topology, wish }: Work): Promise<Facts["work"]> {
  if (wish.verb !== "rebalance" || (wish.by !== "cpu" && wish.by !== "traffic")) return undefined;
  const { by } = wish;
  const overMs = parts.readingGapMs ?? READING_GAP_MS;
  const ids = balanced(topology, wish).map((node) => node.id);
  const nodes = await askEach(ids, async (id) => {
    const ranges = findMember(topology, id)?.ranges ?? [];
    return readWork(await parts.observer.link(clusterId, id), { by, ranges, gapMs: overMs });
  });
  return { overMs, nodes };
}

/** The picture learns the node timeout only once a minute; the shortest of those asked now is what limits a plan. */
function withNodeTimeout(topology: Topology, nodes: Facts["nodes"]): Topology {
  const asked = Object.values(nodes).flatMap((node) => node?.nodeTimeoutMs ?? []);
  return asked.length === 0 ? topology : { ...topology, nodeTimeoutMs: Math.min(...asked) };
}

/** For a cluster that is to be there is nothing to ask but its nodes. */
export async function gatherCreation(parts: FactParts, wish: WishOf<"create">): Promise<Facts> {
  const id = parts.registry.idFor(wish.name);
  const candidates = await Promise.all(newcomersOf(wish).map((one) => candidateFacts(parts, undefined, one)));
  return {
    cluster: { id, name: wish.name, environment: "staging", hasSecrets: false },
    topology: emptyTopology(id),
    slotKeys: {},
    sizes: {},
    nodes: {},
    candidates,
    managed: {},
  };
}

function clusterFacts({ registry }: FactParts, clusterId: ClusterId): Facts["cluster"] {
  const { id, name, environment } = registry.get(clusterId);
  return { id, name, environment, hasSecrets: registry.credentials(clusterId).password !== undefined };
}

async function askEach<T>(
  ids: readonly NodeId[],
  question: (id: NodeId) => Promise<T | undefined>,
): Promise<Readonly<Record<string, T | undefined>>> {
  const answers: Record<string, T | undefined> = {};
  const waiting = [...ids];
  const worker = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift())
      answers[id] = await question(id).catch((error: unknown) => {
        if (isOpsError(error)) return undefined;
        throw error;
      });
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, ids.length) }, worker));
  return answers;
}

/** A cluster that is to be started may have nobody who answers. */
async function pictureFor({ observer }: FactParts, clusterId: ClusterId, wish: Wish): Promise<Topology> {
  try {
    return await observer.sweep(clusterId);
  } catch (error) {
    if (wish.verb !== "start-cluster" || !isOpsError(error) || error.code !== "unreachable") throw error;
    return emptyTopology(clusterId);
  }
}

function withRdb({ kind, path, version }: EngineRef): EngineFacts {
  const rdb = rdbVersionOf(kind === "embedded" ? "redis" : kind, version);
  return { kind, path, version, ...(rdb === undefined ? {} : { rdb }) };
}

async function newestBackup({ backups }: FactParts, clusterId: ClusterId): Promise<number | undefined> {
  const all = await backups.list(clusterId);
  return all.find(({ state }) => state === "sealed")?.createdMs;
}

/** Only a binary of the list is ever run, be it only to be asked for its version. */
async function engineFacts({ runtime }: FactParts, wish: Wish): Promise<Pick<Facts, "engine" | "engines">> {
  if (wish.verb !== "rolling-upgrade") return {};
  const engines = await runtime.engines();
  return engines.includes(wish.engine) ? { engines, engine: withRdb(await runtime.engine(wish.engine)) } : { engines };
}

/** The newest operation that emptied this host, unless a later one gave everything back. */
function begunOn(store: Store, clusterId: ClusterId, host: string): Facts["maintenance"] {
  for (const { id } of listOperationRows(store, clusterId, LOOKED_BACK)) {
    const operation = foldOperation(store, id);
    const { verb, wish, steps } = operation?.plan ?? {};
    if (!operation || verb !== "maintenance" || wish?.host !== host || operation.startedMs === undefined) continue;
    if (wish.end === true) {
      if (operation.state === "succeeded") return undefined;
      continue;
    }
    const begun = operation.steps.filter(({ state }) => state !== "waiting" && state !== "skipped");
    const handed = steps?.filter(({ id: stepId }) => begun.some((one) => one.stepId === stepId)) ?? [];
    const heirs = handed.flatMap((step) =>
      step.kind === "failover" ? [{ primaryId: step.primaryId, replicaId: step.replicaId }] : [],
    );
    return { operationId: id, heirs };
  }
  return undefined;
}
const LOOKED_BACK = 200;

async function managedNodes(
  { runtime }: FactParts,
  clusterId: ClusterId,
  topology: Topology,
): Promise<Facts["managed"]> {
  const all = await runtime.list();
  const found = all.map(async ({ id: managedId, name, nodeId, endpoint, engine, folder, process, ...node }) => {
    const member = findMember(topology, nodeId)?.id ?? (node.clusterId === clusterId ? nodeId : undefined);
    if (!member) return [];
    const role = (await readMyself(folder))?.role;
    const facts = { managedId, name, running: process.state === "running", endpoint, engine: withRdb(engine) };
    return [[member, { ...facts, ...(role ? { role } : {}) }] as const];
  });
  return Object.fromEntries((await Promise.all(found)).flat());
}

export function unended(store: Store, clusterId: ClusterId): OtherOperation | undefined {
  const row = listUnendedRows(store).find((one) => one.cluster_id === clusterId && one.state !== "scheduled");
  const operation = row && foldOperation(store, row.id);
  if (!operation) return undefined;
  const { id, plan, state, startedBy } = operation;
  return { id, verb: plan.verb, state, startedBy };
}
