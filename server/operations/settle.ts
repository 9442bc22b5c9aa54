import type { Operation } from "@/lib/operation";
import { stopsAll } from "@/lib/plans/plan";
import { proofLines } from "@/server/admin/steps/proof-lines";
import { newestSucceeded } from "@/server/store/operations";
import { endingOf } from "./ending";
import type { Journal } from "./journal";
import type { Parts } from "./parts";

/** A proof older than this when the console starts is not looked at again. */
const LATE_MS = 10 * 60_000;
const DEFAULT_TIMEOUT_MS = 15_000;

/**
 * Settled: the picture of the proof is seen again two node timeouts later, when an undone change would have come back
 * by gossip. Not said when another operation has changed the cluster meanwhile.
 */
export class Settler {
  readonly #parts: Parts;
  readonly #journal: Journal;
  readonly #timers = new Map<number, NodeJS.Timeout>();

  constructor(parts: Parts, journal: Journal) {
    this.#parts = parts;
    this.#journal = journal;
  }

  /** After a restart: proofs whose second look is still to come. */
  resume(): void {
    for (const row of newestSucceeded(this.#parts.store, this.#parts.now() - LATE_MS)) {
      const operation = this.#journal.find(row.id);
      if (operation && operation.settled === undefined) this.later(operation);
    }
  }

  later(operation: Operation): void {
    // Of a cluster that was stopped there is no picture to be seen again.
    if (this.#timers.has(operation.id) || stopsAll(operation.plan.verb)) return;
    const inMs = (operation.endedMs ?? 0) + 2 * this.#nodeTimeoutMs(operation) - this.#parts.now();
    const timer = setTimeout(() => void this.#look(operation.id), Math.max(0, inMs));
    timer.unref();
    this.#timers.set(operation.id, timer);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #nodeTimeoutMs({ clusterId }: Operation): number {
    const { observer, registry } = this.#parts;
    if (!registry.find(clusterId)) return DEFAULT_TIMEOUT_MS;
    return observer.snapshot(clusterId).topology?.nodeTimeoutMs ?? DEFAULT_TIMEOUT_MS;
  }

  async #look(operationId: number): Promise<void> {
    const { observer, registry } = this.#parts;
    const operation = this.#journal.get(operationId);
    const { clusterId } = operation;
    const isLast = () => this.#journal.list(clusterId)[0]?.id === operationId;
    if (!registry.find(clusterId) || !isLast()) return;
    const topology = await observer.sweep(clusterId).catch(() => undefined);
    if (!topology || !this.#timers.has(operationId) || !isLast()) return;
    this.#timers.delete(operationId);
    const lines = proofLines({ operation, topology, views: observer.views(clusterId) });
    const settled = lines.every((line) => line.state !== "fail");
    try {
      this.#journal.appendOrKeep(operationId, { type: "settled", settled });
    } catch (error) {
      // Said by the life of the console that has taken over.
      if (endingOf(error).kind !== "lost") throw error;
    }
  }
}
