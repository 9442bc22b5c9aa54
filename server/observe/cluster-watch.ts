import type { Finding } from "@/lib/cluster/finding";
import { membersOf } from "@/lib/cluster/membership";
import type { ClusterId, Endpoint, NodeId, View } from "@/lib/cluster/node";
import type { LineCache } from "@/lib/cluster/parse";
import type { Topology } from "@/lib/cluster/topology";
import type { ClusterRegistry } from "@/server/clusters/registry";
import type { Store } from "@/server/store/sqlite";
import { MOST_NODES } from "./ask";
import { NodeTimeout } from "./node-timeout";
import { NodeWatch } from "./node-watch";
import { pause } from "./pause";
import { Picture } from "./picture";
import { fullViewsDue } from "./rotation";
import { SeedFinder, silentFinding } from "./seeds";

const BEAT_MS = 1000;
/** How long a beat waits for slow nodes before the picture is made without them. */
const PATIENCE_MS = 250;
/** A change that a late node brings is shown this soon. */
const SOON_MS = 50;
const MOST_LINES = 50_000;
const ROUNDS = 4;

export type ClusterWatchParts = {
  readonly id: ClusterId;
  readonly registry: ClusterRegistry;
  readonly store: Store;
  readonly now: () => number;
  /** After every merge. `beat` is true once a second, false for what comes in between. */
  readonly onPicture: (watch: ClusterWatch, beat: boolean) => void;
  /** What went wrong inside the console while looking; looking goes on. */
  readonly onError: (error: unknown) => void;
};

/**
 * One cluster under observation.
 *
 * 1. Each second every node is asked, each on its own; whoever is still silent after a quarter of a second is drawn as
 *    it was, and joins when it answers or fails.
 * 2. Views that list unknown nodes bring these under observation; nodes that no view lists any more are dropped.
 * 3. `sweep` asks every node anew and resolves with a picture made only of answers that are younger than the call.
 *
 * Views are merged anew only when one of them changed; else only answers and readings are brought up to date.
 */
export class ClusterWatch {
  readonly id: ClusterId;
  readonly #parts: ClusterWatchParts;
  readonly #nodes = new Map<NodeId, NodeWatch>();
  readonly #cache: LineCache = new Map();
  readonly #seeds: SeedFinder;
  readonly #stop = new AbortController();
  readonly #picture: Picture;
  readonly #nodeTimeout = new NodeTimeout();
  #dirty = true;
  #beats = 0;
  #soon: NodeJS.Timeout | undefined;
  /** What the last picture took to make: pictures in between beats may not eat the time of the answers. */
  #paintMs = 0;
  #loop: Promise<void>;
  #sweeping: Promise<Topology | undefined> | undefined;
  #nextSweep: Promise<Topology | undefined> | undefined;

  constructor(parts: ClusterWatchParts) {
    this.id = parts.id;
    this.#parts = parts;
    this.#picture = new Picture(parts);
    this.#seeds = new SeedFinder({ registry: parts.registry, store: parts.store, id: parts.id, now: parts.now });
    this.#loop = this.#run();
  }

  get topology(): Topology | undefined {
    return this.#picture.topology;
  }

