import { isIP } from "node:net";
import { join } from "node:path";
import type { NodeId } from "@/lib/cluster/node";
import { parseClusterInfo, parseClusterNodes } from "@/lib/cluster/parse";
import type { Operation } from "@/lib/operation";
import type { Plan } from "@/lib/plans/plan";
import type { Step } from "@/lib/plans/step";
import { askView } from "@/server/admin/steps/ask";
import {
  type CoolDowns,
  candidatesOf,
  type Look,
  type MigrateTarget,
  type StepContext,
} from "@/server/admin/steps/context";
import type { StepJournal } from "@/server/admin/steps/journal";
import type { WindowFacts } from "@/server/migrate/mover";
import { intendWindow, keepValue, learnWindow, listUnsettled, settleWindow } from "@/server/store/windows";
import { exportFile } from "./export-file";
import { importRoom } from "./import-room";
import type { Journal } from "./journal";
import { checkLease, type Lease } from "./lease";
import type { OperationLinks } from "./links";
import { findMigrateTarget } from "./migrate-target";
import type { Parts } from "./parts";
import type { ProgressBuffer } from "./progress";
import { unregister } from "./register";
import type { TranscriptWriter } from "./transcript";

export type RunTools = {
  readonly parts: Parts;
  readonly journal: Journal;
  readonly lease: Lease;
  readonly plan: Plan;
  readonly links: OperationLinks;
  readonly transcript: TranscriptWriter;
  readonly progress: ProgressBuffer;
  readonly coolDowns: CoolDowns;
  readonly shouldStop: () => boolean;
  readonly signal: AbortSignal;
};

/** Somebody who takes longer has nothing to say about when. */
const LOOK_MS = 500;

/** What one step of one run is given. */
export function contextOf(tools: RunTools, step: Step): StepContext {
  const { parts, journal, lease, plan, links, progress } = tools;
  const link = (id: NodeId) => links.get(id);
  return {
    clusterId: plan.clusterId,
    plan,
    operation: () => journal.get(lease.operationId),
    link,
    name: (id) => links.name(id),
    sweep: () => sweep(tools),
    look: () => look(tools),
    resolve: async ({ endpoint }) => {
      if (isIP(endpoint.host)) return endpoint.host;
      const dial = parts.registry.dial(plan.clusterId, endpoint);
      return (await dial.resolve?.(endpoint)) ?? endpoint.host;
    },
    migrateTarget: remembered((id, from) =>
      findMigrateTarget({ id, from, link, credentials: parts.registry.credentials(plan.clusterId), now: parts.now }),
    ),
    ping: async (id) => {
      const reader = await parts.observer.link(plan.clusterId, id);
      const startedMs = performance.now();
      await reader.call(["PING"]);
      return performance.now() - startedMs;
    },
    clusterState: async (id) => {
      const reader = await parts.observer.link(plan.clusterId, id);
      return parseClusterInfo(String(await reader.call(["CLUSTER", "INFO"]))).state;
    },
    nodesSeenBy: async (id) => {
      const reader = await parts.observer.link(plan.clusterId, id);
      return parseClusterNodes(String(await reader.call(["CLUSTER", "NODES"], { timeoutMs: LOOK_MS })));
    },
    drilled: (marks) => void journal.append(lease.operationId, { type: "drilled", stepId: step.id, marks }),
    forgetCluster: () => unregister(parts, plan),
    watched: (seen) => void journal.appendOrKeep(lease.operationId, { type: "watched", stepId: step.id, ...seen }),
    replication: (id, signal) => links.replication(id, signal),
    bulk: (id) => links.bulk(id),
    tell: (id, sent) => tools.transcript.record(id, sent),
    backups: parts.backups,
    imports: importRoom(tools, step),
    runtime: parts.runtime,
    mover: parts.moverOf(plan.movesBy?.way ?? "setslot"),
    hook: parts.hook,
    journal: journalOf(tools, step),
    exportFile: (from) => {
      const name = `${plan.clusterId}-operation-${lease.operationId}-${from.slice(0, 8)}.jsonl`;
      return exportFile(join(parts.dataFolder, "exports", name), parts.now);
    },
    report: (moved) => progress.report(step.id, moved),
    prove: (proof) => void journal.append(lease.operationId, { type: "proof", proof }),
    coolDowns: tools.coolDowns,
    bannedUntilMs: (id) => bannedUntilMs(journal.list(plan.clusterId), id, parts.now()),
    votedUntilMs: (id) => {
      const { nodeTimeoutMs } = parts.observer.snapshot(plan.clusterId).topology ?? { nodeTimeoutMs: 15_000 };
      return votedUntilMs(journal.list(plan.clusterId), id, nodeTimeoutMs);
    },
    shouldStop: tools.shouldStop,
    signal: tools.signal,
    now: parts.now,
  };
}

