import type { NodeId } from "@/lib/cluster/node";
import { isOpsError } from "@/lib/errors";
import type { Operation } from "@/lib/operation";
import { findMember } from "@/lib/plans/members";
import type { StepOf } from "@/lib/plans/step";
import { proof } from "@/lib/words/en/proof";
import { tellAll } from "@/server/admin/steps/forget";
import type { Journal } from "./journal";
import type { Parts } from "./parts";
import type { Runs } from "./runs";

const LOOK_EVERY_MS = 2000;
const FOR_MS = 7 * 24 * 3_600_000;

/**
 * A member that was down when a node was removed still knows it, and would bring it back to all the others (FAULTS 56).
 * It is told as soon as it answers again. Whoever was brought in again on purpose is let be: by a later operation, or by
 * somebody else when the node itself takes part in the cluster.
 */
export class LateForget {
  readonly #parts: Pick<Parts, "observer" | "registry" | "now">;
  readonly #journal: Journal;
  readonly #runs: Runs;
  readonly #waiting = new Map<number, Operation>();
  #timer: NodeJS.Timeout | undefined;
  #busy = false;

  constructor(parts: Pick<Parts, "observer" | "registry" | "now">, journal: Journal, runs: Runs) {
    this.#parts = parts;
    this.#journal = journal;
    this.#runs = runs;
  }

  heard(operation: Operation): void {
    const forgot = operation.plan.steps.some((step) => step.kind === "forget");
    const someWereSilent = operation.proof.some((line) => line.code === "silent-before");
    if (operation.state !== "succeeded" || !forgot || !someWereSilent) return;
    this.#waiting.set(operation.id, operation);
    this.#timer ??= setInterval(() => void this.#look(), LOOK_EVERY_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (const operation of [...this.#waiting.values()]) await this.#lookFor(operation);
    } finally {
      this.#busy = false;
      if (this.#waiting.size === 0) this.close();
    }
  }

  async #lookFor(operation: Operation): Promise<void> {
    const { registry, now } = this.#parts;
    if (now() - (operation.endedMs ?? 0) > FOR_MS || !registry.find(operation.clusterId)) {
      this.#waiting.delete(operation.id);
      return;
    }
    if (this.#runs.holder(operation.clusterId)) return;
    for (const step of operation.plan.steps)
      if (step.kind === "forget" && this.#isGhost(operation, step.nodeId)) await this.#tell(operation, step);
  }

  /** An answering member lists it, it does not take part itself, and nothing of ours brought it in since. */
  #isGhost({ id, clusterId }: Operation, nodeId: NodeId): boolean {
    const { observer } = this.#parts;
    const { topology } = observer.snapshot(clusterId);
    if (!topology) return false;
    const views = observer.views(clusterId);
    const listed = views.some(
      (view) =>
        view.from !== nodeId && findMember(topology, view.from) && view.nodes.some((node) => node.id === nodeId),
    );
    const takesPart = views.some((view) => view.from === nodeId && view.nodes.length > 1);
    const later = this.#journal.list(clusterId).filter((one) => one.id > id);
    const broughtIn = later.some(({ plan }) =>
      plan.steps.some((step) => step.kind === "meet" && step.candidate.id === nodeId),
    );
    return listed && !takesPart && !broughtIn;
  }

  async #tell(operation: Operation, step: StepOf<"forget">): Promise<void> {
    try {
      await this.#runs.aside(operation, step, async (context) => {
        const left = await tellAll(step.nodeId, context);
        return left.length === 0 ? proof.notes.toldLater() : undefined;
      });
    } catch (error) {
      // Busy, or a node is gone again: the next look tells.
      if (!isOpsError(error)) throw error;
    }
  }
}
