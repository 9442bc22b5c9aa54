import type { NodeId } from "@/lib/cluster/node";
import type { Slot, SlotRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import type { StopReason } from "@/lib/operation";
import type { MoveWay } from "@/lib/plans/way";
import type { Link } from "@/server/link";

/**
 * The contract between the step loop and whatever moves slots from one primary to another. A mover changes the cluster
 * only through `MoveCluster`, writes down what it is about to do through `MoveJournal`, and never decides alone what a
 * person must decide: it stops with a reason. It does not know plans, operations or the store.
 */
export interface Mover {
  readonly way: MoveWay;
  /**
   * Moves `ranges` from source to target, window by window. Slots that the target owns already are passed over and not
   * reported. Slots of `ranges` that are open when it starts are somebody else's: `foreign-change`; close your own
   * with closeOpen first. Rejects only for defects and for an error thrown by `hook`.
   */
  move(job: MoveJob): Promise<MoveOutcome>;
  /**
   * After a crash or a safety pause: finds out from the servers how far each slot of the unsettled windows came, and
   * closes it forward (FAULTS 2.4). Opens no slot that is not half-moved: those stay with the source, for move().
   * Settles each window and reports all its slots that are the target's, also those that were reported before the
   * crash: `moved` is to be added as a set. May be killed at any point and called again.
   */
  closeOpen(job: MoveJob, unsettled: readonly UnsettledWindow[]): Promise<MoveOutcome>;
}

export type MoveJob = {
  /** As planned. Whoever was promoted in their place meanwhile is found by the mover. */
  readonly source: NodeId;
  readonly target: NodeId;
  readonly ranges: SlotRanges;
  /** Every slot that the running operation moves, all pairs together: open or re-owned slots among them are ours. Default: `ranges`. */
  readonly operationRanges?: SlotRanges | undefined;
  /**
   * What may be half-moved, and not yet held by a replica, at any moment (I5): 100 keys and 1 MiB in the careful pace,
   * 5000 keys and 32 MiB in the swift one. One fuller slot, or one bigger key, goes alone.
   */
  readonly limits: { readonly keys: number; readonly bytes: number };
  /** The target had a replica when the plan was made: no more than the limits goes ahead of what a replica holds (I11). */
  readonly guarded: boolean;
  readonly cluster: MoveCluster;
  /**
   * How long a node takes now to answer somebody who has nothing to do with the move, in milliseconds. Given, the move
   * slows down while that gets worse.
   */
  readonly ping?: ((id: NodeId) => Promise<number>) | undefined;
  readonly journal: MoveJournal;
  report(progress: MoveProgress): void;
  /** Pause or cancel was asked: what is half-moved is finished forward, nothing new is opened, the outcome is `parked`. */
  shouldStop(): boolean;
  /** Wall clock, milliseconds. */
  now(): number;
  /** Hard stop: ends after the call that is under way, whatever is open. The next start closes it. */
  readonly signal: AbortSignal;
  /** Tests stop here: called before and after every mutating call, `slot` is the first of the portion. */
  readonly hook?: ((point: HookPoint, slot: Slot) => void | Promise<void>) | undefined;
};

export type MoveCluster = {
  /**
   * A connection for mutations: named `shardboard:<console>:<operation>:<fence>`, CLUSTER MYID checked. Asked again
   * after a loss it gives a fresh one. Throws OpsError when the node cannot be reached or is not the one.
   */
  link(id: NodeId): Promise<Link>;
  /** Every node asked now. */
  topology(): Promise<Topology>;
  /** Where `from` reaches the node `id` for MIGRATE, and as whom. */
  migrateTarget(
    id: NodeId,
    from: NodeId,
  ): Promise<{
    readonly host: string;
    readonly port: number;
    readonly user?: string | undefined;
    readonly password?: string | undefined;
  }>;
  readonly nodeTimeoutMs: number;
};

/**
 * One written intent (I6): these slots go from source to target, nothing else is touched. A window may name more slots
 * than may be half-moved at once: they are carried in portions, and one commit covers several.
 */
export type Window = {
  readonly source: NodeId;
  readonly target: NodeId;
  readonly slots: readonly Slot[];
  readonly facts: WindowFacts;
};

/** What held when the window was written. Plain JSON. */
export type WindowFacts = {
  /** `master_replid` of the source: with its id it tells whether its primary is still the one of then (I10). */
  readonly sourceReplId: string;
  readonly sourceEpoch: number;
  readonly targetEpoch: number;
  /** The replica of the target that acknowledged last; absent when the move is not guarded. */
  readonly targetReplica?: NodeId | undefined;
  /** The server's own id of the atomic task that carries it, once it is known. */
  readonly task?: string | undefined;
};

export type UnsettledWindow = Window & { readonly id: number };

export type MoveJournal = {
  /** Fsynced when it returns; answers the window's number. Throws when it cannot be written: nothing is sent then. */
  intend(window: Window): number;
  /** More is known of a window that was written. Needs no fsync of its own: the slots alone find it again. */
  learn(windowId: number, facts: WindowFacts): void;
  /** Needs no fsync of its own: an outcome that is lost is found again by closeOpen. */
  settle(windowId: number, outcome: WindowOutcome): void;
  /** The value that is about to be replaced on `nodeId` (I10). Fsynced when it returns. ttlMs -1: none. */
  keepValue(value: KeptValue): void;
};

/** moved: the target owns every slot. withdrawn: the rest was never opened and stays with the source; nothing is half-moved. */
export type WindowOutcome = "moved" | "withdrawn";

export type KeptValue = {
  readonly slot: Slot;
  readonly nodeId: NodeId;
  readonly key: Buffer;
  readonly ttlMs: number;
  readonly dump: Buffer;
};

/**
 * Increments since the last report; `openSlots` is everything that this job holds open now. Told after a batch or a
 * window, at most every 100 ms, and before move or closeOpen ends.
 */
export type MoveProgress = {
  readonly moved: SlotRanges;
  readonly keysMoved: number;
  /** By MEMORY USAGE in the source; of an atomic task keys and bytes are what it was weighed at before it began. */
  readonly bytesMoved: number;
  /** Gone from the source after a lost reply: moved, or deleted by a client meanwhile. Counted in keysMoved too. */
  readonly keysUncertain: number;
  readonly openSlots: readonly OpenSlot[];
};

export type OpenSlot = {
  readonly slot: Slot;
  readonly source: NodeId;
  readonly target: NodeId;
  readonly keysLeft?: number | undefined;
};

/** `left`: the slots of the job that are not the target's. */
export type MoveOutcome =
  | { readonly kind: "done" }
  /** Stop was asked; nothing is open. */
  | { readonly kind: "parked"; readonly left: SlotRanges }
  /**
   * `openSlots` is empty when it stopped between windows, or when all that is left was refused before it was opened
   * (big-key, key-conflict): the rest has been moved then. Else a safety pause: clients are served by ASK meanwhile.
   */
  | {
      readonly kind: "stopped";
      readonly reason: StopReason;
      readonly openSlots: readonly OpenSlot[];
      readonly left: SlotRanges;
    };

/**
 * Where a hook is called: before and after each group of mutating calls. Portions follow one another in the same
 * writes: `after-importing` may come two portions ahead and `after-migrating` one, and `after-node-source` comes for
 * the portion before when the first batch of this one has been answered. Of an atomic task: `before-batch` before the command that starts it,
 * `after-importing` when it was taken, `after-batch` when it is over.
 */
export const hookPoints = [
  "before-intend",
  "after-intend",
  "after-importing",
  "after-migrating",
  "before-batch",
  "after-batch",
  "after-acknowledge",
  "before-node-target",
  "after-node-target",
  "after-node-source",
  "after-settle",
] as const;
export type HookPoint = (typeof hookPoints)[number];