  get findings(): readonly Finding[] {
    if (this.topology) return this.#picture.findings;
    const silent = [...this.#nodes.values()].flatMap(({ answer, reached }) =>
      answer?.kind === "silent" && reached ? [silentFinding(reached, answer.sinceMs, answer.message)] : [],
    );
    return [...this.#seeds.findings(), ...silent];
  }

  get views(): readonly View[] {
    return [...this.#nodes.values()].flatMap((node) => node.view ?? []);
  }

  node(id: NodeId): NodeWatch | undefined {
    return this.#nodes.get(id);
  }

  /** Why there is no picture, while no node has ever answered. */
  get trouble(): unknown {
    return this.#seeds.trouble;
  }

  /** One sweep runs at a time; callers that come while it runs share the next one. */
  sweep(): Promise<Topology | undefined> {
    if (this.#nextSweep) return this.#nextSweep;
    const before = this.#sweeping ?? Promise.resolve(undefined);
    const next = before
      .catch(() => undefined)
      .then(() => {
        this.#nextSweep = undefined;
        this.#sweeping = next;
        return this.#sweepNow();
      })
      .finally(() => {
        if (this.#sweeping === next) this.#sweeping = undefined;
      });
    this.#nextSweep = next;
    return next;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#soon);
    await Promise.all([this.#loop, ...[...this.#nodes.values()].map((node) => node.close())]);
    await this.#sweeping?.catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const started = performance.now();
      await this.#beat().catch(this.#parts.onError);
      await pause(Math.max(0, BEAT_MS - (performance.now() - started)), signal);
    }
  }

  async #beat(): Promise<void> {
    if (![...this.#nodes.values()].some((node) => node.isAnswering)) await this.#findSeeds();
    const beat = this.#beats++;
    const patience = pause(PATIENCE_MS, this.#stop.signal);
    const asked = new Set<NodeId>();
    for (let round = 0; round < ROUNDS; round++) {
      const idle = [...this.#nodes.values()].filter((node) => !node.isAsking && !asked.has(node.id));
      if (idle.length === 0) break;
      const due = fullViewsDue(idle, beat);
      for (const node of idle) asked.add(node.id);
      await Promise.race([Promise.all(idle.map((node) => node.ask(due.has(node.id)))), patience]);
      if (this.#stop.signal.aborted) return;
      this.#discover();
    }
    this.#paint(true);
    void this.#nodeTimeout.read([...this.#nodes.values()]).then((changed) => {
      this.#dirty ||= changed;
    });
  }

  async #sweepNow(): Promise<Topology | undefined> {
    if (this.#nodes.size === 0) await this.#findSeeds();
    const asked = new Set<NodeId>();
    for (let round = 0; round < ROUNDS; round++) {
      const fresh = [...this.#nodes.values()].filter((node) => !asked.has(node.id));
      if (fresh.length === 0) break;
      for (const node of fresh) asked.add(node.id);
      await Promise.all(fresh.map((node) => node.askAnew()));
      if (!this.views.length && round === 0) await this.#findSeeds();
      this.#discover();
    }
    this.#paint(false);
    return this.topology;
  }

  async #findSeeds(): Promise<void> {
    for (const { id, link } of await this.#seeds.find()) {
      const known = this.#nodes.get(id);
      if (this.#stop.signal.aborted || known?.isAnswering || known?.isAsking) link.close();
      else (known ?? this.#watch(id)).adopt(link);
    }
  }

  /** Nodes that members list come under observation. A handshake has no lasting id yet. */
  #discover(): void {
    const { lines } = membersOf(this.views, [...this.#nodes.keys()]);
    for (const [id, said] of lines)
      if (!this.#nodes.has(id) && this.#nodes.size < MOST_NODES && said.some(({ node }) => !node.handshake))
        this.#watch(id);
  }

  #watch(id: NodeId): NodeWatch {
    const node = new NodeWatch({
      id,
      dial: () => this.#parts.registry.dial(this.id, this.#addressOf(id)),
      cache: this.#cache,
      now: this.#parts.now,
      onSettled: (_, changed) => {
        if (!changed) return;
        this.#dirty = true;
        this.#paintSoon();
      },
    });
    this.#nodes.set(id, node);
    this.#dirty = true;
    return node;
  }

  /** As the members announce it, the picture's word first; a node that nobody can place is dialled where it was. */
  #addressOf(id: NodeId): Endpoint {
    const drawn = this.topology?.nodes.find((node) => node.id === id)?.endpoint;
    if (drawn && drawn.port > 0 && drawn.host !== "") return drawn;
    for (const view of this.views) {
      const line = view.nodes.find((node) => node.id === id);
      if (line && line.endpoint.host !== "" && line.endpoint.port > 0) return line.endpoint;
    }
    return this.#nodes.get(id)?.reached ?? { host: "", port: 0 };
  }

  #paintSoon(): void {
    this.#soon ??= setTimeout(
      () => {
        this.#soon = undefined;
        if (!this.#sweeping) this.#paintSafely();
      },
      Math.max(SOON_MS, 4 * this.#paintMs),
    );
  }

  #paintSafely(): void {
    try {
      this.#paint(false);
    } catch (error) {
      this.#parts.onError(error);
    }
  }

  #paint(beat: boolean): void {
    if (this.#stop.signal.aborted) return;
    const started = performance.now();
    const dirty = this.#dirty;
    this.#dirty = false;
    this.#picture.make({ nodes: [...this.#nodes.values()], dirty, nodeTimeoutMs: this.#nodeTimeout.ms });
    this.#dropStrangers();
    if (this.#cache.size > MOST_LINES) this.#cache.clear();
    this.#parts.onPicture(this, beat);
    this.#paintMs = performance.now() - started;
  }

  /** Nodes that no member lists any more, once they have been heard. */
  #dropStrangers(): void {
    if (!this.topology) return;
    const members = new Set(this.topology.nodes.map((node) => node.id));
    for (const [id, node] of this.#nodes) {
      if (members.has(id) || node.isAsking || !node.answer) continue;
      this.#nodes.delete(id);
      void node.close();
    }
  }
}
