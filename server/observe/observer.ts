import type { Finding } from "@/lib/cluster/finding";
import type { ClusterId, NodeId, View } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import { OpsError } from "@/lib/errors";
import type { ClusterSummary } from "@/lib/wire/clusters";
import type { TimelineEntry } from "@/lib/wire/live";
import type { ClusterRegistry } from "@/server/clusters/registry";
import type { EventHub } from "@/server/events";
import type { Link } from "@/server/link";
import type { Store } from "@/server/store/sqlite";
import { listTimeline, type TimelinePage } from "@/server/store/timeline";
import { ClusterWatch } from "./cluster-watch";
import { pause } from "./pause";
import { Publisher } from "./publisher";
import { summarize } from "./summary";

export type ObserverParts = {
  readonly registry: ClusterRegistry;
  readonly hub: EventHub;
  readonly store: Store;
  readonly now: () => number;
  readonly operationOf?: (id: ClusterId) => ClusterSummary["operation"] | undefined;
  /** What went wrong inside the console while looking. */
  readonly onError?: (id: ClusterId, error: unknown) => void;
};

export type WaitOptions = {
  /** From now. */
  readonly deadlineMs: number;
  readonly everyMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What is waited for, as the time-out names it: "all views to list 127.0.0.1:7007". */
  readonly what: string;
};

type Watched = { readonly watch: ClusterWatch; readonly publisher: Publisher };
type Listener = (id: ClusterId, topology: Topology) => void;

const EVERY_MS = 200;

/** Looks at every cluster that it is told to watch, however many people look at the pictures. Never changes anything. */
export class Observer {
  readonly #parts: ObserverParts;
  readonly #watched = new Map<ClusterId, Watched>();
  readonly #listeners = new Set<Listener>();

  constructor(parts: ObserverParts) {
    this.#parts = parts;
  }

  watch(id: ClusterId): void {
    if (this.#watched.has(id)) return;
    const { registry, store, hub, now } = this.#parts;
    registry.get(id);
    const onError = (error: unknown) => this.#parts.onError?.(id, error);
    const publisher = new Publisher({ id, hub, store, onError });
    const onPicture = (watch: ClusterWatch, beat: boolean) => {
      const changed = publisher.publish(watch, { beat, card: () => this.summary(id) });
      if (changed && watch.topology) for (const listener of this.#listeners) listener(id, watch.topology);
    };
    const watch = new ClusterWatch({ id, registry, store, now, onPicture, onError });
    this.#watched.set(id, { watch, publisher });
    publisher.tellCard(() => this.summary(id), true);
  }

  /** The way to its nodes has changed: every link is opened anew, and the browsers are not told that it went away. */
  rewatch(id: ClusterId): void {
    const watched = this.#watched.get(id);
    this.#watched.delete(id);
    void watched?.watch.close();
    this.watch(id);
  }

  unwatch(id: ClusterId): void {
    const watched = this.#watched.get(id);
    if (!watched) return;
    this.#watched.delete(id);
    void watched.watch.close();
    this.#parts.hub.publish({ type: "cluster", clusterId: id });
  }

  snapshot(id: ClusterId): { readonly topology: Topology | undefined; readonly findings: readonly Finding[] } {
    const { topology, findings } = this.#watch(id);
    return { topology, findings };
  }

  /** What each node said last, of those that answer. */
  views(id: ClusterId): readonly View[] {
    return this.#watch(id).views;
  }

  /** Asks every node now. The picture is made of answers younger than this call; nodes that are silent are in it as such. */
  async sweep(id: ClusterId, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<Topology> {
    const watch = this.#watch(id);
    const topology = await abortable(watch.sweep(), signal);
    if (topology) return topology;
    const { trouble } = watch;
    throw trouble instanceof OpsError
      ? trouble
      : new OpsError({
          code: "unreachable",
          sentence: "nobodyAnswers",
          message: `No node of ${id} answers.`,
          details: { cluster: id },
          cause: trouble,
        });
  }

  /** Sweeps until the picture is as wanted. Throws OpsError `timed_out`, naming `what`, or `cancelled`. */
  async waitFor(id: ClusterId, predicate: (topology: Topology) => boolean, options: WaitOptions): Promise<Topology> {
    const { deadlineMs, everyMs = EVERY_MS, signal, what } = options;
    const end = performance.now() + deadlineMs;
    for (;;) {
      const topology = await this.sweep(id, { signal }).catch((error: unknown) => {
        if (signal?.aborted || performance.now() >= end) throw error;
        return undefined;
      });
      if (topology && predicate(topology)) return topology;
      if (performance.now() >= end)
        throw new OpsError({
          code: "timed_out",
          sentence: "waitedFor",
          message: `Waited ${deadlineMs} ms for ${what}.`,
          details: { what, afterMs: deadlineMs },
        });
      await abortable(pause(Math.min(everyMs, Math.max(0, end - performance.now())), signal), signal);
    }
  }

  /** A connection for reading, shared by all readers and proved to be this node's. Never for mutations. */
  async link(id: ClusterId, nodeId: NodeId): Promise<Link> {
    const node = this.#watch(id).node(nodeId);
    if (node) return node.link();
    throw new OpsError({
      code: "not_found",
      sentence: "nodeUnknown",
      message: `${id} has no node ${nodeId}.`,
      details: { node: nodeId, cluster: id },
    });
  }

  summary(id: ClusterId): ClusterSummary {
    const record = this.#parts.registry.get(id);
    const watch = this.#watched.get(id)?.watch;
    return summarize({
      record,
      topology: watch?.topology,
      findings: watch?.findings ?? [],
      operation: this.#parts.operationOf?.(id),
    });
  }

  /** Tells the card anew, for instance when an operation began or ended. */
  tellSummary(id: ClusterId): void {
    this.#watched.get(id)?.publisher.tellCard(() => this.summary(id), true);
  }

  /** Newest first. */
  timeline(id: ClusterId, page: TimelinePage): readonly TimelineEntry[] {
    this.#parts.registry.get(id);
    return listTimeline(this.#parts.store, id, page);
  }

  /** Told whenever the structure changed: members, roles, owners, health, open slots, beliefs. */
  onTopology(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    const all = [...this.#watched.values()];
    this.#watched.clear();
    this.#listeners.clear();
    await Promise.all(all.map(({ watch }) => watch.close()));
  }

  #watch(id: ClusterId): ClusterWatch {
    this.#parts.registry.get(id);
    const watched = this.#watched.get(id);
    if (watched) return watched.watch;
    this.watch(id);
    return this.#watch(id);
  }
}

async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  const cancelled = () =>
    new OpsError({ code: "cancelled", sentence: "cancelled", message: "The wait was broken off.", details: {} });
  if (signal.aborted) throw cancelled();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(cancelled());
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    work.catch(() => undefined);
  }
}
