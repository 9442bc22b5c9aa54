import { diffTopology } from "@/lib/cluster/diff";
import type { Finding } from "@/lib/cluster/finding";
import type { ClusterId } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import type { ClusterSummary } from "@/lib/wire/clusters";
import type { EventHub } from "@/server/events";
import type { Store } from "@/server/store/sqlite";
import { appendTimeline, pruneTimeline } from "@/server/store/timeline";

/** Figures on the cards are brought up to date this often, in beats. */
const CARD_EVERY = 5;
const PRUNE_EVERY = 3600;

type Parts = {
  readonly id: ClusterId;
  readonly hub: EventHub;
  readonly store: Store;
  readonly onError: (error: unknown) => void;
};
type Picture = { readonly topology: Topology | undefined; readonly findings: readonly Finding[] };

/**
 * Tells the event stream what is new in a picture: the whole picture when its structure changed, else once a second
 * the readings. The timeline is told from beat to beat, so that a thousand moved slots are one entry a second.
 */
export class Publisher {
  readonly #parts: Parts;
  #shape = "";
  #told: Topology | undefined;
  #card = "";
  #beats = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** True when the structure changed. */
  publish(
    { topology, findings }: Picture,
    options: { readonly beat: boolean; readonly card: () => ClusterSummary },
  ): boolean {
    const { id, hub } = this.#parts;
    const shape = topology ? shapeOf(topology, findings) : "";
    const changed = shape !== this.#shape;
    this.#shape = shape;
    if (topology && changed) hub.publish({ type: "topology", clusterId: id, topology, findings });
    else if (topology && options.beat)
      hub.publish({
        type: "heartbeat",
        clusterId: id,
        nodes: topology.nodes.map(({ id: node, answer, stats }) => ({ id: node, answer, ...(stats ? { stats } : {}) })),
      });
    if (options.beat) this.#tellTimeline(topology);
    this.tellCard(options.card, options.beat && this.#beats++ % CARD_EVERY === 0);
    return changed;
  }

  /** The card, when something on it other than its figures changed, or when it is due. */
  tellCard(card: () => ClusterSummary, due: boolean): void {
    const summary = card();
    const { opsPerSec: _ops, usedBytes: _used, keys: _keys, ...lasting } = summary;
    const text = JSON.stringify(lasting);
    if (text === this.#card && !due) return;
    this.#card = text;
    this.#parts.hub.publish({ type: "cluster", clusterId: this.#parts.id, summary });
  }

  #tellTimeline(topology: Topology | undefined): void {
    const before = this.#told;
    this.#told = topology;
    if (!before || !topology || before === topology) return;
    const { id, hub, store } = this.#parts;
    const bodies = diffTopology(before, topology).map((body) => ({ ...body, clusterId: id, atMs: topology.atMs }));
    if (bodies.length === 0) return;
    try {
      for (const entry of appendTimeline(store, bodies)) hub.publish({ type: "timeline", clusterId: id, entry });
      if (this.#beats % PRUNE_EVERY === 0) pruneTimeline(store, id);
    } catch (error) {
      this.#parts.onError(error);
    }
  }
}

/** Everything of a picture but times and readings. */
function shapeOf(topology: Topology, findings: readonly Finding[]): string {
  return JSON.stringify([
    topology.state,
    topology.signature,
    topology.currentEpoch,
    topology.nodeTimeoutMs,
    topology.openSlots,
    topology.uncovered,
    topology.unserved,
    topology.shards.map((shard) => [shard.index, shard.primaryId, shard.replicaIds, shard.formerIds]),
    topology.nodes.map((node) => [
      node.id,
      node.endpoint,
      node.dial,
      node.hostname,
      node.health,
      node.reporters,
      node.answer.kind === "silent" ? node.answer.code : "",
      node.configEpoch,
      node.noAddress,
      node.handshake,
      node.noFailover,
      node.labels,
      node.view,
      node.stats?.version,
      node.stats?.runId,
      node.stats?.replLinkUp,
      node.stats?.loading,
    ]),
    findings.map((finding) => [finding.key, finding.severity]),
  ]);
}
