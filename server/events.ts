import type { LiveEvent, LiveEventBody } from "@/lib/wire/live";

/** How many events a reader may be behind before it is told to read its snapshots again. */
const KEPT = 2000;
/** Of events that carry a whole state, the latest of each cluster: what came before is superseded, and large. */
const KEPT_STATES = 30;
const states: ReadonlySet<LiveEvent["type"]> = new Set(["topology", "heartbeat", "cluster", "runtime"]);

type Listener = (event: LiveEvent) => void;

/**
 * The one stream of what happens. Events are numbered without gaps within one life of the console; the number means
 * nothing in the next life, which `bootId` tells apart.
 */
export class EventHub {
  readonly bootId: string;
  readonly #now: () => number;
  readonly #listeners = new Set<Listener>();
  readonly #closers = new Set<() => void>();
  readonly #keptStates = new Map<string, LiveEvent[]>();
  #kept: LiveEvent[] = [];
  /** Up to here nothing that is not superseded is known any more. */
  #forgotten = 0;
  #seq = 0;

  constructor({ bootId, now }: { bootId: string; now: () => number }) {
    this.bootId = bootId;
    this.#now = now;
  }

  get seq(): number {
    return this.#seq;
  }

  get readers(): number {
    return this.#listeners.size;
  }

  publish(body: LiveEventBody): LiveEvent {
    const event = { ...body, seq: ++this.#seq, atMs: this.#now() } as LiveEvent;
    this.#kept.push(event);
    this.#supersede(event);
    if (this.#kept.length > 2 * KEPT) {
      this.#forgotten = this.#kept.at(-KEPT - 1)?.seq ?? 0;
      this.#kept = this.#kept.slice(-KEPT);
    }
    for (const listener of this.#listeners) listener(event);
    return event;
  }

  /**
   * The events after `seq` of life `bootId`, without states that later ones have superseded; undefined when they are no
   * longer (or never were) known: reset.
   */
  since(bootId: string, seq: number): readonly LiveEvent[] | undefined {
    if (bootId !== this.bootId || seq > this.#seq || seq < this.#forgotten) return undefined;
    return this.#kept.filter((event) => event.seq > seq);
  }

  #supersede(event: LiveEvent): void {
    if (!states.has(event.type)) return;
    const key = "clusterId" in event ? `${event.type} ${event.clusterId}` : event.type;
    const same = this.#keptStates.get(key) ?? [];
    this.#keptStates.set(key, same);
    same.push(event);
    if (same.length <= KEPT_STATES) return;
    const at = this.#kept.indexOf(same.shift() as LiveEvent);
    if (at >= 0) this.#kept.splice(at, 1);
  }

  /** `onClose` is called once when the console stops, so that no open stream holds it up. */
  subscribe(listener: Listener, onClose: () => void = () => {}): () => void {
    this.#listeners.add(listener);
    this.#closers.add(onClose);
    return () => {
      this.#listeners.delete(listener);
      this.#closers.delete(onClose);
    };
  }

  close(): void {
    for (const close of [...this.#closers]) close();
    this.#listeners.clear();
    this.#closers.clear();
  }
}
