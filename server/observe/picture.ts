import { check } from "@/lib/cluster/check";
import type { Finding } from "@/lib/cluster/finding";
import { mergeViews, refreshReadings } from "@/lib/cluster/merge";
import { type ClusterId, formatEndpoint, type NodeId } from "@/lib/cluster/node";
import { shardIndexOf } from "@/lib/cluster/shards";
import type { Topology } from "@/lib/cluster/topology";
import type { ClusterRecord, ClusterRegistry } from "@/server/clusters/registry";
import { writeKnownNodes } from "@/server/store/known-nodes";
import { readShardIndex, writeShardIndex } from "@/server/store/shard-index";
import type { Store } from "@/server/store/sqlite";
import type { NodeWatch } from "./node-watch";

type Parts = {
  readonly id: ClusterId;
  readonly registry: ClusterRegistry;
  readonly store: Store;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
};
type Input = {
  readonly nodes: readonly NodeWatch[];
  /** Whether any node said something new since the last picture. */
  readonly dirty: boolean;
  readonly nodeTimeoutMs: number;
};

/** The latest picture of one cluster, made of what its nodes said last, with the numbers of its shards kept in the store. */
export class Picture {
  readonly #parts: Parts;
  #shardIndex: ReadonlyMap<NodeId, number>;
  #record: ClusterRecord | undefined;
  #addresses = "";
  #topology: Topology | undefined;
  #findings: readonly Finding[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#shardIndex = readShardIndex(parts.store, parts.id);
  }

  get topology(): Topology | undefined {
    return this.#topology;
  }
  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** Merged anew when a view, the cluster's record or a disagreement says so; else only readings are brought up to date. */
  make({ nodes, dirty, nodeTimeoutMs }: Input): void {
    const { id, registry, now } = this.#parts;
    const record = registry.find(id);
    const previous = this.#topology;
    if (!record || (!previous && !nodes.some((node) => node.view))) return;
    const readings = {
      answers: mapOf(nodes, (node) => node.answer),
      stats: mapOf(nodes, (node) => node.stats),
      atMs: now(),
    };
    const unsettled = previous?.nodes.some((node) => node.view?.agrees === false);
    this.#topology =
      previous && !dirty && !unsettled && this.#record === record
        ? refreshReadings(previous, readings)
        : mergeViews({
            ...readings,
            clusterId: id,
            views: nodes.flatMap((node) => node.view ?? []),
            previous,
            shardIndex: this.#shardIndex,
            labels: record.labels,
            dialOf: (announced) => registry.dialled(id, announced),
            reached: mapOf(nodes, (node) => node.reached),
            nodeTimeoutMs,
          });
    this.#record = record;
    const { acceptsAnyCertificate } = record;
    this.#findings = check(this.#topology, { previous: this.#findings, acceptsAnyCertificate });
    this.#keepShardIndex(this.#topology);
    this.#keepAddresses(this.#topology);
  }

  /** A store that cannot be written costs the way in after a restart while all seeds are dead, not the picture. */
  #keepAddresses({ nodes }: Topology): void {
    const known = nodes
      .filter((node) => !node.handshake && !node.noAddress && node.endpoint.host !== "" && node.endpoint.port > 0)
      .map(({ id, endpoint }) => ({ id, endpoint }));
    const key = known.map(({ id, endpoint }) => `${id} ${formatEndpoint(endpoint)}`).join();
    if (key === this.#addresses || known.length === 0) return;
    this.#addresses = key;
    try {
      writeKnownNodes(this.#parts.store, this.#parts.id, known);
    } catch (error) {
      this.#parts.onError(error);
    }
  }

  /** A store that cannot be written costs colours after a restart, not the picture. */
  #keepShardIndex({ nodes, shards }: Topology): void {
    const index = shardIndexOf(shards);
    for (const { id } of nodes) {
      const before = this.#shardIndex.get(id);
      if (before !== undefined && !index.has(id)) index.set(id, before);
    }
    if (sameMap(index, this.#shardIndex)) return;
    this.#shardIndex = index;
    try {
      writeShardIndex(this.#parts.store, this.#parts.id, index);
    } catch (error) {
      this.#parts.onError(error);
    }
  }
}

function mapOf<T>(nodes: readonly NodeWatch[], of: (node: NodeWatch) => T | undefined): Map<NodeId, T> {
  const out = new Map<NodeId, T>();
  for (const node of nodes) {
    const value = of(node);
    if (value !== undefined) out.set(node.id, value);
  }
  return out;
}

function sameMap<K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
