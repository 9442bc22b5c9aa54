"use client";
import { useWords } from "@/components/data/words";
import { Radios } from "@/components/ui/choice";
import { type ChooseProps, changed } from "./choose-props";
import { NodeChoice } from "./node-choice";

const ways = ["kill", "freeze", "segfault"] as const;
type Way = (typeof ways)[number];

export function DrillWizard({ draft, topology, onChange }: ChooseProps) {
  const { choose: words } = useWords().wizards;
  if (!topology) return null;
  return (
    <>
      <NodeChoice
        label={words.node}
        topology={topology}
        nodes={topology.nodes}
        chosen={draft.nodeId as string | undefined}
        onChange={(nodeId) => onChange(changed(draft, { nodeId }))}
      />
      <Radios<Way>
        label={words.drill.how}
        value={(draft.how as Way | undefined) ?? "kill"}
        onChange={(how) => onChange(changed(draft, { how }))}
        look="cards"
        options={ways.map((value) => ({ value, title: words.drill.ways[value], text: words.drill.waysText[value] }))}
      />
    </>
  );
}
