import { rangesOf, type Slot } from "@/lib/cluster/slots";
import type { MoveJob, OpenSlot } from "./mover";

/** A window of a few milliseconds is not worth a report of its own; what is open for longer is always told. */
const REPORT_EVERY_MS = 100;

/** Gathers what happened and tells it at most every 100 ms, and always before the mover ends. */
export class Progress {
  readonly #report: MoveJob["report"];
  readonly #open = new Map<Slot, OpenSlot>();
  #moved: Slot[] = [];
  #keys = 0;
  #bytes = 0;
  #uncertain = 0;
  #toldMs = performance.now();
  #untold = false;
  /** When a key or a slot last came further, by performance.now(). */
  advancedMs = 0;

  constructor(report: MoveJob["report"]) {
    this.#report = report;
  }

  get open(): readonly OpenSlot[] {
    return [...this.#open.values()];
  }

  batch(sent: { readonly keys: number; readonly bytes: number; readonly uncertain: number }): void {
    this.#keys += sent.keys;
    this.#bytes += sent.bytes;
    this.#uncertain += sent.uncertain;
    if (sent.keys > 0) this.advancedMs = performance.now();
    this.#tell();
  }

  holds(open: readonly OpenSlot[]): void {
    for (const one of open) this.#open.set(one.slot, one);
    this.#tell();
  }

  releases(slots: readonly Slot[]): void {
    for (const slot of slots) this.#open.delete(slot);
    this.#tell();
  }

  moved(slots: readonly Slot[]): void {
    for (const slot of slots) {
      this.#open.delete(slot);
      this.#moved.push(slot);
    }
    this.advancedMs = performance.now();
    this.#tell();
  }

  flush(): void {
    if (!this.#untold) return;
    const told = {
      moved: rangesOf(this.#moved),
      keysMoved: this.#keys,
      bytesMoved: this.#bytes,
      keysUncertain: this.#uncertain,
      openSlots: this.open,
    };
    this.#moved = [];
    this.#keys = 0;
    this.#bytes = 0;
    this.#uncertain = 0;
    this.#untold = false;
    this.#toldMs = performance.now();
    this.#report(told);
  }

  #tell(): void {
    this.#untold = true;
    if (performance.now() - this.#toldMs >= REPORT_EVERY_MS) this.flush();
  }
}
