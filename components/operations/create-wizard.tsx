"use client";
import { useWords } from "@/components/data/words";
import { Field, TextInput } from "@/components/ui/field";
import type { Newcomer } from "@/lib/plans/wish";
import type { ChooseProps } from "./choose-props";
import { NewcomerChoice } from "./newcomer-choice";
import { ReplicasField } from "./replicas-field";

/** The fewest primaries that can elect a new one when one fails. */
const MIN_PRIMARIES = 3;

export function CreateWizard({ draft, onChange }: ChooseProps) {
  const words = useWords().wizards.choose;
  const nodes = (draft.nodes as readonly Newcomer[] | undefined) ?? [];
  const replicas = typeof draft.replicasPerPrimary === "number" ? draft.replicasPerPrimary : 1;
  const base = { ...draft, replicasPerPrimary: replicas };
  const primaries = Math.floor(nodes.length / (replicas + 1));
  return (
    <>
      <Field label={words.name} hint={words.nameHint} className="mb-5 max-w-xs">
        <TextInput
          value={typeof draft.name === "string" ? draft.name : ""}
          onChange={(name) => onChange({ ...base, name })}
          maxLength={64}
        />
      </Field>
      <ReplicasField value={replicas} onChange={(next) => onChange({ ...base, replicasPerPrimary: next })} />
      <NewcomerChoice
        label={words.nodes}
        batch={MIN_PRIMARIES * (replicas + 1)}
        chosen={nodes}
        onChange={(next) => onChange({ ...base, nodes: next })}
      />
      {nodes.length > 0 && (
        <p className="num text-13 text-ink2" role="status">
          {words.shape(primaries, nodes.length - primaries)}
        </p>
      )}
    </>
  );
}
