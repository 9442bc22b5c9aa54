"use client";
import { useWords } from "@/components/data/words";
import { servedSlots } from "@/components/shell/cluster-state";
import { ToneIcon } from "@/components/ui/chip";
import { SLOT_COUNT } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { formatPercent, formatShort } from "@/lib/format";

/** On a phone, when something is down: what is still fine, in one line above the navigation. */
export function ServingLine({ topology }: { readonly topology: Topology }) {
  const words = useWords().overview;
  const served = servedSlots(topology);
  if (served === SLOT_COUNT || served === 0) return null;
  const nodes = new Map(topology.nodes.map((node) => [node.id, node]));
  const owners = topology.shards.filter((shard) => shard.slots > 0);
  const serving = owners.filter((shard) => {
    const primary = nodes.get(shard.primaryId);
    return primary?.answer.kind === "answered" && primary.health !== "fail";
  });
  const ops = topology.nodes.reduce(
    (sum, node) => sum + (node.answer.kind === "answered" ? (node.stats?.opsPerSec ?? 0) : 0),
    0,
  );
  return (
    <p className="num sticky bottom-0 order-last -mx-4 mt-auto flex items-center gap-2 border-t border-line1 bg-bg1 px-4 py-3 text-125 text-ink2 md:hidden">
      <ToneIcon tone="ok" size={15} />
      <span>
        {words.serving(serving.length, owners.length)}, {formatPercent(served, SLOT_COUNT)}
      </span>
      <span className="ml-auto text-ink3">
        {formatShort(ops)} {words.figures.ops}
      </span>
    </p>
  );
}
