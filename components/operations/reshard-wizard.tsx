"use client";
import { useState } from "react";
import { useWords } from "@/components/data/words";
import { Radios } from "@/components/ui/choice";
import { Field } from "@/components/ui/field";
import { NumberInput } from "@/components/ui/number-field";
import { SLOT_COUNT, type SlotRanges } from "@/lib/cluster/slots";
import type { ChooseProps } from "./choose-props";
import { PaceChoice } from "./pace-choice";
import { RangesField } from "./ranges-field";
import { ShardChoice } from "./shard-choice";

type Way = "number" | "ranges";

export function ReshardWizard({ draft, topology, onChange }: ChooseProps) {
  const words = useWords().wizards.choose;
  const target = typeof draft.target === "string" ? draft.target : undefined;
  const sources = (draft.sources as readonly string[] | undefined) ?? [];
  const [way, setWay] = useState<Way>(draft.ranges ? "ranges" : "number");
  if (!topology) return null;
  const choose = (next: Way) => {
    setWay(next);
    const { ranges: _ranges, slots: _slots, sources: _sources, ...rest } = draft;
    onChange(next === "number" ? { ...rest, ...(sources.length > 0 ? { sources } : {}) } : rest);
  };
  return (
    <>
      <ShardChoice
        label={words.target}
        hint={words.targetHint}
        topology={topology}
        single
        chosen={target ? [target] : []}
        onChange={([id]) =>
          onChange({
            ...draft,
            target: id,
            ...(sources.length > 0 ? { sources: sources.filter((s) => s !== id) } : {}),
          })
        }
      />
      <Radios<Way>
        label={words.what}
        value={way}
        onChange={choose}
        look="cards"
        options={[
          { value: "number", title: words.byNumber, text: words.byNumberText },
          { value: "ranges", title: words.byRange, text: words.byRangeText },
        ]}
      />
      <div className="mt-5">
        {way === "number" ? (
          <>
            <ShardChoice
              label={words.sources}
              hint={words.sourcesHint}
              topology={topology}
              chosen={sources}
              exclude={target ? [target] : []}
              onChange={(ids) => {
                const { sources: _old, ...rest } = draft;
                onChange(ids.length > 0 ? { ...rest, sources: ids } : rest);
              }}
            />
            <Field label={words.slots} className="max-w-52">
              <NumberInput
                value={typeof draft.slots === "number" ? draft.slots : undefined}
                onChange={(slots) => {
                  const { slots: _old, ...rest } = draft;
                  onChange(slots === undefined ? rest : { ...rest, slots });
                }}
                min={1}
                max={SLOT_COUNT}
                label={words.slots}
                decreaseLabel={words.fewer}
                increaseLabel={words.more}
              />
            </Field>
          </>
        ) : (
          <RangesField
            ranges={draft.ranges as SlotRanges | undefined}
            onChange={(ranges) => {
              const { ranges: _old, ...rest } = draft;
              onChange(ranges ? { ...rest, ranges } : rest);
            }}
          />
        )}
      </div>
      <PaceChoice draft={draft} onChange={onChange} />
    </>
  );
}
