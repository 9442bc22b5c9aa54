"use client";
import { useWords } from "@/components/data/words";
import { AfterwardsChoice } from "./afterwards-choice";
import type { ChooseProps } from "./choose-props";
import { NodeChoice } from "./node-choice";
import { PaceChoice } from "./pace-choice";

export function RemoveNodeWizard({ draft, topology, onChange }: ChooseProps) {
  const words = useWords().wizards.choose;
  if (!topology) return null;
  return (
    <>
      <NodeChoice
        label={words.node}
        topology={topology}
        nodes={topology.nodes}
        chosen={draft.nodeId as string | undefined}
        onChange={(nodeId) => onChange({ ...draft, nodeId })}
      />
      <AfterwardsChoice draft={draft} onChange={onChange} />
      <PaceChoice draft={draft} onChange={onChange} />
    </>
  );
}
