import {
  type ClusterId,
  type Endpoint,
  formatEndpoint,
  type NodeId,
  type View,
  type ViewNode,
} from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import type { DrillMark, Operation, ProofLine, StopReason } from "@/lib/operation";
import { findMember, nodeName } from "@/lib/plans/members";
import type { Plan } from "@/lib/plans/plan";
import type { Candidate } from "@/lib/plans/step";
import type { Backups } from "@/server/backup/backups";
import type { Whom } from "@/server/clusters/source-accesses";
import type { ImportJournal } from "@/server/import/job";
import type { Dial, Link, Sent } from "@/server/link";
import type { StrayKey } from "@/server/migrate/gather";
import type { MoveJob, MoveProgress, Mover } from "@/server/migrate/mover";
import type { Left } from "@/server/rdb/handshake";
import type { Replication } from "@/server/rdb/replication";
import type { Runtime } from "@/server/runtime/runtime";
import type { StepJournal } from "./journal";
import type { Watched } from "./watch-state";

/**
 * What a step is given. It reads and changes the cluster through this alone; it does not know the store, the hub or
 * the state of its operation. Whatever it does it may be asked to do again, so it looks first.
 */
export type StepContext = {
  readonly clusterId: ClusterId;
  readonly plan: Plan;
  readonly operation: () => Operation;
  /**
   * A connection for mutations: named `shardboard:<console>:<operation>:<fence>`, its CLUSTER MYID checked. Members are
   * found in the picture; nodes that are none yet where the plan verified them. Nobody else is ever dialled.
   */
  readonly link: (id: NodeId) => Promise<Link>;
  /** How sentences name a node: its address, as last seen or as planned. */
  readonly name: (id: NodeId) => string;
  /** Every member asked now. */
  readonly sweep: () => Promise<Topology>;
  /** The same with what each answering node says, the plan's newcomers included even before they are members. */
  readonly look: () => Promise<Look>;
  /** The address as it goes into MEET: an IP that the address policy allows. */
  readonly resolve: (candidate: Candidate) => Promise<string>;
  readonly migrateTarget: (id: NodeId, from: NodeId) => Promise<MigrateTarget>;
  /** Milliseconds that a node takes to answer on a connection which carries nothing of this operation. */
  readonly ping: (id: NodeId) => Promise<number>;
  /** A snapshot of the node's data, over a connection of its own, once its identity was checked. */
  readonly replication: (id: NodeId, signal: AbortSignal) => Promise<Replication>;
  /** As `link`, of its own and without the transcript: for values by the thousand, which `tell` sums up. */
  readonly bulk: (id: NodeId) => Promise<Link>;
  readonly tell: (id: NodeId, sent: Sent) => void;
  readonly backups: Backups;
  readonly imports: ImportRoom;
  readonly runtime: Pick<
    Runtime,
    | "get"
    | "start"
    | "stop"
    | "kill"
    | "configure"
    | "configured"
    | "setEngine"
    | "freeze"
    | "thaw"
    | "isFrozen"
    | "bind"
    | "remove"
  >;
  /** What one node lists now, on a connection for reading. */
  readonly nodesSeenBy: (id: NodeId) => Promise<readonly ViewNode[]>;
  readonly drilled: (marks: readonly DrillMark[]) => void;
  /** The console knows the cluster no more, from this moment on. */
  readonly forgetCluster: () => void;
  /** What one node says of the cluster, on a connection for reading. */
  readonly clusterState: (id: NodeId) => Promise<"ok" | "fail">;
  /** Kept with the step, whatever becomes of it. */
  readonly watched: (seen: Watched) => void;
  readonly mover: Mover;
  readonly hook: MoveJob["hook"];
  readonly journal: StepJournal;
  /** The file of this operation for keys that are taken from a node; appended to, fsynced. */
  readonly exportFile: (from: NodeId) => ExportFile;
  readonly report: (progress: MoveProgress) => void;
  readonly prove: (lines: readonly ProofLine[]) => void;
  readonly coolDowns: CoolDowns;
  /** Until when members refuse to know a node again that was forgotten a moment ago; undefined when it was not. */
  readonly bannedUntilMs: (id: NodeId) => number | undefined;
  /** Until when nobody votes for a replica of this primary again; undefined when no failover of it was asked here. */
  readonly votedUntilMs: (primaryId: NodeId) => number | undefined;
  /** Pause, cancel or the end of the console was asked: stop at the next point where nothing is half-done. */
  readonly shouldStop: () => boolean;
  readonly signal: AbortSignal;
  readonly now: () => number;
};

/** What an import has besides: servers that are no members, and a journal of its own. */
export type ImportRoom = {
  readonly dial: (access: string | undefined, endpoint: Endpoint, whom: Whom) => Dial;
  /** The cluster is reached with credentials or TLS: what a source is never given. */
  readonly isLocked: () => boolean;
  readonly tell: (sent: Sent) => void;
  readonly replicate: (asked: Replicating) => Promise<Replication>;
  /** One line of how the step stands, for who watches. */
  readonly say: (text: string) => void;
  readonly journal: (stepId: number) => Omit<ImportJournal, "keep">;
};

export type Replicating = {
  readonly access: string | undefined;
  readonly endpoint: Endpoint;
  readonly left: Left | undefined;
  readonly signal: AbortSignal;
};

export type ExportFile = { readonly path: string; readonly keys: number; append(keys: readonly StrayKey[]): void };

export type Look = { readonly topology: Topology; readonly views: readonly View[] };

export type MigrateTarget = {
  readonly host: string;
  readonly port: number;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
};

/** Until when a shard is left alone after a vote that failed: an attempt at once stalls its writers again. */
export type CoolDowns = {
  readonly untilMs: (shard: NodeId) => number | undefined;
  readonly begin: (shard: NodeId) => void;
};

export type StepOutcome =
  | { readonly kind: "done"; readonly note?: string | undefined }
  /** Stop was asked and nothing is half-done; the step starts again when the operation goes on. */
  | { readonly kind: "parked" }
  /** A person must look: the operation pauses with this reason. */
  | { readonly kind: "stopped"; readonly reason: StopReason };

export const done = (note?: string): StepOutcome => (note === undefined ? { kind: "done" } : { kind: "done", note });

/** Thrown by a wait that was told to stop. */
export class Parked extends Error {
  constructor() {
    super("parked");
    this.name = "Parked";
  }
}

/** The nodes that this plan brings in, as it verified them. */
export function candidatesOf(plan: Plan): readonly Candidate[] {
  const found = plan.steps.flatMap((step) => {
    if (step.kind === "set-epoch" || step.kind === "add-slots") return [step.node];
    return step.kind === "meet" ? [step.candidate, step.via] : [];
  });
  return [...new Map(found.map((candidate) => [candidate.id, candidate])).values()];
}

/** How sentences name a node of this operation. */
export function nodeLabel(plan: Plan, topology: Topology | undefined, id: NodeId): string {
  const member = topology && findMember(topology, id);
  if (member) return nodeName(member);
  const candidate = candidatesOf(plan).find((one) => one.id === id);
  if (candidate) return formatEndpoint(candidate.endpoint);
  const left = plan.steps.find((step) => step.kind === "reset" && step.nodeId === id);
  return left?.kind === "reset" ? formatEndpoint(left.dial) : id.slice(0, 8);
}
