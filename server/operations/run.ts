import type { NodeId } from "@/lib/cluster/node";
import type { Operation, OperationState, StopReason } from "@/lib/operation";
import { stopsAll, type Verb } from "@/lib/plans/plan";
import type { Step } from "@/lib/plans/step";
import { type CoolDowns, candidatesOf, type StepContext } from "@/server/admin/steps/context";
import { pause } from "@/server/admin/steps/wait";
import { listUnsettled } from "@/server/store/windows";
import { type Ending, endingOf } from "./ending";
import { closeHalfMoved } from "./half-moved";
import type { EventBody, Journal } from "./journal";
import { checkLease, giveBack, type Lease } from "./lease";
import { OperationLinks } from "./links";
import type { Parts } from "./parts";
import { ProgressBuffer } from "./progress";
import { contextOf, type RunTools } from "./step-context";
import { runSteps } from "./step-loop";
import { overrules, type Stop, userReason, windowReason } from "./stop";
import { TranscriptWriter } from "./transcript";
import { undoCreate } from "./undo-create";
import { clearWay } from "./writers";

type RunParts = {
  readonly parts: Parts;
  readonly journal: Journal;
  readonly lease: Lease;
  readonly coolDowns: CoolDowns;
};

/** Nobody answers before a cluster is started, nor when it was stopped. */
const mayBeSilent = (verb: Verb): boolean => verb === "start-cluster" || stopsAll(verb);

/** Where a node may not be asked who writes to it, a former holder gets twice the longest command's time to be gone. */
const UNREAD_WAIT_MS = 10_000;

/**
 * One stretch in which an operation may change its cluster: from start, resume or recovery to its next rest. It owns
 * the connections, and it is the only one that ends the states `running`, `pausing`, `cancelling` and `proving`.
 */
