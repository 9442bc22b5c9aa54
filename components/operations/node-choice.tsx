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
  return (
    <Choices label={label} hint={hint}>
      {nodes.map((node) => (
        <Choice key={node.id} pressed={chosen === node.id} onPress={() => onChange(node.id)}>
          <NodeFace topology={topology} node={node} />
        </Choice>
      ))}
    </Choices>
  );
}

type NodesChoiceProps = {
  readonly label: string;
  readonly hint: string;
  readonly topology: Topology;
  readonly chosen: readonly string[];
  readonly onChange: (ids: readonly string[]) => void;
};

/** Any number of members, shard by shard. */
export function NodesChoice({ label, hint, topology, chosen, onChange }: NodesChoiceProps) {
  const toggle = (id: string) => onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  const order = topology.shards.flatMap((shard) => [shard.primaryId, ...shard.replicaIds]);
  const at = ({ id }: TopologyNode) => (order.includes(id) ? order.indexOf(id) : order.length);
  return (
    <Choices label={label} hint={hint}>
      {[...topology.nodes]
        .sort((a, b) => at(a) - at(b))
        .map((node) => (
          <Choice key={node.id} pressed={chosen.includes(node.id)} onPress={() => toggle(node.id)}>
            <NodeFace topology={topology} node={node} />
          </Choice>
        ))}
    </Choices>
  );
}

function NodeFace({ topology, node }: { readonly topology: Topology; readonly node: TopologyNode }) {
  const words = useWords();
  const shard = topology.shards.find((s) => s.primaryId === node.id || s.replicaIds.includes(node.id));
  const primary = topology.nodes.find((n) => n.id === node.primaryId);
  return (
    <>
      {shard && <ShardSwatch index={shard.index} size={20} />}
      <span className="min-w-0">
        <span className={cx("block truncate font-mono text-12", isDown(node) ? "silent" : "text-ink")}>
          {formatEndpoint(node.endpoint)}
        </span>
        <span className={cx("block truncate text-12", isDown(node) ? "text-bad" : "text-ink3")}>
          {isDown(node)
            ? words.wizards.choose.silent
            : node.role === "replica" && primary
              ? words.wizards.choose.following(formatEndpoint(primary.endpoint))
              : words.topology.card.primary}
        </span>
      </span>
    </>
  );
}
