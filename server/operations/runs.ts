import { randomUUID } from "node:crypto";
import type { ClusterId } from "@/lib/cluster/node";
import { isEnded, type Operation } from "@/lib/operation";
import type { Step } from "@/lib/plans/step";
import type { Actor } from "@/lib/wire/access";
import type { CoolDowns, StepContext } from "@/server/admin/steps/context";
import { refuse } from "@/server/refuse";
import type { Journal } from "./journal";
import { giveBack, type Lease, takeCluster } from "./lease";
import type { Parts } from "./parts";
import { recoverOne } from "./recover";
import { Run } from "./run";
import { busyWith, holderOf } from "./start";

/** SIGTERM to exit is 10 s (R19): windows get most of it to be closed, then connections are cut. */
const PARK_MS = 6500;
const CUT_MS = 1500;
/** After a vote that was not won, an attempt at once would stall the shard's writers again (FAULTS 63). */
const COOL_DOWN_MS = 10_000;

type Subject = Pick<Operation, "clusterId" | "clusterName" | "plan">;

/** What runs now, a cluster at most once: who takes a cluster, takes it through here. */
export class Runs {
  readonly #parts: Parts;
  readonly #journal: Journal;
  /** This life of the console, as the lease names its holder. */
  readonly #life = randomUUID();
  readonly #runs = new Map<number, Run>();
  /** Closing what an earlier life left half-moved: nobody else takes the cluster meanwhile. */
  readonly #recovering = new Set<number>();
  readonly #starting = new Map<ClusterId, { readonly verb: string; readonly by: string }>();
  readonly #coolUntilMs = new Map<string, number>();
  readonly #closing = new AbortController();

  constructor(parts: Parts, journal: Journal) {
    this.#parts = parts;
    this.#journal = journal;
  }

  checkOpen(): void {
    if (this.#closing.signal.aborted) throw refuse("busy", "consoleCloses", undefined);
  }

  /** The operation that has the cluster: it runs, or it rests with its plan half done. */
  holder(clusterId: ClusterId): Operation | undefined {
    return holderOf(this.#journal.unended(clusterId));
  }

  find(operationId: number): Run | undefined {
    return this.#recovering.has(operationId) ? undefined : this.#runs.get(operationId);
  }

  /** Between the check and the record lies a look at the cluster: nobody else starts meanwhile. */
  async alone<T>(actor: Actor, { clusterId, clusterName: cluster, plan }: Subject, work: () => Promise<T>): Promise<T> {
    const other = this.#starting.get(clusterId);
    if (other) throw refuse("busy", "operationStarting", { cluster, ...other });
    this.#starting.set(clusterId, { verb: plan.verb, by: actor.name });
    try {
      return await work();
    } finally {
      this.#starting.delete(clusterId);
    }
  }

  take(clusterId: ClusterId, operationId: number): Lease {
    const { store, consoleId, now } = this.#parts;
    return takeCluster(store, { clusterId, operationId, consoleId, owner: this.#life, atMs: now() });
  }

  /** A run that has made sure of being the only writer (I18). `go` is called when it may begin. */
  async begin<T>(lease: Lease, how: { readonly takeover: boolean }, go: (run: Run) => T): Promise<T> {
    const run = this.#make(lease);
    try {
      await run.clearWay(how);
      this.checkOpen();
      const result = go(run);
      this.#keep(run);
      return result;
    } catch (error) {
      run.release();
      throw error;
    }
  }

  /** The cluster again, for an operation that rests. */
  again<T>(actor: Actor, operation: Operation, go: (run: Run) => T): Promise<T> {
    return this.alone(actor, operation, async () => {
      this.checkOpen();
      const { id, clusterId } = operation;
      if (this.#recovering.has(id)) throw refuse("busy", "operationRecovers", { operation: id });
      // A run that has come to rest lets go of its connections a moment after it has said so.
      await this.#runs.get(id)?.ended;
      const holder = this.holder(clusterId);
      if (holder && holder.id !== id) throw busyWith(holder);
      const lease = this.take(clusterId, id);
      try {
        return await this.begin(lease, { takeover: true }, go);
      } catch (error) {
        if (isEnded(operation.state)) {
          this.#journal.guard(id, undefined);
          giveBack(this.#parts.store, lease);
        }
        throw error;
      }
    });
  }

  /** A step of an operation that has ended, once more: under a lease, in the journal, without another state. */
  async aside(
    operation: Operation,
    step: Step,
    work: (context: StepContext) => Promise<string | undefined>,
  ): Promise<void> {
    const { id, clusterId, startedBy } = operation;
    const asker = { name: startedBy, role: "operator", from: "console" } as const;
    await this.alone(asker, operation, async () => {
      this.checkOpen();
      if (this.holder(clusterId)) return;
      const run = this.#make(this.take(clusterId, id));
      try {
        await run.clearWay({ takeover: true });
        await run.aside(step, work);
      } finally {
        run.giveUp();
      }
    });
  }

  async recover({ id, clusterId }: Operation): Promise<void> {
    const run = this.#make(this.take(clusterId, id));
    this.#runs.set(id, run);
    this.#recovering.add(id);
    try {
      await recoverOne({ journal: this.#journal, store: this.#parts.store, run, signal: this.#closing.signal });
    } finally {
      this.#recovering.delete(id);
      this.#keep(run);
    }
  }

  /** Everything parks with nothing open; what cannot in time is cut, and closed first at the next start. */
  async close(): Promise<void> {
    this.#closing.abort();
    const runs = [...this.#runs.values()];
    for (const run of runs) run.ask({ what: "close" });
    const ended = Promise.all(runs.map((run) => run.ended));
    await Promise.race([ended, after(PARK_MS)]);
    for (const run of runs) run.abort();
    await Promise.race([ended, after(CUT_MS)]);
  }

  #make(lease: Lease): Run {
    const coolDowns: CoolDowns = {
      untilMs: (shard) => this.#coolUntilMs.get(shard),
      begin: (shard) => void this.#coolUntilMs.set(shard, this.#parts.now() + COOL_DOWN_MS),
    };
    return new Run({ parts: this.#parts, journal: this.#journal, lease, coolDowns });
  }

  #keep(run: Run): void {
    this.#runs.set(run.operationId, run);
    void run.ended.finally(() => {
      if (this.#runs.get(run.operationId) === run) this.#runs.delete(run.operationId);
    });
  }
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
