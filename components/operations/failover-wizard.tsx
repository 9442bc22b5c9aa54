"use client";
import { useWords } from "@/components/data/words";
import { Radios } from "@/components/ui/choice";
import type { FailoverMode } from "@/lib/plans/step";
import type { ChooseProps } from "./choose-props";
import { NodeChoice } from "./node-choice";

const modes = ["default", "force", "takeover"] as const;

export function FailoverWizard({ draft, topology, onChange }: ChooseProps) {
  const words = useWords().wizards.choose;
  if (!topology) return null;
  return (
    <>
      <NodeChoice
        label={words.replica}
        hint={words.replicaHint}
        topology={topology}
        nodes={topology.nodes.filter((node) => node.role === "replica")}
        chosen={draft.replicaId as string | undefined}
        onChange={(replicaId) => onChange({ ...draft, replicaId })}
      />
      <Radios<FailoverMode>
        label={words.mode}
        value={(draft.mode as FailoverMode | undefined) ?? "default"}
        onChange={(mode) => onChange({ ...draft, mode })}
        look="cards"
        options={modes.map((mode) => ({ value: mode, title: words.modes[mode], text: words.modesText[mode] }))}
      />
    </>
  );
}
