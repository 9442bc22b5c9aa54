import type { Slot } from "@/lib/cluster/slots";
import type { MoveOutcome, Window } from "./mover";
import type { PlannedWindow, WindowPlanner } from "./plan-windows";
import type { Portion } from "./portions";
import { patiently } from "./resolve";
import { asPlanned, type Hand, type Run } from "./run";
import { MoveStop, Trouble } from "./stop";

type Written = { readonly id: number; readonly window: Window; readonly waiting: Portion[]; readonly open: Set<Slot> };

/**
 * Hands out one portion after another. A window is written down before its first portion is given, and settled when
 * its last has arrived. Nothing is given any more once a stop was asked for or something foreign was seen.
 */
export class Relay {
  readonly #run: Run;
  readonly #planner: WindowPlanner;
  readonly #toMove: Set<Slot>;
  readonly #written: Written[] = [];

  constructor(run: Run, planner: WindowPlanner, toMove: Set<Slot>) {
    this.#run = run;
    this.#planner = planner;
    this.#toMove = toMove;
  }

  get mayGoOn(): boolean {
    const { job, watch } = this.#run;
    return !job.signal.aborted && !job.shouldStop() && watch.pending === undefined;
  }

  /** The next portion; waits out troubles of reading ahead, which changes nothing. */
  async next(): Promise<Hand | undefined> {
    if (this.#run.brake.isOn) await this.#run.pause(this.#run.brake.restMs);
    try {
      return this.mayGoOn ? await this.#take() : undefined;
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
    }
    return patiently(this.#run, async () => {
      await this.#planner.forget();
      return this.mayGoOn ? this.#take() : undefined;
    });
  }

  /**
   * The next portion, if it is at hand: what is half-moved is not kept waiting, nor stopped, for one that is not. None
   * while clients have to wait: the move rests with nothing open.
   */
  async along(): Promise<Hand | undefined> {
    if (this.#run.brake.isOn) return undefined;
    try {
      return this.mayGoOn ? await this.#take() : undefined;
    } catch (error) {
      if (error instanceof MoveStop) this.#run.watch.pending ??= error;
      else if (!(error instanceof Trouble)) throw error;
      return undefined;
    }
  }

  /** The portion has arrived. */
  async arrived(hand: Hand): Promise<void> {
    const { progress } = this.#run;
    const written = this.#written.find(({ id }) => id === hand.windowId);
    progress.moved(hand.slots);
    for (const slot of hand.slots) {
      this.#toMove.delete(slot);
      written?.open.delete(slot);
    }
    if (written && written.waiting.length === 0 && written.open.size === 0) {
      this.#settle(written, "moved");
      await this.#run.at("after-settle", hand.slots[0]);
    }
  }

  /** Nothing more will be given. A window whose rest was never opened needs no closing. */
  close(): void {
    for (const written of [...this.#written]) if (written.open.size === 0) this.#settle(written, "withdrawn");
  }

  async #take(): Promise<Hand | undefined> {
    let written = this.#written.at(-1);
    if (!written || written.waiting.length === 0) {
      const planned = await this.#planner.next();
      if (!planned) return undefined;
      await this.#run.at("before-intend", planned.portions[0]?.slots[0]);
      written = this.#write(planned);
      await this.#run.at("after-intend", planned.portions[0]?.slots[0]);
      this.#planner.readAhead();
    }
    const portion = written.waiting.shift();
    if (!portion) return undefined;
    for (const slot of portion.slots) written.open.add(slot);
    const { id: windowId, window } = written;
    return { windowId, window, ...portion, ...asPlanned, unconfirmed: false };
  }

  #write({ source, sourceReplId, portions }: PlannedWindow): Written {
    const run = this.#run;
    const { epochs } = run.watch;
    const facts = {
      sourceReplId,
      sourceEpoch: epochs.get(source) ?? 0,
      targetEpoch: epochs.get(run.target) ?? 0,
      ...(run.acknowledger === undefined ? {} : { targetReplica: run.acknowledger }),
    };
    const window = { source, target: run.target, slots: portions.flatMap(({ slots }) => slots), facts };
    const written = {
      id: run.write(() => run.job.journal.intend(window)),
      window,
      waiting: [...portions],
      open: new Set<Slot>(),
    };
    this.#written.push(written);
    for (const slot of window.slots) run.written.add(slot);
    return written;
  }

  #settle(written: Written, outcome: "moved" | "withdrawn"): void {
    const run = this.#run;
    this.#written.splice(this.#written.indexOf(written), 1);
    for (const slot of written.window.slots) run.written.delete(slot);
    run.write(() => run.job.journal.settle(written.id, outcome));
  }
}

export type End = Extract<MoveOutcome["kind"], "done" | "parked">;
