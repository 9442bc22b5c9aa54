"use client";
import { useWords } from "@/components/data/words";
import type { ChooseProps } from "./choose-props";
import { NodeChoice } from "./node-choice";
import { ShardChoice } from "./shard-choice";

export function ReplicateWizard({ draft, topology, onChange }: ChooseProps) {
  const words = useWords().wizards.choose;
  if (!topology) return null;
  const nodes = topology.nodes.filter((node) => node.role === "replica" || node.ranges.length === 0);
  const node = nodes.find((n) => n.id === draft.nodeId);
  return (
    <>
      <NodeChoice
        label={words.replica}
        topology={topology}
        nodes={nodes}
        chosen={node?.id}
        onChange={(nodeId) => onChange({ ...draft, nodeId })}
      />
      <ShardChoice
        label={words.newPrimary}
        topology={topology}
        single
        chosen={typeof draft.primaryId === "string" ? [draft.primaryId] : []}
        exclude={node ? [node.id, ...(node.primaryId ? [node.primaryId] : [])] : []}
        onChange={([primaryId]) => onChange({ ...draft, primaryId })}
      />
    </>
  );
}
