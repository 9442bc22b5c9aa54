"use client";
import { useWords } from "@/components/data/words";
import { ShardSwatch } from "@/components/shards/shard-swatch";
import { Checkbox, Radios } from "@/components/ui/choice";
import { Field } from "@/components/ui/field";
import { NumberInput } from "@/components/ui/number-field";
import { formatCount } from "@/lib/format";
import { type MeasureBy, measures } from "@/lib/plans/plan";
import { type ChooseProps, changed } from "./choose-props";
import { PaceChoice } from "./pace-choice";
import { addressOf } from "./shard-choice";

type Weights = readonly { readonly nodeId: string; readonly weight: number }[];

export function RebalanceWizard({ draft, topology, onChange }: ChooseProps) {
  const { rebalance: words, ...choose } = useWords().wizards.choose;
  if (!topology) return null;
  const weights = (draft.weights as Weights | undefined) ?? [];
  const useEmpty = draft.useEmpty === true;
  const set = (change: Readonly<Record<string, unknown>>) => onChange(changed(draft, change));
  const weigh = (nodeId: string, weight: number | undefined) => {
    const rest = weights.filter((one) => one.nodeId !== nodeId);
    const all = weight === undefined || weight === 1 ? rest : [...rest, { nodeId, weight }];
    set({ weights: all.length > 0 ? all : undefined });
  };
  return (
    <>
      <Radios<MeasureBy>
        label={words.by}
        value={(draft.by as MeasureBy | undefined) ?? "slots"}
        onChange={(by) => set({ by: by === "slots" ? undefined : by })}
        look="cards"
        options={measures.map((value) => ({ value, title: words.measures[value], text: words.measuresText[value] }))}
      />
      <fieldset className="mt-5 mb-5 min-w-0">
        <legend className="mb-1.5 flex flex-wrap items-baseline gap-2 text-12 font-medium text-ink2">
          {words.weights} <span className="font-normal text-ink3">{words.weightsHint}</span>
        </legend>
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(250px,1fr))] gap-2">
          {topology.shards
            .filter((shard) => useEmpty || shard.slots > 0)
            .map((shard) => (
              <li
                key={shard.primaryId}
                className="flex items-center gap-2.5 rounded-panel border border-line2 bg-bg1 px-3 py-2"
              >
                <ShardSwatch index={shard.index} size={20} />
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-mono text-12 text-ink">{addressOf(topology, shard)}</span>
                  <span className="num block text-12 text-ink3">
                    {shard.slots > 0 ? choose.owns(formatCount(shard.slots)) : choose.ownsNothing}
                  </span>
                </span>
                <NumberInput
                  value={weights.find((one) => one.nodeId === shard.primaryId)?.weight ?? 1}
                  onChange={(weight) => weigh(shard.primaryId, weight)}
                  min={0}
                  max={1000}
                  label={words.weightOf(addressOf(topology, shard))}
                  className="w-26 shrink-0 max-md:w-36"
                  decreaseLabel={choose.fewer}
                  increaseLabel={choose.more}
                />
              </li>
            ))}
        </ul>
      </fieldset>
      <Checkbox checked={useEmpty} onChange={(checked) => set({ useEmpty: checked || undefined })}>
        <span className="font-medium text-ink">{words.useEmpty}</span> {words.useEmptyText}
      </Checkbox>
      <Field label={words.threshold} hint={words.thresholdHint} className="mt-5 max-w-52">
        <NumberInput
          value={typeof draft.threshold === "number" ? draft.threshold : 2}
          onChange={(threshold) => set({ threshold: threshold === 2 ? undefined : threshold })}
          min={0}
          max={100}
          label={words.threshold}
          decreaseLabel={choose.fewer}
          increaseLabel={choose.more}
        />
      </Field>
      <PaceChoice draft={draft} onChange={onChange} className="mt-5" />
    </>
  );
}
