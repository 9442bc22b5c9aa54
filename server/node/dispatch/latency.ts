import type { Settings } from "../parts";
import type { World } from "../world";

export type LatencySample = { readonly atSeconds: number; readonly ms: number };

/** Samples of one kind of event that are kept. */
const KEPT = 160;

export class LatencyEvent {
  readonly #samples: LatencySample[] = [];
  #most = 0;

  /** The slowest of its second. */
  add(sample: LatencySample): void {
    this.#most = Math.max(this.#most, sample.ms);
    const last = this.#samples.at(-1);
    if (last?.atSeconds === sample.atSeconds) {
      if (sample.ms > last.ms) this.#samples[this.#samples.length - 1] = sample;
      return;
    }
    this.#samples.push(sample);
    if (this.#samples.length > KEPT) this.#samples.shift();
  }

  /** The oldest first. */
  get samples(): readonly LatencySample[] {
    return this.#samples;
  }

  /** Of all time, ms. */
  get most(): number {
    return this.#most;
  }
}

/** What took at least latency-monitor-threshold, by kind of event; nothing where that is 0. */
export class LatencyMonitor {
  readonly #world: World;
  readonly #events = new Map<string, LatencyEvent>();
  #fromMs = 0;

  constructor(world: World, settings: Settings) {
    this.#world = world;
    const read = () => {
      this.#fromMs = settings.number("latency-monitor-threshold");
    };
    settings.onChange("latency-monitor-threshold", read);
    read();
  }

  get isOn(): boolean {
    return this.#fromMs > 0;
  }

  get events(): ReadonlyMap<string, LatencyEvent> {
    return this.#events;
  }

  took(name: string, ms: number): void {
    if (this.#fromMs === 0 || ms < this.#fromMs) return;
    const event = this.#events.get(name) ?? new LatencyEvent();
    this.#events.set(name, event);
    event.add({ atSeconds: Math.floor(this.#world.now() / 1000), ms: Math.floor(ms) });
  }

  /** Whether there was such an event. */
  forget(name: string): boolean {
    return this.#events.delete(name);
  }
}
