import { isOpsError } from "@/lib/errors";
import type { Operation, StopReason } from "@/lib/operation";
import { isDue } from "@/lib/schedule";
import { proof } from "@/lib/words/en/proof";
import type { Journal } from "./journal";
import type { Parts } from "./parts";

const LOOK_EVERY_MS = 500;
/** A start that could not be made for so long, the console being off or the cluster busy, is given up. */
const LATE_MS = 3_600_000;

type Hands = {
  /** Planned anew, judged, started. */
  readonly begin: (operation: Operation) => Promise<void>;
  readonly park: (operation: Operation) => void;
  readonly goOn: (operation: Operation) => Promise<void>;
};

/**
 * Operations that wait for their time (row C23). It holds no state but whom it looks at: what is due is told by the
 * journal and the clock, so that a console that was off looks at the same things when it is back. Outside its window
 * nothing begins and nothing goes on; what runs when a window ends parks with no slot open, and goes on in the next.
 */
export class Scheduler {
  readonly #parts: Pick<Parts, "now">;
  readonly #journal: Journal;
  readonly #hands: Hands;
  readonly #waiting = new Map<number, Operation>();
  readonly #busy = new Set<number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: Pick<Parts, "now">, journal: Journal, hands: Hands) {
    this.#parts = parts;
    this.#journal = journal;
    this.#hands = hands;
  }

  /** Told of every change of an operation. */
  heard(operation: Operation): void {
    if (waits(operation)) this.#waiting.set(operation.id, operation);
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
      if (this.#busy.has(operation.id)) continue;
      this.#busy.add(operation.id);
      void this.#turn(operation).finally(() => this.#busy.delete(operation.id));
    }
  }

  async #turn(operation: Operation): Promise<void> {
    const { id, state, schedule } = operation;
    if (!schedule) return;
    const nowMs = this.#parts.now();
    const due = isDue(schedule, nowMs);
    try {
      if (state === "scheduled" && due) await this.#hands.begin(operation);
      else if (state === "running" && !due) this.#hands.park(operation);
      else if (state === "paused" && due) await this.#hands.goOn(operation);
    } catch (error) {
      // Busy, or nobody answers: tried again while it is due.
      if (!isOpsError(error)) throw error;
      const isLate = schedule.window === undefined && nowMs - (schedule.atMs ?? 0) > LATE_MS;
      if (state === "scheduled" && isLate)
        this.#journal.appendOrKeep(id, { type: "state", to: "cancelled", reason: missed(error.message) });
    }
  }
}

const waits = ({ state, schedule, reason }: Operation): boolean =>
  schedule !== undefined &&
  (state === "scheduled" ||
    (state === "running" && schedule.window !== undefined) ||
    (state === "paused" && reason?.code === "window-over"));

const missed = (reason: string): StopReason => ({
  code: "step-failed",
  details: { reason },
  text: proof.reasons.missed({ reason }),
});
