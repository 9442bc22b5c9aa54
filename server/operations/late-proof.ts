import { isOpsError } from "@/lib/errors";
import type { Operation } from "@/lib/operation";
import { proofLines } from "@/server/admin/steps/proof-lines";
import type { Journal } from "./journal";
import type { Parts } from "./parts";
import type { Runs } from "./runs";

const LOOK_EVERY_MS = 2000;
const FOR_MS = 24 * 3_600_000;

/**
 * An operation that did everything and could not be proved, because a node was lost meanwhile, is proved as soon as
 * that node answers again (I19): nothing is left to do but to look. Only while it is the last one of its cluster.
 */
export class LateProof {
  readonly #parts: Pick<Parts, "observer" | "registry" | "now">;
  readonly #journal: Journal;
  readonly #runs: Runs;
  readonly #waiting = new Map<number, Operation>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: Pick<Parts, "observer" | "registry" | "now">, journal: Journal, runs: Runs) {
    this.#parts = parts;
    this.#journal = journal;
    this.#runs = runs;
  }

  /** Told of every change of an operation; takes up those that wait for a proof. */
  heard(operation: Operation): void {
    const waits = operation.state === "failed" && operation.reason?.code === "not-proved";
    if (waits) this.#waiting.set(operation.id, operation);
    else this.#waiting.delete(operation.id);
    if (this.#waiting.size === 0) this.close();
    else this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    for (const operation of this.#waiting.values()) {
      const isOld = this.#parts.now() - (operation.endedMs ?? 0) > FOR_MS;
      if (isOld || this.#journal.list(operation.clusterId)[0]?.id !== operation.id) this.#waiting.delete(operation.id);
      else if (this.#holds(operation)) void this.#prove(operation);
    }
  }

  /** By the picture that is at hand: whether it is worth a run. */
  #holds(operation: Operation): boolean {
    const { observer, registry } = this.#parts;
    if (!registry.find(operation.clusterId)) return false;
    const { topology } = observer.snapshot(operation.clusterId);
    if (!topology) return false;
    const lines = proofLines({ operation, topology, views: observer.views(operation.clusterId) });
    return lines.every((line) => line.state !== "fail");
  }

  async #prove(operation: Operation): Promise<void> {
    const asker = { name: operation.startedBy, role: "operator", from: "console" } as const;
    try {
      await this.#runs.again(asker, operation, (run) => {
        this.#journal.append(operation.id, { type: "state", to: "running" });
        run.go();
      });
    } catch (error) {
      // The cluster is busy, or the node is gone again: the next look tells.
      if (!isOpsError(error)) throw error;
    }
  }
}
