import type { ClusterId } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import { isOpsError } from "@/lib/errors";
import { assertNever } from "@/lib/of";
import { canCancel, canCutOver, canPause, canResume, isActive, isEnded, type Operation } from "@/lib/operation";
import { type Plan, roleFor } from "@/lib/plans/plan";
import { isDue } from "@/lib/schedule";
import type { Actor } from "@/lib/wire/access";
import type { OperationAction, StartOperation, TranscriptEntry } from "@/lib/wire/operations";
import { requireRole } from "@/server/access/require-role";
import { markBegun } from "@/server/journal-mark";
import { refuse } from "@/server/refuse";
import type { AuditEntry } from "@/server/store/audit";
import { operationOfPlan } from "@/server/store/operations";
import { pruneTranscript, readTranscript, TRANSCRIPT_BYTES, TRANSCRIPT_DAYS } from "@/server/store/transcript";
import { endingOf } from "./ending";
import { Journal } from "./journal";
import { LateForget } from "./late-forget";
import { LateProof } from "./late-proof";
import { giveBack, type Lease } from "./lease";
import type { Parts } from "./parts";
import { registerNew, unregister } from "./register";
import { Runs } from "./runs";
import { planAnew } from "./scheduled";
import { Scheduler } from "./scheduler";
import { Settler } from "./settle";
import { busyWith, checkStartable, newOperation, untouched, usesPlan } from "./start";
import { endReason, userReason } from "./stop";

const RECOVER_WAIT_MS = 10_000;
const DAY_MS = 86_400_000;

/**
 * The door of the operations room. One operation a cluster; whoever asks (a browser, the CLI) only asks: what runs,
 * runs here, and goes on when they are gone. Right, plan, confirmation and currency are checked here again, beside the
 * data, whatever the route has checked.
 */
