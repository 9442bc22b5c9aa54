import type { ClusterId, NodeId } from "@/lib/cluster/node";
import type { LiveEvent } from "@/lib/wire/live";

/** What sparks are drawn from: the last minutes of this tab, one value a heartbeat. Undefined is a gap. */
export const HISTORY_LENGTH = 90;

type Series = (number | undefined)[];
export type ClusterHistory = {
  readonly opsPerSec: readonly (number | undefined)[];
  readonly usedBytes: readonly (number | undefined)[];
};

type Kept = { opsPerSec: Series; usedBytes: Series; nodes: Map<NodeId, Series> };

const empty: ClusterHistory = { opsPerSec: [], usedBytes: [] };

export class History {
  readonly #clusters = new Map<ClusterId, Kept>();

  take(event: LiveEvent): void {
    if (event.type !== "heartbeat") return;
    const kept = this.#clusters.get(event.clusterId) ?? { opsPerSec: [], usedBytes: [], nodes: new Map() };
    this.#clusters.set(event.clusterId, kept);
    let ops: number | undefined;
    let bytes: number | undefined;
    for (const node of event.nodes) {
      const stats = node.answer.kind === "answered" ? node.stats : undefined;
      const series = kept.nodes.get(node.id) ?? [];
      kept.nodes.set(node.id, series);
      push(series, stats?.opsPerSec);
      if (!stats) continue;
      ops = (ops ?? 0) + stats.opsPerSec;
      bytes = (bytes ?? 0) + stats.usedBytes;
    }
    push(kept.opsPerSec, ops);
    push(kept.usedBytes, bytes);
  }

  cluster(id: ClusterId): ClusterHistory {
    return this.#clusters.get(id) ?? empty;
  }

  node(id: ClusterId, node: NodeId): readonly (number | undefined)[] {
    return this.#clusters.get(id)?.nodes.get(node) ?? [];
  }
}

function push(series: Series, value: number | undefined): void {
  series.push(value);
  if (series.length > HISTORY_LENGTH) series.shift();
}
