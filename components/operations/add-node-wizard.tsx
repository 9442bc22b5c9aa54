"use client";
import { useWords } from "@/components/data/words";
import { Radios } from "@/components/ui/choice";
import type { Newcomer } from "@/lib/plans/wish";
import type { ChooseProps } from "./choose-props";
import { NewcomerChoice } from "./newcomer-choice";
import { ShardChoice } from "./shard-choice";

type Role = "primary" | "replica";

export function AddNodeWizard({ draft, topology, onChange }: ChooseProps) {
  const words = useWords().wizards.choose;
  const role = draft.role as Role | undefined;
  const node = draft.node as Newcomer | undefined;
  if (!topology) return null;
  return (
    <>
      <NewcomerChoice
        label={words.node}
        single
        chosen={node ? [node] : []}
        onChange={([next]) => onChange({ ...draft, node: next })}
      />
      <Radios<Role | "">
        label={words.role}
        value={role ?? ""}
        onChange={(next) => {
          const { primaryId: _old, ...rest } = draft;
          onChange({ ...rest, role: next });
        }}
        look="cards"
        options={[
          { value: "primary", title: words.asPrimary, text: words.asPrimaryText },
          { value: "replica", title: words.asReplica, text: words.asReplicaText },
        ]}
      />
      {role === "replica" && (
        <div className="mt-5">
          <ShardChoice
            label={words.ofPrimary}
            hint={words.neediest}
            topology={topology}
            single
            chosen={typeof draft.primaryId === "string" ? [draft.primaryId] : []}
            onChange={([primaryId]) => onChange({ ...draft, primaryId })}
          />
        </div>
      )}
    </>
  );
}
