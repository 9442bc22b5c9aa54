"use client";
import { useWords } from "@/components/data/words";
import { tellBelief } from "@/lib/cluster/belief";
import type { Failover } from "@/lib/cluster/failover";
import { formatEndpoint } from "@/lib/cluster/node";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";
import { formatAge } from "@/lib/format";
import type { TopologyRow } from "@/lib/layout/topology-rows";
import { FailoverAnatomy } from "./failover-anatomy";
import { NodePanel } from "./node-panel";

type TopologyAsideProps = {
  readonly topology: Topology;
  readonly failover: Failover | undefined;
  readonly selected: TopologyNode | undefined;
  readonly rows: readonly TopologyRow[];
  readonly nowMs: number;
  readonly mayOperate: boolean;
  readonly onClear: () => void;
};

export function TopologyAside({ topology, failover, selected, rows, nowMs, mayOperate, onClear }: TopologyAsideProps) {
  const words = useWords().topology;
  return (
    <aside className="flex min-w-0 flex-col gap-5 border-line1 border-t bg-bg1 p-4 md:col-start-2 md:row-span-2 md:row-start-1 md:border-t-0 md:border-l">
      {selected ? (
        <NodePanel
          topology={topology}
          node={selected}
          shard={rows.find((row) => row.nodeIds.includes(selected.id))?.shard}
          nowMs={nowMs}
          mayOperate={mayOperate}
          onClear={onClear}
        />
      ) : (
        !failover && <p className="text-125 text-ink3">{words.panel.nothing}</p>
      )}
      {failover && <FailoverAnatomy failover={failover} topology={topology} />}
      <Disagreement topology={topology} nowMs={nowMs} />
    </aside>
  );
}

/** Never only "views differ": which node, and what it believes instead. */
function Disagreement({ topology, nowMs }: { readonly topology: Topology; readonly nowMs: number }) {
  const { disagree: words, beliefs } = useWords().topology;
  const lines = topology.nodes.flatMap((node) =>
    (node.view?.differs ?? []).map((differs) => ({
      node,
      belief: tellBelief(differs, topology.nodes, beliefs),
      sinceMs: differs.sinceMs,
    })),
  );
  return (
    <section className="mt-auto border-line1 border-t pt-3" aria-label={words.title}>
      <h2 className="mb-1.5 font-semibold text-13 text-ink">
        {lines.length > 0 && <span className="mr-1.5 text-warn">≠</span>}
        {words.title}
      </h2>
      {lines.length === 0 && <p className="text-12 text-ink3">{words.nobody}</p>}
      <ul className="num">
        {lines.slice(0, 12).map(({ node, belief, sinceMs }) => (
          <li key={`${node.id} ${belief}`} className="flex items-baseline gap-2.5 py-0.5 text-12">
            <span className="shrink-0 font-mono text-11 text-ink2">{formatEndpoint(node.endpoint)}</span>
            <span className="min-w-0 flex-1 text-ink">{belief}</span>
            <span className="shrink-0 text-ink3">{formatAge(nowMs - sinceMs)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
