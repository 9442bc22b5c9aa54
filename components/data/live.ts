import type { QueryClient } from "@tanstack/react-query";
import type { ClusterId } from "@/lib/cluster/node";
import { type LiveEvent, liveEventSchema } from "@/lib/wire/live";
import { foldEvent } from "./fold";
import { History } from "./history";

/**
 * One event stream a browser, however many tabs: browsers allow six connections to an origin over HTTP/1.1, and the
 * seventh tab would never load.
 *
 * 1. Every tab asks for the same Web Lock. Whoever holds it opens the EventSource and repeats each event to the others
 *    over a BroadcastChannel; when that tab closes, the lock falls to the next one.
 * 2. A tab that takes over cannot say where the last one stopped, so every tab reads its snapshots again. A stream that
 *    breaks and comes back in the same tab resumes by Last-Event-ID, which the browser sends by itself.
 * 3. Without locks (plain http off loopback) each tab opens its own stream.
 *
 * `age` is counted from when the last message reached this tab, never from a timer: a stream that stays open and says
 * nothing grows old on the screen.
 */
export type LiveState = "connecting" | "open" | "lost";
export type LiveStatus = {
  readonly state: LiveState;
  readonly sinceMs: number;
  /** Browser clock at the last message of any kind; undefined before the first. */
  readonly lastMs: number | undefined;
  /** Server clock minus browser clock, as the quickest message showed it. */
  readonly offsetMs: number;
};

type Message =
  | { readonly kind: "event"; readonly data: string }
  | { readonly kind: "state"; readonly state: LiveState }
  | { readonly kind: "takeover" }
  | { readonly kind: "ask" };

const CHANNEL = "shardboard.live";
const types = ["reset", "topology", "heartbeat", "timeline", "operation", "cluster", "runtime", "message"] as const;

export type LiveOptions = {
  readonly client: QueryClient;
  readonly now: () => number;
  /** Asked when the server closes the stream for good: is the session still there? */
  readonly onRefused: () => void;
};

export class LiveFeed {
  readonly history = new History();
  readonly #options: LiveOptions;
  readonly #listeners = new Set<() => void>();
  readonly #heard = new Map<ClusterId, number>();
  #status: LiveStatus;
  #channel: BroadcastChannel | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#status = { state: "connecting", sinceMs: options.now(), lastMs: undefined, offsetMs: 0 };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly status = (): LiveStatus => this.#status;

  /** Browser clock when this cluster was last heard of. */
  heardOf(id: ClusterId): number | undefined {
    return this.#heard.get(id);
  }

  start(signal: AbortSignal): void {
    this.#channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(CHANNEL) : undefined;
    this.#channel?.addEventListener("message", (message: MessageEvent<Message>) => this.#hear(message.data));
    signal.addEventListener("abort", () => this.#channel?.close());
    this.#say({ kind: "ask" });
    if (!("locks" in navigator)) {
      void this.#lead(signal);
      return;
    }
    navigator.locks.request(CHANNEL, { signal }, () => this.#lead(signal)).catch(() => {});
  }

  #hear(message: Message): void {
    switch (message.kind) {
      case "event":
        this.#take(message.data);
        return;
      case "state":
        this.#become(message.state);
        return;
      case "takeover":
        void this.#options.client.invalidateQueries();
        return;
      case "ask":
        if (this.#leads) this.#say({ kind: "state", state: this.#status.state });
        return;
    }
  }

  #leads = false;

  /** Holds the lock until the tab goes. */
  async #lead(signal: AbortSignal): Promise<void> {
    this.#leads = true;
    signal.addEventListener("abort", () => {
      this.#leads = false;
    });
    if (this.#status.lastMs !== undefined) {
      void this.#options.client.invalidateQueries();
      this.#say({ kind: "takeover" });
    }
    for (let failures = 0; !signal.aborted; failures++) {
      await this.#stream(signal, () => {
        failures = 0;
      });
      if (signal.aborted) return;
      this.#options.onRefused();
      await pause(Math.min(15_000, 1000 * 2 ** failures), signal);
    }
  }

  /** One EventSource, until the server refuses it or the tab goes. Breaks in between the browser mends itself. */
  #stream(signal: AbortSignal, onOpen: () => void): Promise<void> {
    return new Promise((done) => {
      const source = new EventSource("/api/events");
      const end = () => {
        source.close();
        done();
      };
      signal.addEventListener("abort", end, { once: true });
      source.onopen = () => {
        onOpen();
        this.#announce("open");
      };
      source.onerror = () => {
        this.#announce("lost");
        if (source.readyState !== EventSource.CLOSED) return;
        signal.removeEventListener("abort", end);
        end();
      };
      for (const type of types)
        source.addEventListener(type, (event) => {
          this.#say({ kind: "event", data: event.data });
          this.#take(event.data);
        });
    });
  }

  #announce(state: LiveState): void {
    this.#become(state);
    this.#say({ kind: "state", state });
  }

  #say(message: Message): void {
    this.#channel?.postMessage(message);
  }

  #become(state: LiveState): void {
    if (state === this.#status.state) return;
    this.#status = { ...this.#status, state, sinceMs: this.#options.now() };
    for (const listener of this.#listeners) listener();
  }

  #take(data: string): void {
    const event = parse(data);
    if (!event) return;
    const nowMs = this.#options.now();
    const offsetMs = event.atMs - nowMs;
    const first = this.#status.lastMs === undefined;
    this.#status = {
      state: "open",
      sinceMs: this.#status.state === "open" ? this.#status.sinceMs : nowMs,
      lastMs: nowMs,
      // The message that travelled least tells the offset best; a clock that was set is followed slowly.
      offsetMs: first ? offsetMs : Math.max(offsetMs, this.#status.offsetMs - 1),
    };
    if ("clusterId" in event && (event.type === "heartbeat" || event.type === "topology"))
      this.#heard.set(event.clusterId, nowMs);
    this.history.take(event);
    foldEvent(this.#options.client, event);
    for (const listener of this.#listeners) listener();
  }
}

function parse(data: string): LiveEvent | undefined {
  try {
    return liveEventSchema.parse(JSON.parse(data)) as LiveEvent;
  } catch (error) {
    console.warn("an event of the stream could not be read", error);
    return undefined;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      done();
    });
  });
}
