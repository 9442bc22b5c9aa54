"use client";
import { formatEndpoint } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import { Choice, Choices } from "./shard-choice";

type NodesChoiceProps = {
  readonly label: string;
  readonly hint: string;
  readonly topology: Topology;
  readonly chosen: readonly string[];
  readonly onChange: (ids: readonly string[]) => void;
};

/** Any number of members as buttons. */
export function NodesChoice({ label, hint, topology, chosen, onChange }: NodesChoiceProps) {
  const toggle = (id: string) => onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  return (
    <Choices label={label} hint={hint}>
      {topology.nodes.map((node) => (
        <Choice key={node.id} pressed={chosen.includes(node.id)} onPress={() => toggle(node.id)}>
          <span className="truncate font-mono text-12 text-ink">{formatEndpoint(node.endpoint)}</span>
        </Choice>
      ))}
    </Choices>
  );
}
