import type { ClusterId, Endpoint, NodeId, NodeLabels } from "@/lib/cluster/node";
import type { SlotRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import type { ImportSource } from "@/lib/import-source";
import type { OperationState } from "@/lib/operation";
import type { BackupManifest } from "@/lib/wire/backups";
import type { Environment } from "@/lib/wire/clusters";
import type { Verb } from "./plan";
import type { EngineRef } from "./step";
import type { AtomicWay, MoveWay } from "./way";
import type { Newcomer } from "./wish";

/**
 * All that a planner may know. It is read once, before planning; a planner never asks for more. Whatever could not be
 * read is absent: absence is `unknown` in a preflight line, never a pass.
 */
export type Facts = {
  /** For create: the cluster that is to be, and a topology without nodes. */
  readonly cluster: {
    readonly id: ClusterId;
    readonly name: string;
    readonly environment: Environment;
    /** MIGRATE will carry credentials. */
    readonly hasSecrets: boolean;
  };
  readonly topology: Topology;
  /** By node id: keys in each slot (index = slot), −1 where it was not asked. Only of nodes that may give slots. */
  readonly slotKeys: Readonly<Record<string, readonly number[] | undefined>>;
  /** By node id: sampled sizes of what a giving node holds. */
  readonly sizes: Readonly<Record<string, SizeFacts | undefined>>;
  readonly nodes: Readonly<Record<string, NodeFacts | undefined>>;
  /** For config: by node id, the settings that the wish names. */
  readonly settings?: Readonly<Record<string, SettingFacts | undefined>> | undefined;
  /** For a rebalance by work: two readings of each primary, and what came between them. */
  readonly work?: WorkFacts | undefined;
  /** In the order in which the wish names them. */
  readonly candidates: readonly CandidateFacts[];
  /** By node id: the process, where this console manages it. */
  readonly managed: Readonly<Record<string, ProcessFacts | undefined>>;
  readonly otherOperation?: OtherOperation | undefined;
  /** For backup: what is free on the disk of the console's data folder. */
  readonly freeDiskBytes?: number | undefined;
  /** For a rolling upgrade: the engine that is wished for, and the paths of those that may be. */
  readonly engine?: EngineFacts | undefined;
  readonly engines?: readonly string[] | undefined;
  /** For the end of a maintenance: its beginning. */
  readonly maintenance?: MaintenanceFacts | undefined;
  /** For a decommission: when the newest whole backup was made. */
  readonly lastBackupMs?: number | undefined;
  /** For restore. */
  readonly manifest?: BackupManifest | undefined;
  /** For import: in the order in which the wish names them. */
  readonly sources?: readonly SourceFacts[] | undefined;
};

/** A server that keys come from. `reach` tells how far the console came; the rest is present from `answered` on. */
export type SourceFacts = {
  readonly source: ImportSource;
  /** How sentences name it; of one that Sentinels know, with the address that they tell. */
  readonly name: string;
  readonly reach: "answered" | "unreachable" | "wrong-password" | "no-primary";
  readonly reason?: string | undefined;
  readonly engine?: string | undefined;
  readonly version?: string | undefined;
  readonly role?: "primary" | "replica" | undefined;
  readonly clusterEnabled?: boolean | undefined;
  readonly runId?: string | undefined;
  readonly databases?: readonly { readonly db: number; readonly keys: number }[] | undefined;
  readonly sizes?: SizeFacts | undefined;
  /** Commands of the import that its account may not use; absent where there is no DRYRUN. */
  readonly deniedCommands?: readonly string[] | undefined;
  /** Names of function libraries; absent before 7.0. */
  readonly functions?: number | undefined;
  /** Keys drawn at random and looked for elsewhere: in the cluster, with another value, and on the other sources. */
  readonly drawn?:
    | { readonly keys: number; readonly differing: readonly string[]; readonly onOthers: readonly string[] }
    | undefined;
};

export type SizeFacts = {
  readonly bytesPerKey: number;
  readonly sampledKeys: number;
  /** The biggest key that the sample met. */
  readonly biggest?: { readonly slot: number; readonly bytes: number; readonly key: string } | undefined;
};

export type SettingFacts = {
  /** Absent: the node does not know such a setting. */
  readonly values: Readonly<Record<string, string | undefined>>;
  /** It was started with a file that CONFIG REWRITE can write. */
  readonly hasFile: boolean;
};

export type WorkFacts = {
  readonly overMs: number;
  /** By node id; absent when the node did not tell twice. */
  readonly nodes: Readonly<Record<string, NodeWork | undefined>>;
};

export type NodeWork = {
  /** Microseconds of CPU a second, or bytes a second. */
  readonly perSec: number;
  /** By slot, where the node can tell (CLUSTER SLOT-STATS). */
  readonly bySlot?: readonly number[] | undefined;
};

export type NodeFacts = {
  readonly usedBytes: number;
  /** 0: no limit. */
  readonly maxBytes: number;
  readonly maxPolicy: string;
  readonly version: string;
  /** An append-only file or save points: its data outlives its process. Absent when it did not tell. */
  readonly keepsData?: boolean | undefined;
  /** Hash of FUNCTION DUMP; absent before 7.0 or when it could not be read. */
  readonly functionsDigest?: string | undefined;
  readonly nodeTimeoutMs?: number | undefined;
  /** `cluster-allow-replica-migration`; absent before 7.0, where it is always so. */
  readonly allowsReplicaMigration?: boolean | undefined;
  /** Commands that ACL DRYRUN says this console's user may not use; absent where there is no DRYRUN. */
  readonly deniedCommands?: readonly string[] | undefined;
  /** The same of the commands of each way of moving slots that it offers. */
  readonly deniedMoving?: Readonly<Partial<Record<MoveWay, readonly string[]>>> | undefined;
  /** Ways of moving slots by itself that it offers; absent when it could not be asked. */
  readonly offers?: readonly AtomicWay[] | undefined;
  /** Atomic tasks under way at it that no operation here has started. */
  readonly tasks?: readonly { readonly id: string; readonly ranges: SlotRanges }[] | undefined;
  /** The same of commands that only guard against a second writer. */
  readonly deniedGuards?: readonly string[] | undefined;
};

export type ProcessFacts = {
  readonly managedId: string;
  readonly name: string;
  readonly running: boolean;
  readonly endpoint: Endpoint;
  readonly engine: EngineFacts;
  /** As it last wrote itself down; absent when it never did. */
  readonly role?: "primary" | "replica" | undefined;
};

/** `rdb`: the RDB version that it writes; absent when it is not known. */
export type EngineFacts = EngineRef & { readonly rdb?: number | undefined };

/** What an operation has taken from a host, to be given back. */
export type MaintenanceFacts = {
  readonly operationId: number;
  /** Who handed over, to whom. */
  readonly heirs: readonly { readonly primaryId: NodeId; readonly replicaId: NodeId }[];
};

export type OtherOperation = {
  readonly id: number;
  readonly verb: Verb;
  readonly state: OperationState;
  readonly startedBy: string;
};

/** A node that is not a member yet. `reach` tells how far the console came; the rest is present from `answered` on. */
export type CandidateFacts = {
  readonly newcomer: Newcomer;
  /** How sentences name it: host:port, or the name of a managed node that has no address yet. */
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly dial: Endpoint;
  readonly reach: "answered" | "unreachable" | "wrong-password" | "stopped" | "unknown-node";
  /** What the system or the server said when it was not `answered`. */
  readonly reason?: string | undefined;
  readonly managedId?: string | undefined;
  readonly id?: NodeId | undefined;
  readonly clusterEnabled?: boolean | undefined;
  readonly role?: "primary" | "replica" | undefined;
  readonly knownNodes?: number | undefined;
  readonly slots?: number | undefined;
  readonly epoch?: number | undefined;
  readonly keys?: readonly { readonly db: number; readonly keys: number }[] | undefined;
  readonly engine?: string | undefined;
  readonly version?: string | undefined;
  /** Names of libraries; absent before 7.0. */
  readonly functions?: readonly string[] | undefined;
  readonly offers?: readonly AtomicWay[] | undefined;
  readonly busPort?: number | undefined;
  /** Could the console open the bus port? */
  readonly busReachable?: boolean | undefined;
  readonly nodeTimeoutMs?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly maxPolicy?: string | undefined;
  readonly usedBytes?: number | undefined;
  /** Names of settings about the nodes' own traffic in which it differs from the members; absent where not compared. */
  readonly differs?: readonly string[] | undefined;
  /** What a member says to its masteruser and masterauth; absent where they could not be read or tried. */
  readonly syncLogin?: "accepted" | "refused" | "missing" | undefined;
  /** Name of another cluster of this console that lists this id or address. */
  readonly memberOf?: string | undefined;
  readonly labels: NodeLabels;
};

/** Where nothing is yet: what `create` plans on. */
export function emptyTopology(clusterId: ClusterId): Topology {
  return {
    clusterId,
    atMs: 0,
    state: "unknown",
    currentEpoch: 0,
    nodes: [],
    shards: [],
    uncovered: [],
    unserved: [],
    openSlots: [],
    agreement: { agree: 0, answering: 0, known: 0 },
    signature: "",
    nodeTimeoutMs: 15_000,
  };
}
