"use client";
import { useWords } from "@/components/data/words";
import { Radios } from "@/components/ui/choice";
import { AfterwardsChoice } from "./afterwards-choice";
import type { ChooseProps } from "./choose-props";
import { PaceChoice } from "./pace-choice";
import { ShardChoice } from "./shard-choice";

type Replicas = "remove" | "keep";

export function ScaleInWizard({ draft, topology, onChange }: ChooseProps) {
  const words = useWords().wizards.choose;
  if (!topology) return null;
  return (
    <>
      <ShardChoice
        label={words.leaving}
        topology={topology}
        chosen={(draft.primaryIds as readonly string[] | undefined) ?? []}
        onChange={(primaryIds) => {
          const { primaryIds: _old, ...rest } = draft;
          onChange(primaryIds.length > 0 ? { ...rest, primaryIds } : rest);
        }}
      />
      <fieldset className="mb-5">
        <legend className="mb-1.5 text-12 font-medium text-ink2">{words.theirReplicas}</legend>
        <Radios<Replicas>
          label={words.theirReplicas}
          value={(draft.replicas as Replicas | undefined) ?? "remove"}
          onChange={(replicas) => onChange({ ...draft, replicas })}
          options={[
            { value: "remove", title: words.replicasRemove },
            { value: "keep", title: words.replicasKeep },
          ]}
        />
      </fieldset>
      <AfterwardsChoice draft={draft} onChange={onChange} />
      <PaceChoice draft={draft} onChange={onChange} />
    </>
  );
}
