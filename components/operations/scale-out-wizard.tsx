"use client";
import { useState } from "react";
import { useWords } from "@/components/data/words";
import type { Newcomer } from "@/lib/plans/wish";
import { writeNewcomer } from "@/lib/wire/wizard-link";
import type { ChooseProps } from "./choose-props";
import { NewcomerChoice } from "./newcomer-choice";
import { PaceChoice } from "./pace-choice";
import { ReplicasField } from "./replicas-field";

type NewShard = { readonly primary: Newcomer; readonly replicas: readonly Newcomer[] };

/** Nodes are dealt out in the order they are chosen: the first of each group becomes the primary. */
export function dealShards(nodes: readonly Newcomer[], replicas: number): readonly NewShard[] {
  const size = replicas + 1;
  return Array.from({ length: Math.floor(nodes.length / size) }, (_, i) => {
    const [primary, ...rest] = nodes.slice(i * size, (i + 1) * size);
    return { primary: primary as Newcomer, replicas: rest };
  });
}

export function ScaleOutWizard({ draft, onChange }: ChooseProps) {
  const words = useWords().wizards.choose;
  const shards = (draft.shards as readonly NewShard[] | undefined) ?? [];
  const [nodes, setNodes] = useState<readonly Newcomer[]>(
    shards.flatMap((shard) => [shard.primary, ...shard.replicas]),
  );
  const [replicas, setReplicas] = useState(shards[0]?.replicas.length ?? 1);
  const write = (chosen: readonly Newcomer[], per: number) => {
    setNodes(chosen);
    setReplicas(per);
    const { shards: _old, ...rest } = draft;
    const dealt = dealShards(chosen, per);
    onChange(dealt.length > 0 && chosen.length === dealt.length * (per + 1) ? { ...rest, shards: dealt } : rest);
  };
  return (
    <>
      <ReplicasField value={replicas} onChange={(next) => write(nodes, next)} />
      <NewcomerChoice
        label={words.nodes}
        batch={replicas + 1}
        chosen={nodes}
        onChange={(next) => write(next, replicas)}
      />
      {shards.length > 0 && (
        <div>
          <h2 className="mb-1.5 text-12 font-medium text-ink2">{words.shards}</h2>
          <ul className="flex flex-col gap-1.5">
            {shards.map((shard) => (
              <li
                key={writeNewcomer(shard.primary)}
                className="rounded-panel border border-line2 border-dashed px-3 py-2 font-mono text-12 text-ink"
              >
                {[shard.primary, ...shard.replicas].map(writeNewcomer).join("  ←  ").replaceAll("~", "")}
              </li>
            ))}
          </ul>
        </div>
      )}
      <PaceChoice draft={draft} onChange={onChange} className="mt-5" />
    </>
  );
}
