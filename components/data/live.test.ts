import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sampleTopology } from "@/lib/cluster/sample";
import { LiveFeed } from "./live";
import { keys } from "./queries";

const topology = sampleTopology({ primaries: 3, replicas: 1 });
const id = topology.clusterId;

/** The browser's side of a stream, as far as the feed uses it. */
class Stream extends EventTarget {
  static readonly CLOSED = 2;
  static opened: Stream[] = [];
  readyState = 0;
  onopen: (() => void) | undefined;
  onerror: (() => void) | undefined;
  constructor() {
    super();
    Stream.opened.push(this);
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  say(body: object): void {
    this.dispatchEvent(new MessageEvent("heartbeat", { data: JSON.stringify(body) }));
  }
  fail(readyState: number): void {
    this.readyState = readyState;
    this.onerror?.();
  }
  close(): void {
    this.readyState = 2;
  }
}

/** Web Locks for one name: whoever asked first holds it until its callback is done. */
function lockQueue() {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    request: (_: string, { signal }: { signal: AbortSignal }, held: () => Promise<void>) => {
      tail = tail.then(() => (signal.aborted ? undefined : held()));
      return tail;
    },
  };
}

let nowMs = 50_000;
const beat = (seq: number) => ({ type: "heartbeat", seq, atMs: nowMs + 300, clusterId: id, nodes: [] });
const settled = () => new Promise((done) => setImmediate(done));

function feed(): { feed: LiveFeed; client: QueryClient; stop: AbortController; refused: () => number } {
  const client = new QueryClient();
  client.setQueryData(keys.clusters, []);
  const onRefused = vi.fn();
  const stop = new AbortController();
  const made = new LiveFeed({ client, now: () => nowMs, onRefused });
  made.start(stop.signal);
  return { feed: made, client, stop, refused: () => onRefused.mock.calls.length };
}

const running: AbortController[] = [];
const start = () => {
  const one = feed();
  running.push(one.stop);
  return one;
};

beforeEach(() => {
  Stream.opened = [];
  vi.stubGlobal("EventSource", Stream);
  vi.stubGlobal("navigator", { locks: lockQueue() });
});
afterEach(() => {
  for (const stop of running.splice(0)) stop.abort();
  vi.unstubAllGlobals();
});

describe("LiveFeed", () => {
  it("counts age from what arrived, and never from the stream being open", async () => {
    const { feed: live } = start();
    await settled();
    Stream.opened[0]?.open();
    expect(live.status()).toMatchObject({ state: "open", lastMs: undefined });
    Stream.opened[0]?.say(beat(1));
    expect(live.status()).toMatchObject({ lastMs: nowMs, offsetMs: 300 });
    const heard = nowMs;
    nowMs += 30_000;
    expect(live.heardOf(id)).toBe(heard);
  });

  it("says that it lost the stream while the browser mends it", async () => {
    const { feed: live, refused } = start();
    await settled();
    Stream.opened[0]?.open();
    Stream.opened[0]?.fail(0);
    expect(live.status().state).toBe("lost");
    expect(refused()).toBe(0);
    Stream.opened[0]?.open();
    expect(live.status().state).toBe("open");
    expect(Stream.opened).toHaveLength(1);
  });

  it("asks for the session when the stream is refused for good", async () => {
    const { refused } = start();
    await settled();
    Stream.opened[0]?.fail(Stream.CLOSED);
    await settled();
    expect(refused()).toBe(1);
  });

  it("opens one stream for two tabs, and the second takes over when the first goes", async () => {
    const first = start();
    const second = start();
    await settled();
    expect(Stream.opened).toHaveLength(1);
    Stream.opened[0]?.open();
    Stream.opened[0]?.say(beat(1));
    await vi.waitFor(() => expect(second.feed.heardOf(id)).toBe(nowMs));
    expect(second.feed.status().state).toBe("open");
    first.stop.abort();
    await vi.waitFor(() => expect(Stream.opened).toHaveLength(2));
    expect(second.client.getQueryState(keys.clusters)?.isInvalidated).toBe(true);
  });

  it("passes over an event that it cannot read", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const { feed: live } = start();
    await settled();
    Stream.opened[0]?.say({ type: "from the future" });
    expect(live.status().lastMs).toBeUndefined();
  });
});
