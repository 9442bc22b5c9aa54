import { unionRanges } from "@/lib/cluster/slots";
import type { MoveProgress } from "@/server/migrate/mover";
import type { EventBody } from "./journal";

/** Five records a second at most: each is a commit, and every browser folds its events. */
const EVERY_MS = 200;

/** Adds up increments of one operation, by step, until they are due. Nothing is dropped: whoever ends a step flushes. */
export class ProgressBuffer {
  readonly #write: (bodies: readonly EventBody[]) => void;
  readonly #pending = new Map<number, MoveProgress>();
  #timer: NodeJS.Timeout | undefined;
  #writtenAt = Number.NEGATIVE_INFINITY;

  constructor(write: (bodies: readonly EventBody[]) => void) {
    this.#write = write;
  }

  report(stepId: number, progress: MoveProgress): void {
    const known = this.#pending.get(stepId);
    this.#pending.set(stepId, known ? added(known, progress) : progress);
    const dueInMs = this.#writtenAt + EVERY_MS - performance.now();
    this.#timer ??= setTimeout(() => this.flush(), Math.max(0, dueInMs));
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.size === 0) return;
    const bodies = [...this.#pending].map(([stepId, progress]) => ({ type: "progress" as const, stepId, ...progress }));
    this.#pending.clear();
    this.#writtenAt = performance.now();
    this.#write(bodies);
  }
}

function added(a: MoveProgress, b: MoveProgress): MoveProgress {
  return {
    moved: unionRanges(a.moved, b.moved),
    keysMoved: a.keysMoved + b.keysMoved,
    bytesMoved: a.bytesMoved + b.bytesMoved,
    keysUncertain: a.keysUncertain + b.keysUncertain,
    openSlots: b.openSlots,
  };
}
