import type { Client } from "./client";
import type { Command } from "./command";
import type { Keyspace } from "./keyspace/keyspace";
import type { Address, ConnectionId, World } from "./world";

/** The node's configuration by the names of redis.conf; values as CONFIG GET says them. Unknown names throw RangeError. */
export interface Settings {
  text(name: string): string;
  number(name: string): number;
  isOn(name: string): boolean;
  /** Throws CommandError with the sentence that CONFIG SET answers. */
  set(name: string, value: string): void;
  onChange(name: string, changed: (value: string) => void): void;
}

/** Where a command with keys belongs. Undefined: here, now. Else the line that goes to the client: MOVED, ASK, CLUSTERDOWN, … */
export type Route = string | undefined;

export type RouteRequest = {
  readonly client: Client;
  readonly command: Command;
  /** In the order of the arguments; of all commands of a transaction together. At least one. Shard channels are keys too. */
  readonly keys: readonly string[];
  /** The command writes, or one of the transaction does. */
  readonly isWrite: boolean;
};

export interface ClusterPart {
  /** Its own commands: CLUSTER, READONLY, READWRITE, ASKING. */
  readonly commands: readonly Command[];
  route(request: RouteRequest): Route;
  /** Of a client that waits for this key: the line that ends it; undefined: it may wait on. */
  routeBlocked(key: string): Route;
  readonly myId: string;
  /** By nodes.conf, before it follows its primary. */
  readonly isReplica: boolean;
  /** The data is loaded: slots whose keys are here, though nobody or somebody else owns them, are taken or opened. */
  loaded(): void;
  /** SPUBLISH/PUBLISH go to the other nodes by the bus. */
  publish(channel: Buffer, message: Buffer, sharded: boolean): void;
  /** Lines of INFO's and CLUSTER INFO's fields, `name:value`. */
  info(): readonly string[];
  /** Connections of the bus, and what waits in them. */
  readonly links: { readonly count: number; readonly bytes: number };
  accepted(connection: ConnectionId, remote: Address, local: Address): void;
  tick(): void;
  settle(): void;
}

export type ReplicationRole = "primary" | "replica";
export type LinkState = "connect" | "connecting" | "sync" | "connected";

/** `db`: selected in the stream at that place. */
export type History = { readonly id: string; readonly offset: number; readonly db: number };

export interface ReplicationPart {
  readonly role: ReplicationRole;
  readonly primary: Address | undefined;
  readonly link: LinkState;
  /** Monotonic ms of the last byte from the primary; undefined: never since the link went down. */
  readonly lastHeardMs: number | undefined;
  /** As a primary: what was told; as a replica: what was taken. */
  readonly offset: number;
  /** Of a replica that stopped following, for it cannot do or hold what its primary tells: why. Its data is older than it looks. */
  readonly halted: string | undefined;
  /** Its own commands: PSYNC, SYNC, REPLCONF, REPLICAOF, ROLE, WAIT. The table of all takes them in. */
  readonly commands: readonly Command[];
  /** Resyncs that were asked for, as a primary; bytes from the primary, and to replicas. */
  readonly counts: {
    readonly full: number;
    readonly partial: number;
    readonly refusedPartial: number;
    readonly bytesIn: number;
    readonly bytesOut: number;
  };
  /** Of the stream, and of what waits for replicas beside it. */
  readonly memory: { readonly streamBytes: number; readonly replicaBytes: number };
  resetCounts(): void;
  /** A primary with fewer good replicas than min-replicas-to-write: commands that write answer NOREPLICAS. */
  readonly lacksReplicas: boolean;
  /** Replicas with a living link. */
  readonly replicas: readonly { readonly address: Address; readonly offset: number; readonly isOnline: boolean }[];
  /** Whose history the data is, and up to where, to be kept with a snapshot; undefined: nobody could go on from there. */
  readonly history: History | undefined;
  /** What a snapshot said of itself that was loaded just now: partial resyncs go on from there. */
  restore(history: History): void;
  /** Becomes a replica, now. What it holds stays until the full copy of the primary is here and whole. */
  follow(primary: Address): void;
  /** Becomes a primary, with a new replication ID and the old one remembered. */
  lead(): void;
  /** One command to the replicas, after it was executed here. */
  tell(db: number, args: readonly (Buffer | string)[]): void;
  info(): readonly string[];
  tick(): void;
  settle(): void;
}

/** MIGRATE, which waits for another node. */
export interface MigrationPart {
  readonly commands: readonly Command[];
  tick(): void;
}

export interface PersistencePart {
  /** Its own commands: SAVE, BGSAVE, LASTSAVE, BGREWRITEAOF. */
  readonly commands: readonly Command[];
  /** One command to the append-only file. */
  tell(db: number, args: readonly (Buffer | string)[]): void;
  /** Loads what the folder holds. Throws an Error with a sentence for the log; the node exits then. */
  load(): void;
  /** The snapshot now, on disk when it returns. Throws what the system says; what was there before is still there then. */
  save(): void;
  /** What was told is on disk when it returns: the node is about to end. */
  sync(): void;
  /** The answer to commands that write, and to PING, while what they change cannot be kept; undefined: it can. */
  readonly denial: string | undefined;
  /** Told and not written yet. */
  readonly waitingBytes: number;
  info(): readonly string[];
  tick(): void;
  /** Append-only file written, and synced where replies promise it. */
  settle(): void;
}

/** The parts of a node as they see each other. Each is written against this, not against its neighbours' insides. */
export interface NodeParts {
  readonly world: World;
  readonly settings: Settings;
  readonly keyspace: Keyspace;
  /** Undefined: cluster-enabled no. */
  readonly cluster: ClusterPart | undefined;
  readonly replication: ReplicationPart;
  readonly persistence: PersistencePart;
  /** Commands that write wait (`write`) or all of them, until then (monotonic ms); what runs inside is not touched. */
  pause(kind: "write" | "all", untilMs: number): void;
  unpause(): void;
  /** Commands that write wait: nothing may move the offset now, no ping of replicas either. */
  readonly isPaused: boolean;
  /**
   * Between the two no command of any client is executed, and no key expires: MIGRATE waits for its target, and only its own
   * client goes on, by its reply. Cluster bus, replicas and what parts own live on. Ends no pause, and no pause ends it.
   */
  hold(): void;
  release(): void;
  /** The node takes no more writes of its own: who waits for a key or for replicas is told so and let go. */
  dismissBlocked(): void;
  /** To replicas and the append-only file, as if a client had sent it: expiry, deletion of a slot's keys. */
  tell(db: number, args: readonly (Buffer | string)[]): void;
  /** A message that came by the bus, to the subscribers of this node; how many took it. */
  deliver(channel: Buffer, message: Buffer, sharded: boolean): number;
  /** The slot is another's now: its shard channels are told so and forgotten. */
  dropShardChannels(slot: number): void;
  /** Why a command could never be executed here, whatever the data: its name is not known, or its arguments are too few. */
  refusalOf(args: readonly Buffer[]): string | undefined;
  /** Runs a command without a client: replay, the primary's stream. Throws what it would have answered. */
  execute(client: Client, args: readonly Buffer[]): void;
  /** Connections that a part dialled or took over from the client port: their bytes go to `owner` from now on. */
  own(connection: ConnectionId, owner: ConnectionOwner): void;
  /** A client without a connection, for `execute`. Its `kind` says whose commands they are: `none` or `primary`. */
  inner(): Client;
}

export interface ConnectionOwner {
  connected(local: Address): void;
  received(bytes: Buffer): void;
  closed(why: string): void;
}
