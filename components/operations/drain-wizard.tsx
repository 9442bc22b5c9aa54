"use client";
import { useWords } from "@/components/data/words";
import type { ChooseProps } from "./choose-props";
import { PaceChoice } from "./pace-choice";
import { ShardChoice } from "./shard-choice";

export function DrainWizard({ draft, topology, onChange }: ChooseProps) {
  const words = useWords().wizards.choose;
  if (!topology) return null;
  return (
    <>
      <ShardChoice
        label={words.drained}
        topology={topology}
        chosen={(draft.primaryIds as readonly string[] | undefined) ?? []}
        exclude={topology.shards.filter((shard) => shard.slots === 0).map((shard) => shard.primaryId)}
        onChange={(primaryIds) => {
          const { primaryIds: _old, ...rest } = draft;
          onChange(primaryIds.length > 0 ? { ...rest, primaryIds } : rest);
        }}
      />
      <PaceChoice draft={draft} onChange={onChange} />
    </>
  );
}
