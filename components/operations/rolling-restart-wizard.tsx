"use client";
import { useWords } from "@/components/data/words";
import { Checkbox } from "@/components/ui/choice";
import { type ChooseProps, changed } from "./choose-props";
import { NodesChoice } from "./node-choice";

export function RollingRestartWizard({ draft, topology, onChange }: ChooseProps) {
  const words = useWords().wizards.choose.rolling;
  if (!topology) return null;
  return (
    <>
      <NodesChoice
        label={words.nodes}
        hint={words.nodesHint}
        topology={topology}
        chosen={(draft.nodeIds as readonly string[] | undefined) ?? []}
        onChange={(nodeIds) => onChange(changed(draft, { nodeIds: nodeIds.length > 0 ? nodeIds : undefined }))}
      />
      <HandBack draft={draft} topology={topology} onChange={onChange} />
    </>
  );
}

export function HandBack({ draft, onChange }: ChooseProps) {
  const words = useWords().wizards.choose.rolling;
  return (
    <Checkbox
      checked={draft.handBack === true}
      onChange={(handBack) => onChange(changed(draft, { handBack: handBack || undefined }))}
    >
      <span className="text-ink">{words.handBack}</span>
      <span className="block text-12 text-ink3">{words.handBackText}</span>
    </Checkbox>
  );
}
