"use client";
import { useWords } from "@/components/data/words";
import { Ribbon } from "@/components/shards/ribbon";
import { stateTone } from "@/components/shell/cluster-state";
import { ToneIcon } from "@/components/ui/chip";
import { Panel } from "@/components/ui/panel";
import type { Topology } from "@/lib/cluster/topology";
import { openMarkers, ribbonOf } from "./ribbon-of";
import { useShardLabels } from "./use-shard-labels";

/** One sentence about the whole cluster, and who owns what, to scale. */
export function StateLine({ topology }: { readonly topology: Topology }) {
  const words = useWords().overview.state;
  const labels = useShardLabels(topology.state);
  const primaries = topology.shards.filter((shard) => shard.slots > 0).length;
  const replicas = topology.nodes.filter((node) => node.role === "replica").length;
  const { agree, answering } = topology.agreement;
  const more = {
    ok: agree < answering ? words.okDiffer(agree, answering) : words.okMore(primaries, replicas),
    degraded: "",
    down: "",
    unknown: words.unknownMore,
  }[topology.state];
  const head = {
    ok: words.ok,
    degraded: words.degraded,
    down: "",
    unknown: words.unknown,
  }[topology.state];
  return (
    <Panel>
      <p className="mb-3 flex flex-wrap items-baseline gap-x-2 text-13">
        <ToneIcon tone={stateTone[topology.state]} size={16} className="self-center" />
        <span className="font-semibold text-ink">{head}</span>
        <span className="text-ink2">{more}</span>
      </p>
      <Ribbon shards={ribbonOf(topology)} height={34} markers={openMarkers(topology)} labels={labels} ruler />
    </Panel>
  );
}