async function sweep({ parts, plan, links, signal }: RunTools) {
  const topology = await parts.observer.sweep(plan.clusterId, { signal });
  links.learn(topology);
  return topology;
}

/** Newcomers are asked over our own connections until the members know them. */
export async function look(tools: RunTools): Promise<Look> {
  const topology = await sweep(tools);
  const seen = tools.parts.observer.views(tools.plan.clusterId);
  const missing = candidatesOf(tools.plan).filter(({ id }) => !seen.some((view) => view.from === id));
  const own = await Promise.allSettled(
    missing.map(async ({ id }) => askView(await tools.links.get(id), id, tools.parts.now())),
  );
  return { topology, views: [...seen, ...own.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []))] };
}

/** Records and commands in this order (I6): the lease is asked in the same transaction that names the slots. */
function journalOf({ parts, lease, transcript }: RunTools, step: Step): StepJournal {
  const { store, now } = parts;
  const { operationId } = lease;
  return {
    intend: (window) =>
      store.transaction(() => {
        checkLease(store, lease);
        transcript.flush();
        return intendWindow(store, { ...window, operationId, stepId: step.id, atMs: now() });
      }),
    learn: (windowId, facts) => learnWindow(store, windowId, facts),
    settle: (windowId, outcome) => settleWindow(store, windowId, outcome, now()),
    keepValue: (value) =>
      store.transaction(() => {
        checkLease(store, lease);
        keepValue(store, { ...value, operationId, atMs: now() });
      }),
    unsettled: () =>
      listUnsettled(store, operationId)
        .filter((row) => row.step_id === step.id)
        .map(({ id, source, target, slots, facts }) => ({ id, source, target, slots, facts: facts as WindowFacts })),
  };
}

function remembered(find: (id: NodeId, from: NodeId) => Promise<MigrateTarget>): StepContext["migrateTarget"] {
  const known = new Map<string, Promise<MigrateTarget>>();
  return (id, from) => {
    const pair = `${id} ${from}`;
    const target = known.get(pair) ?? find(id, from);
    known.set(pair, target);
    target.catch(() => known.delete(pair));
    return target;
  };
}

/** FORGET bans a name for 60 s, and a few more pass until gossip brings it again. */
const BAN_MS = 65_000;

function bannedUntilMs(operations: readonly Operation[], id: NodeId, nowMs: number): number | undefined {
  const times = operations.flatMap(({ plan, steps }) =>
    plan.steps
      .filter((step) => step.kind === "forget" && step.nodeId === id)
      .map((step) => steps.find((one) => one.stepId === step.id)?.endedMs ?? 0),
  );
  const untilMs = Math.max(0, ...times) + BAN_MS;
  return untilMs > nowMs ? untilMs : undefined;
}

/** A primary votes for replicas of one and the same primary once in two node timeouts; a little for its clock. */
const VOTE_MARGIN_MS = 500;

function votedUntilMs(operations: readonly Operation[], id: NodeId, nodeTimeoutMs: number): number | undefined {
  const times = operations.flatMap(({ plan, steps }) =>
    plan.steps
      .filter((step) => step.kind === "failover" && step.mode !== "takeover" && step.primaryId === id)
      .flatMap((step) => steps.find((one) => one.stepId === step.id)?.endedMs ?? []),
  );
  return times.length === 0 ? undefined : Math.max(...times) + 2 * nodeTimeoutMs + VOTE_MARGIN_MS;
}
