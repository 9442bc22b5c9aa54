"use client";
import { useWords } from "@/components/data/words";
import { ShardSwatch } from "@/components/shards/shard-swatch";
import { cx } from "@/components/ui/cx";
import { formatEndpoint } from "@/lib/cluster/node";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";
import { isDown } from "@/lib/layout/topology-rows";
import { Choice, Choices } from "./shard-choice";

type NodeChoiceProps = {
  readonly label: string;
  readonly hint?: string;
  readonly topology: Topology;
  readonly nodes: readonly TopologyNode[];
  readonly chosen: string | undefined;
  readonly onChange: (nodeId: string) => void;
};

/** Members of the cluster as buttons; a silent one can be chosen and says that it is silent. */
export function NodeChoice({ label, hint, topology, nodes, chosen, onChange }: NodeChoiceProps) {
  const words = useWords();
  const address = (id: string | undefined) => {
    const node = topology.nodes.find((n) => n.id === id);
    return node ? formatEndpoint(node.endpoint) : undefined;
  };
  return (
    <Choices label={label} hint={hint}>
      {nodes.map((node) => {
        const shard = topology.shards.find((s) => s.primaryId === node.id || s.replicaIds.includes(node.id));
        const primary = address(node.primaryId);
        return (
          <Choice key={node.id} pressed={chosen === node.id} onPress={() => onChange(node.id)}>
            {shard && <ShardSwatch index={shard.index} size={20} />}
            <span className="min-w-0">
              <span className={cx("block truncate font-mono text-12", isDown(node) ? "silent" : "text-ink")}>
                {formatEndpoint(node.endpoint)}
              </span>
              <span className={cx("block truncate text-12", isDown(node) ? "text-bad" : "text-ink3")}>
                {isDown(node)
                  ? words.wizards.choose.silent
                  : node.role === "replica" && primary
                    ? words.wizards.choose.following(primary)
                    : words.topology.card.primary}
              </span>
            </span>
          </Choice>
        );
      })}
    </Choices>
  );
}
