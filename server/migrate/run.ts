import type { NodeId } from "@/lib/cluster/node";
import type { Slot } from "@/lib/cluster/slots";
import { nap } from "@/server/nap";
import type { SizedKey } from "./batch";
import { Brake } from "./brake";
import { Hearing } from "./hearing";
import { Lines } from "./lines";
import type { HookPoint, MoveCluster, MoveJob, Window } from "./mover";
import { Others } from "./others";
import { Progress } from "./progress";
import type { SourceReading } from "./sides";
import { Speed } from "./speed";
import { stop } from "./stop";
import { Watch } from "./watch";

/** What one call of the mover knows while it runs. Whatever must outlive it is in the journal and in the cluster. */
export class Run {
  readonly job: MoveJob;
  readonly lines: Lines;
  readonly progress: Progress;
  readonly speed = new Speed();
  readonly watch: Watch;
  readonly others: Others;
  readonly hearing: Hearing;
  readonly brake: Brake;
  /** Who was primary or replica in the two shards when the run began: among them is whoever is promoted. */
  readonly kin = new Map<NodeId, ReadonlySet<NodeId>>();
  /** The slots of every written window that has no outcome yet: only these may be open. */
  readonly written = new Set<Slot>();
  readonly #changes: number[] = [];
  #source: NodeId;
  #target: NodeId;
  #way: ReturnType<MoveCluster["migrateTarget"]> | undefined;
  /** The replica that acknowledged last: asked first. */
  acknowledger: NodeId | undefined;

  constructor(job: MoveJob) {
    this.job = job;
    this.lines = new Lines(job.cluster, job.signal);
    this.progress = new Progress(job.report);
    this.watch = new Watch(job);
    this.others = new Others(this.lines);
    this.hearing = new Hearing(this.lines);
    this.brake = new Brake({ nodes: () => [this.source, this.target], ping: job.ping });
    this.#source = job.source;
    this.#target = job.target;
  }

  /** The primaries as they are now. */
  get source(): NodeId {
    return this.#source;
  }

  get target(): NodeId {
    return this.#target;
  }

  /** Notes who is primary now; answers how often that changed in the last 5 minutes (FAULTS 28). */
  becomes(source: NodeId, target: NodeId): number {
    const nowMs = performance.now();
    if (source !== this.#source || target !== this.#target) {
      this.#changes.push(nowMs);
      this.#way = undefined;
    }
    this.#source = source;
    this.#target = target;
    return this.#changes.filter((atMs) => nowMs - atMs < 300_000).length;
  }

  /** The words that a MIGRATE towards the target begins and goes on with. */
  way(): ReturnType<MoveCluster["migrateTarget"]> {
    this.#way ??= this.job.cluster.migrateTarget(this.#target, this.#source);
    return this.#way;
  }

  /** How long a failover may take before a person is asked: three node timeouts for FAIL and votes, 10 s for the rest. */
  get patienceMs(): number {
    return 3 * this.job.cluster.nodeTimeoutMs + 10_000;
  }

  async at(point: HookPoint, slot: Slot | undefined): Promise<void> {
    if (this.job.hook && slot !== undefined) await this.job.hook(point, slot);
  }

  /** No journal, no mutation (FAULTS 72). */
  write<T>(record: () => T): T {
    try {
      return record();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw stop("journal", "journalFailed", { reason });
    }
  }

  checkSignal(): void {
    if (this.job.signal.aborted) throw stop("user", "hardStop", {});
  }

  async pause(ms: number): Promise<void> {
    this.checkSignal();
    await nap(ms, this.job.signal);
    this.checkSignal();
  }
}

/** What is half-moved, or about to be: the slots of a written window that are carried together, within the limits (I5). */
export type Hand = {
  readonly windowId: number;
  readonly window: Window;
  readonly slots: readonly Slot[];
  /** What was found in them when they were planned. */
  keys: readonly SizedKey[];
  /** The target has said OK to IMPORTING, and nothing went wrong since. */
  isImporting: boolean;
  /** The source may be told that the target has taken it: see hearing.ts. */
  isHeard: boolean;
  /** What the source counted when it was told MIGRATING; undefined: to be opened, or opened by nobody knows whom. */
  opened: SourceReading | undefined;
  /** Keys may have moved that no replica of the target has confirmed. */
  unconfirmed: boolean;
  /** Sent with a MIGRATE whose reply is not known. */
  unsure: readonly SizedKey[];
};

/** Nothing has been sent for it yet. */
export const asPlanned = { isImporting: false, isHeard: false, opened: undefined, unsure: [] };