export class Run {
  readonly operationId: number;
  readonly #parts: Parts;
  readonly #journal: Journal;
  readonly #lease: Lease;
  readonly #links: OperationLinks;
  readonly #transcript: TranscriptWriter;
  readonly #progress: ProgressBuffer;
  readonly #tools: RunTools;
  readonly #abort = new AbortController();
  #stop: Stop | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor({ parts, journal, lease, coolDowns }: RunParts) {
    const { plan } = journal.get(lease.operationId);
    const { store } = parts;
    this.operationId = lease.operationId;
    this.#parts = parts;
    this.#journal = journal;
    this.#lease = lease;
    this.#transcript = new TranscriptWriter({ store, operationId: lease.operationId });
    this.#progress = new ProgressBuffer((bodies) => this.#tellProgress(bodies));
    const transcript = this.#transcript;
    const check = () => checkLease(store, lease);
    journal.guard(lease.operationId, check);
    this.#links = new OperationLinks({ parts, plan, name: lease.name, transcript, check });
    this.#tools = {
      parts,
      journal,
      lease,
      plan,
      links: this.#links,
      transcript,
      progress: this.#progress,
      coolDowns,
      shouldStop: () => this.#stop !== undefined,
      signal: this.#abort.signal,
    };
  }

  get ended(): Promise<void> {
    return this.#ended;
  }

  get stop(): Stop | undefined {
    return this.#stop;
  }

  /** At the next point where nothing is half-done. */
  ask(stop: Stop): void {
    if (overrules(stop, this.#stop)) this.#stop = stop;
  }

  /** After the command that is under way, whatever is open. */
  abort(): void {
    this.#abort.abort();
  }

  /** Members that answer; the links learn where everybody is. */
  async #members(): Promise<readonly NodeId[]> {
    const { observer, registry } = this.#parts;
    const { plan } = this.#tools;
    if (plan.verb === "create" || !registry.find(plan.clusterId)) return [];
    const sweep = observer.sweep(plan.clusterId, { signal: this.#abort.signal });
    const topology = await (mayBeSilent(plan.verb) ? sweep.catch(() => undefined) : sweep);
    if (!topology) return [];
    this.#links.learn(topology);
    return topology.nodes.filter((node) => node.answer.kind === "answered" && !node.handshake).map((node) => node.id);
  }

  /** I18, before the first command. `takeover`: an earlier life may still have something to say. */
  async clearWay({ takeover }: { readonly takeover: boolean }): Promise<void> {
    const ids = [...(await this.#members()), ...candidatesOf(this.#tools.plan).map((one) => one.id)];
    const opened = await Promise.allSettled(ids.map(async (id) => [id, await this.#links.get(id)] as const));
    const links = new Map(opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
    const way = await clearWay({
      lease: this.#lease,
      links,
      nameOf: (id) => this.#links.name(id),
    });
    if (takeover && way.unread.length > 0) await pause(UNREAD_WAIT_MS, this.#abort.signal);
  }

  /** Runs the remaining steps in the background. The state is `running` when this is called. */
  go(): void {
    this.#ended = this.#whole(async () => {
      const closed = await this.closeHalfMoved();
      return closed.kind === "done" ? this.#steps() : closed;
    });
  }

  /** What is half-moved is finished forward, then the remaining steps are given up. The state is `cancelling`. */
  goCancel(by?: string): void {
    this.#stop = { what: "cancel", by };
    this.#ended = this.#whole(async () => {
      const closed = await this.closeHalfMoved();
      return closed.kind === "done" ? { kind: "parked" } : closed;
    });
  }

  closeHalfMoved(): Promise<Ending> {
    return closeHalfMoved(this.#tools);
  }

  /** `work` answers the step's note. */
  async aside(step: Step, work: (context: StepContext) => Promise<string | undefined>): Promise<void> {
    const event = { type: "step", stepId: step.id } as const;
    this.#journal.append(this.operationId, { ...event, state: "running" });
    const note = await work(this.#contextOf(step, () => false));
    this.#journal.append(this.operationId, { ...event, state: "done", ...(note === undefined ? {} : { note }) });
  }

  giveUp(): void {
    this.release();
    this.#letGo();
  }

  /** Lets go of the cluster without a word. */
  release(): void {
    this.#progress.flush();
    this.#transcript.flush();
    this.#links.close();
  }

  #contextOf(step: Step, shouldStop: () => boolean): StepContext {
    return contextOf({ ...this.#tools, shouldStop }, step);
  }

  #steps(): Promise<Ending> {
    return runSteps({
      journal: this.#journal,
      operationId: this.operationId,
      shouldStop: this.#tools.shouldStop,
      contextOf: (step, shouldStop) => this.#contextOf(step, shouldStop),
      beforeStep: (step) => {
        // A cluster that is being made can be looked at from the moment on in which its nodes know each other.
        if (step.kind === "await-joined") this.#parts.observer.watch(this.#tools.plan.clusterId);
      },
      afterStep: () => this.#progress.flush(),
    });
  }

  async #whole(work: () => Promise<Ending>): Promise<void> {
    const ending = await work().catch(endingOf);
    try {
      this.#progress.flush();
      await this.#rest(ending);
    } catch (error) {
      this.#restAnyway(endingOf(error));
    }
    this.#transcript.flush();
    this.#links.close();
  }

  /** The state in which the operation rests now. */
  async #rest(ending: Ending): Promise<void> {
    if (ending.kind === "lost") return this.#lost();
    if (ending.kind === "done") return this.#become("succeeded");
    const isOpen = listUnsettled(this.#parts.store, this.operationId).length > 0;
    if (this.#stop?.what === "close" || this.#abort.signal.aborted) return this.#become("interrupted");
    if (this.#stop?.what === "cancel" && !isOpen) return this.#cancelled(ending);
    if (ending.kind === "stopped") return this.#become(ending.failed && !isOpen ? "failed" : "paused", ending.reason);
    return this.#become("paused", this.#stop?.what === "window" ? windowReason() : userReason("user", this.#stop));
  }

  async #cancelled(ending: Ending): Promise<void> {
    const { plan } = this.#tools;
    const operation = this.#journal.get(this.operationId);
    for (const step of operation.steps)
      if (step.state !== "done")
        this.#journal.append(this.operationId, { type: "step", stepId: step.stepId, state: "skipped" });
    const note = plan.verb === "create" ? await undoCreate(this.#tools) : undefined;
    const reason = userReason(
      "cancelled",
      this.#stop,
      note ?? (ending.kind === "stopped" ? ending.reason.text : undefined),
    );
    this.#become("cancelled", reason);
  }

  /** Ending itself went wrong: say so, in memory if need be. */
  #restAnyway(ending: Ending): void {
    if (ending.kind === "lost") {
      this.#lost();
      return;
    }
    try {
      if (ending.kind === "stopped") this.#become("paused", ending.reason);
      else if (ending.kind === "parked") this.#become("interrupted");
    } catch (error) {
      if (endingOf(error).kind !== "lost") throw error;
      this.#lost();
    }
  }

  /** Another life of the console goes on with it; nothing more is said about it here. */
  #lost(): void {
    this.#journal.drop(this.operationId);
  }

  #tellProgress(bodies: readonly EventBody[]): void {
    try {
      this.#journal.appendOrKeep(this.operationId, ...bodies);
    } catch (error) {
      if (endingOf(error).kind !== "lost") throw error;
    }
  }

  #become(to: OperationState, reason?: StopReason): void {
    const { state }: Operation = this.#journal.get(this.operationId);
    const path: readonly OperationState[] = to === "cancelled" && state !== "cancelling" ? ["cancelling", to] : [to];
    for (const next of path) {
      const withReason = next === to && reason ? { reason } : {};
      this.#journal.appendOrKeep(this.operationId, { type: "state", to: next, ...withReason });
    }
    if (to === "succeeded" || to === "failed" || to === "cancelled") this.#letGo();
  }

  #letGo(): void {
    this.#journal.guard(this.operationId, undefined);
    try {
      giveBack(this.#parts.store, this.#lease);
    } catch (error) {
      // The next operation takes the cluster with a higher fence anyway.
      if (endingOf(error).kind !== "stopped") throw error;
    }
  }
}