export class Operations {
  readonly #parts: Parts;
  readonly #journal: Journal;
  readonly #runs: Runs;
  readonly #settler: Settler;
  readonly #lateProof: LateProof;
  readonly #lateForget: LateForget;
  readonly #scheduler: Scheduler;
  /** What each cluster's card says of its operation. */
  readonly #cards = new Map<ClusterId, string>();
  readonly #stopListening: () => void;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { store, hub, now, audit, dataFolder } = parts;
    const onEnd = (operation: Operation) => audit.record(endRow(operation));
    this.#journal = new Journal({ store, hub, now, onCreate: (id) => markBegun(dataFolder, id), onEnd });
    this.#runs = new Runs(parts, this.#journal);
    this.#settler = new Settler(parts, this.#journal);
    this.#lateProof = new LateProof(parts, this.#journal, this.#runs);
    this.#lateForget = new LateForget(parts, this.#journal, this.#runs);
    this.#scheduler = new Scheduler(parts, this.#journal, {
      begin: (operation) => this.#beginScheduled(operation),
      park: ({ id }) => this.#runs.find(id)?.ask({ what: "window" }),
      goOn: async (operation) => void (await this.#resume(asker(operation), operation)),
    });
    this.#stopListening = this.#journal.onChange((operation) => this.#changed(operation));
  }

  async start(actor: Actor, clusterId: ClusterId, input: StartOperation): Promise<Operation> {
    const ask = { actor, act: "operation.start", clusterId, details: { plan: input.planId } };
    return this.#audited(ask, async () => {
      requireRole(actor, "operator");
      const plan = this.#startable(clusterId, input);
      requireRole(actor, roleFor(plan.verb));
      const subject = { clusterId, clusterName: plan.clusterName, plan };
      if (input.schedule && !isDue(input.schedule, this.#parts.now())) return this.#schedule(actor, plan, input);
      return this.#runs.alone(actor, subject, () => this.#begin(actor, plan, input));
    });
  }

  async act(actor: Actor, clusterId: ClusterId, operationId: number, action: OperationAction): Promise<Operation> {
    const ask = { actor, act: `operation.${action}`, clusterId, details: { operation: operationId } };
    return this.#audited(ask, async () => {
      requireRole(actor, "operator");
      const operation = this.get(clusterId, operationId);
      this.#parts.audit.record({ ...ask, result: "asked" });
      switch (action) {
        case "pause":
          return this.#pause(actor, operation);
        case "resume":
          return this.#resume(actor, operation);
        case "cancel":
          return this.#cancel(actor, operation);
        case "cut-over":
          return this.#cutOver(operation);
        default:
          return assertNever(action);
      }
    });
  }

  list(clusterId: ClusterId): readonly Operation[] {
    return this.#journal.list(clusterId);
  }

  get(clusterId: ClusterId, operationId: number): Operation {
    const operation = this.#journal.find(operationId);
    if (operation?.clusterId === clusterId) return operation;
    throw refuse("not_found", "operationUnknown", { operation: operationId, clusterId });
  }

  transcript(
    operationId: number,
    { after = 0, limit = 200 }: { after?: number; limit?: number } = {},
  ): readonly TranscriptEntry[] {
    return readTranscript(this.#parts.store, operationId, { after, limit });
  }

  /** Told when another life of this console has taken an operation over: nothing more is heard of it here. */
  onLost(listener: (operationId: number) => void): () => void {
    return this.#journal.onDrop(listener);
  }

  /** The one that has the cluster: running, or resting half done. */
  current(clusterId: ClusterId): Operation | undefined {
    return this.#runs.holder(clusterId);
  }

  /** Its end, or a rest that only a person can end. */
  async finished(operationId: number, { deadlineMs }: { readonly deadlineMs: number }): Promise<Operation> {
    const rests = ({ state }: Operation) => isEnded(state) || state === "paused";
    const now = this.#journal.get(operationId);
    if (rests(now)) return now;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        stop();
        const { state } = this.#journal.get(operationId);
        reject(refuse("timed_out", "operationStillRuns", { operation: operationId, afterMs: deadlineMs, state }));
      }, deadlineMs);
      const stop = this.#journal.onChange((operation) => {
        if (operation.id !== operationId || !rests(operation)) return;
        clearTimeout(timer);
        stop();
        resolve(operation);
      });
    });
  }

  /**
   * At start-up. Resolves when every operation that was in the middle has been closed and goes on or rests; one whose
   * nodes do not answer yet is tried on in the background.
   */
  async recover(): Promise<void> {
    const { store, now } = this.#parts;
    pruneTranscript(store, { olderThanMs: now() - TRANSCRIPT_DAYS * DAY_MS, bytes: TRANSCRIPT_BYTES });
    this.#settler.resume();
    for (const operation of this.#journal.unended()) this.#scheduler.heard(operation);
    for (const { id } of this.#parts.registry.list()) {
      const operations = this.#journal.list(id);
      if (operations[0]) this.#lateProof.heard(operations[0]);
      for (const operation of operations) this.#lateForget.heard(operation);
    }
    const begun = this.#journal.unended().filter(({ state }) => state !== "scheduled");
    const tries = begun.map((operation) => this.#recoverOne(operation));
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, RECOVER_WAIT_MS);
    });
    await Promise.race([Promise.all(tries), enough]);
    clearTimeout(timer);
  }

  /** SIGTERM: what runs parks, within 8 s. */
  async close(): Promise<void> {
    this.#scheduler.close();
    this.#settler.close();
    this.#lateProof.close();
    this.#lateForget.close();
    await this.#runs.close();
    this.#stopListening();
  }

  #startable(clusterId: ClusterId, input: StartOperation): Plan {
    this.#runs.checkOpen();
    const plan = this.#parts.planner.read(input.planId);
    if (plan.clusterId !== clusterId) throw refuse("not_found", "planOfOther", { plan: plan.id, clusterId });
    const waits = input.schedule !== undefined && !isDue(input.schedule, this.#parts.now());
    const holder = this.current(clusterId);
    if (holder && !waits) throw busyWith(holder);
    const used = operationOfPlan(this.#parts.store, plan.id);
    if (used !== undefined && usesPlan(this.#journal.get(used)))
      throw refuse("refused", "planUsed", { operation: used });
    checkStartable(plan, input, this.#parts.now());
    return plan;
  }

  async #begin(actor: Actor, plan: Plan, input: StartOperation): Promise<Operation> {
    const { planner, audit, observer, now } = this.#parts;
    const { clusterId } = plan;
    await planner.checkCurrent(plan);
    const heard = (await membersAtStart(observer, plan)).filter(answers).map((node) => node.id);
    this.#runs.checkOpen();
    let lease: Lease | undefined;
    const operation = this.#journal.create(newOperation({ plan, input, actor, heard, nowMs: now() }), (operationId) => {
      lease = this.#runs.take(clusterId, operationId);
      const reason = input.reason?.trim();
      const details = { plan: plan.id, operation: operationId, verb: plan.verb, ...(reason ? { reason } : {}) };
      audit.record({ actor, act: "operation.start", clusterId, details, result: "ok" });
    });
    if (!lease) throw new Error("an operation without a lease");
    return this.#firstRun(operation, lease);
  }

  /** Confirmed now, begun when its time has come. Nothing is held of the cluster until then. */
  #schedule(actor: Actor, plan: Plan, input: StartOperation): Operation {
    if (plan.verb === "create") throw refuse("invalid", "createNotScheduled", undefined);
    const { audit, now } = this.#parts;
    const wanted = newOperation({ plan, input, actor, heard: [], nowMs: now() });
    const { id } = this.#journal.create(wanted, (operation) => {
      const details = { plan: plan.id, operation, verb: plan.verb, schedule: JSON.stringify(input.schedule) };
      audit.record({ actor, act: "operation.schedule", clusterId: plan.clusterId, details, result: "ok" });
    });
    return this.#journal.append(id, { type: "state", to: "scheduled" });
  }

  async #beginScheduled(operation: Operation): Promise<void> {
    const { id, clusterId, clusterName } = operation;
    if (!this.#parts.registry.find(clusterId)) {
      this.#journal.append(id, { type: "state", to: "cancelled", reason: endReason("clusterGone") });
      return;
    }
    const holder = this.current(clusterId);
    if (holder) throw busyWith(holder);
    await this.#runs.alone(asker(operation), { clusterId, clusterName, plan: operation.plan }, async () => {
      const anew = await planAnew(this.#parts, operation);
      // Somebody may have cancelled it while it was planned.
      if (this.#journal.get(id).state !== "scheduled") return;
      if ("reason" in anew) {
        this.#journal.append(id, { type: "state", to: "cancelled", reason: anew.reason });
        return;
      }
      const { plan } = anew;
      const heard = (await membersAtStart(this.#parts.observer, plan)).filter(answers).map((node) => node.id);
      this.#runs.checkOpen();
      const details = { plan: plan.id, operation: id, verb: plan.verb };
      this.#parts.audit.record({ actor: asker(operation), act: "operation.start", clusterId, details, result: "ok" });
      const begun = this.#journal.append(id, { type: "replanned", plan, steps: untouched(plan), heard });
      await this.#firstRun(begun, this.#runs.take(clusterId, id));
    });
  }

  async #firstRun({ id, plan }: Operation, lease: Lease): Promise<Operation> {
    try {
      if (plan.verb === "create") await registerNew(this.#parts, plan);
      return await this.#runs.begin(lease, { takeover: false }, (run) => {
        const running = this.#journal.append(id, { type: "state", to: "running" });
        run.go();
        return running;
      });
    } catch (error) {
      const ending = endingOf(error);
      const reason = ending.kind === "stopped" ? { reason: ending.reason } : {};
      this.#journal.appendOrKeep(id, { type: "state", to: "cancelled", ...reason });
      if (plan.verb === "create") unregister(this.#parts, plan);
      this.#journal.guard(id, undefined);
      giveBack(this.#parts.store, lease);
      throw error;
    }
  }

  #pause(actor: Actor, { id, state }: Operation): Operation {
    const run = this.#runs.find(id);
    if (!canPause(state) || !run) throw refuse("busy", "cannotPause", { operation: id, state });
    const pausing = this.#journal.append(id, { type: "state", to: "pausing" });
    run.ask({ what: "pause", by: actor.name });
    return pausing;
  }

  /** Written down: it holds over a restart too. */
  #cutOver(operation: Operation): Operation {
    const { id, state } = operation;
    if (!canCutOver(operation)) throw refuse("busy", "cannotCutOver", { operation: id, state });
    return this.#journal.append(id, { type: "cut-over" });
  }

  async #resume(actor: Actor, operation: Operation): Promise<Operation> {
    const { id, state } = operation;
    if (!canResume(state)) throw refuse("busy", "cannotResume", { operation: id, state });
    return this.#runs.again(actor, operation, (run) => {
      const running = this.#journal.append(id, { type: "state", to: "running" });
      run.go();
      return running;
    });
  }

  async #cancel(actor: Actor, operation: Operation): Promise<Operation> {
    const { id, state, clusterId } = operation;
    if (!canCancel(state)) throw refuse("busy", "cannotCancel", { operation: id, state });
    const stop = { what: "cancel", by: actor.name } as const;
    if (state === "scheduled")
      return this.#journal.append(id, { type: "state", to: "cancelled", reason: userReason("cancelled", stop) });
    const running = this.#runs.find(id);
    if (running && isActive(state)) {
      const cancelling = this.#journal.append(id, { type: "state", to: "cancelling" });
      running.ask(stop);
      return cancelling;
    }
    if (!this.#parts.registry.find(clusterId))
      return this.#journal.append(id, { type: "state", to: "cancelled", reason: userReason("cancelled", stop) });
    return this.#runs.again(actor, operation, (run) => {
      const cancelling = this.#journal.append(id, { type: "state", to: "cancelling" });
      run.goCancel(actor.name);
      return cancelling;
    });
  }

  async #recoverOne(operation: Operation): Promise<void> {
    const { id, clusterId, state, plan } = operation;
    if (state === "planned") {
      if (plan.verb === "create") unregister(this.#parts, plan);
      this.#journal.appendOrKeep(id, { type: "state", to: "cancelled", reason: endReason("neverBegun") });
    } else if (!this.#parts.registry.find(clusterId)) {
      this.#journal.appendOrKeep(id, { type: "state", to: "failed", reason: endReason("clusterGone") });
    } else await this.#runs.recover(operation);
  }

  #changed(operation: Operation): void {
    const { id, clusterId, state, openSlots } = operation;
    const card = `${id} ${state} ${openSlots.length > 0}`;
    if (this.#cards.get(clusterId) !== card && this.#parts.registry.find(clusterId)) {
      this.#cards.set(clusterId, card);
      this.#parts.observer.tellSummary(clusterId);
    }
    if (operation.state === "succeeded" && operation.settled === undefined) this.#settler.later(operation);
    this.#lateProof.heard(operation);
    this.#lateForget.heard(operation);
    this.#scheduler.heard(operation);
  }

  /** A denial is a row of its own; what was done has its row where it was journalled. */
  async #audited<T>(ask: Omit<Parameters<Parts["audit"]["record"]>[0], "result">, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#parts.audit.record({ ...ask, result: isOpsError(error) ? `${error.code}: ${error.message}` : "internal" });
      throw error;
    }
  }
}

/** Who is asked for when the console goes on by itself: whoever confirmed it. */
const asker = ({ startedBy }: Operation): Actor => ({ name: startedBy, role: "operator", from: "console" });
const answers = ({ answer }: Topology["nodes"][number]): boolean => answer.kind === "answered";

/** Of a cluster that is to be made or started there may be nobody who answers. */
async function membersAtStart(observer: Parts["observer"], { verb, clusterId }: Plan): Promise<Topology["nodes"]> {
  if (verb === "create") return [];
  const sweep = observer.sweep(clusterId).then(({ nodes }) => nodes);
  return verb === "start-cluster" ? sweep.catch(() => []) : sweep;
}

function endRow({ id, clusterId, plan, state, reason, startedBy }: Operation): AuditEntry {
  const details = { operation: id, verb: plan.verb, ...(reason ? { reason: reason.text } : {}) };
  const actor = { name: startedBy, role: "operator", from: "console" } as const;
  return { actor, act: "operation.end", clusterId, details, result: state };
}
