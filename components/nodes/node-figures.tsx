"use client";
import { useNodeHistory } from "@/components/data/live-context";
import { useWords } from "@/components/data/words";
import { Figure } from "@/components/ui/figure";
import { Panel } from "@/components/ui/panel";
import { ProgressBar } from "@/components/ui/progress-bar";
import { Spark } from "@/components/ui/spark";
import type { ClusterId } from "@/lib/cluster/node";
import type { TopologyNode } from "@/lib/cluster/topology";
import { formatBytes, formatPercent, formatShort, splitBytes, splitShort } from "@/lib/format";

type NodeFiguresProps = { readonly node: TopologyNode; readonly clusterId: ClusterId };

/** The last INFO reading; of a silent node it stays, struck through. */
export function NodeFigures({ node, clusterId }: NodeFiguresProps) {
  const words = useWords().nodes.page;
  const history = useNodeHistory(clusterId, node.id);
  const { stats } = node;
  const old = node.answer.kind === "silent";
  const figure = { old };
  return (
    <Panel>
      <h2 className="sr-only">{words.figures}</h2>
      <dl className="-mb-1 flex flex-wrap gap-x-7 gap-y-4 max-md:grid max-md:grid-cols-2">
        <Figure
          {...figure}
          label={words.ops}
          amount={stats && splitShort(stats.opsPerSec)}
          aside={<Spark values={history} width={64} height={24} />}
        />
        <Figure {...figure} label={words.keys} amount={stats && splitShort(stats.keys)} />
        <Figure
          {...figure}
          label={words.memory(stats && stats.maxBytes > 0 ? formatBytes(stats.maxBytes) : undefined)}
          amount={stats && splitBytes(stats.usedBytes)}
          aside={
            stats && stats.maxBytes > 0 ? (
              <ProgressBar
                className="w-16"
                label={words.memory(formatBytes(stats.maxBytes))}
                value={stats.usedBytes}
                max={stats.maxBytes}
                tone={stats.usedBytes > 0.9 * stats.maxBytes ? "warn" : "ink"}
              />
            ) : undefined
          }
        />
        {node.role === "replica" && (
          <Figure
            {...figure}
            label={words.lag}
            amount={stats?.lagBytes === undefined ? undefined : splitBytes(stats.lagBytes)}
          />
        )}
        <Figure
          {...figure}
          label={
            stats && stats.blockedClients > 0
              ? `${words.clients}, ${words.blocked(stats.blockedClients)}`
              : words.clients
          }
          amount={stats && splitShort(stats.clients)}
        />
        <Figure
          {...figure}
          label={words.net}
          amount={
            stats && {
              value: `${formatBytes(stats.netInBytesPerSec)} / ${formatBytes(stats.netOutBytesPerSec)}`,
              unit: "",
            }
          }
        />
        <Figure
          {...figure}
          label={words.hits}
          amount={
            stats && stats.hits + stats.misses > 0
              ? { value: formatPercent(stats.hits, stats.hits + stats.misses), unit: "" }
              : undefined
          }
        />
        <Figure
          {...figure}
          label={words.evicted}
          amount={stats && { value: formatShort(stats.evictedKeys), unit: "" }}
        />
      </dl>
    </Panel>
  );
}
