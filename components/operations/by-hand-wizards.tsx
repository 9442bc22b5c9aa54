"use client";
import { useWords } from "@/components/data/words";
import type { SlotRanges } from "@/lib/cluster/slots";
import type { Newcomer } from "@/lib/plans/wish";
import { type ChooseProps, changed } from "./choose-props";
import { NewcomerChoice } from "./newcomer-choice";
import { NodeChoice } from "./node-choice";
import { RangesField } from "./ranges-field";
import { ShardChoice } from "./shard-choice";

/** The cluster's own commands by hand: each asks only for what the command itself names. */

export function MeetWizard({ draft, onChange }: ChooseProps) {
  const words = useWords().wizards.choose;
  return (
    <NewcomerChoice
      label={words.node}
      single
      chosen={draft.node ? [draft.node as Newcomer] : []}
      onChange={([node]) => onChange(changed(draft, { node }))}
    />
  );
}

export function ForgetWizard({ draft, topology, onChange }: ChooseProps) {
  const words = useWords().wizards.choose;
  if (!topology) return null;
  return (
    <NodeChoice
      label={words.node}
      topology={topology}
      nodes={topology.nodes}
      chosen={draft.nodeId as string | undefined}
      onChange={(nodeId) => onChange(changed(draft, { nodeId }))}
    />
  );
}

export function AddSlotsWizard({ draft, topology, onChange }: ChooseProps) {
  const words = useWords().wizards.choose;
  if (!topology) return null;
  return (
    <>
      <ShardChoice
        label={words.target}
        hint={words.targetHint}
        topology={topology}
        single
        chosen={typeof draft.nodeId === "string" ? [draft.nodeId] : []}
        onChange={([nodeId]) => onChange(changed(draft, { nodeId }))}
      />
      <SlotsWizard draft={draft} topology={topology} onChange={onChange} />
    </>
  );
}

export function SlotsWizard({ draft, onChange }: ChooseProps) {
  return (
    <RangesField
      ranges={draft.ranges as SlotRanges | undefined}
      onChange={(ranges) => onChange(changed(draft, { ranges }))}
    />
  );
}
