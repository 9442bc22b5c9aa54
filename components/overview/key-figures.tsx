"use client";
import { useClusterHistory } from "@/components/data/live-context";
import { useWords } from "@/components/data/words";
import { Figure } from "@/components/ui/figure";
import { Panel } from "@/components/ui/panel";
import { Spark } from "@/components/ui/spark";
import type { NodeStats } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import { formatBytes, formatPercent, splitBytes, splitShort } from "@/lib/format";

/** Sums over the nodes that answer; how many are missing is said, not guessed. */
export function KeyFigures({ topology }: { readonly topology: Topology }) {
  const words = useWords().overview.figures;
  const history = useClusterHistory(topology.clusterId);
  const heard = topology.nodes.filter((node) => node.answer.kind === "answered" && node.stats !== undefined);
  const all = heard.map((node) => node.stats as NodeStats);
  const primaries = heard.filter((node) => node.role === "primary").map((node) => node.stats as NodeStats);
  const sum = (stats: readonly NodeStats[], of: (s: NodeStats) => number) => stats.reduce((n, s) => n + of(s), 0);
  const silent = topology.nodes.length - heard.length;
  const max = primaries.every((stats) => stats.maxBytes > 0) ? sum(primaries, (s) => s.maxBytes) : 0;
  const lookups = sum(all, (s) => s.hits + s.misses);
  const known = all.length > 0;
  return (
    <Panel className="max-md:border-x-0 max-md:-mx-4 max-md:rounded-none">
      <h2 className="sr-only">{words.title}</h2>
      <dl className="-mb-1 grid grid-cols-3 gap-x-4 gap-y-4 min-[1100px]:flex min-[1100px]:gap-x-7 min-[1100px]:[&>div+div]:border-l min-[1100px]:[&>div+div]:border-line1 min-[1100px]:[&>div+div]:pl-7">
        <Figure
          label={words.ops}
          amount={known ? splitShort(sum(all, (s) => s.opsPerSec)) : undefined}
          aside={<Spark values={history.opsPerSec} width={64} height={24} className="text-ink3 max-md:hidden" />}
        />
        <Figure label={words.keys} amount={known ? splitShort(sum(primaries, (s) => s.keys)) : undefined} />
        <Figure
          label={max > 0 ? `${words.memory} ${words.memoryOf(formatBytes(max))}` : words.memory}
          amount={known ? splitBytes(sum(primaries, (s) => s.usedBytes)) : undefined}
          aside={<Spark values={history.usedBytes} width={64} height={24} className="text-ink3 max-md:hidden" />}
        />
        <Figure label={words.clients} amount={known ? splitShort(sum(all, (s) => s.clients)) : undefined} />
        <Figure
          className="max-md:hidden"
          label={words.network}
          amount={known ? splitBytes(sum(all, (s) => s.netInBytesPerSec)) : undefined}
          second={known ? splitBytes(sum(all, (s) => s.netOutBytesPerSec)) : undefined}
        />
        <Figure
          label={known && lookups === 0 ? words.noReads : words.hits}
          amount={
            lookups > 0
              ? {
                  value: formatPercent(
                    sum(all, (s) => s.hits),
                    lookups,
                  ),
                  unit: "",
                }
              : undefined
          }
        />
      </dl>
      {silent > 0 && <p className="mt-2.5 text-11 text-warn">{words.without(silent)}</p>}
    </Panel>
  );
}
