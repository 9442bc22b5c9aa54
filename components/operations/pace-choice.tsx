"use client";
import { useWords } from "@/components/data/words";
import { Radios } from "@/components/ui/choice";
import { formatBytes, formatCount } from "@/lib/format";
import { paceLimits } from "@/lib/plans/pace";
import { type Pace, paceSchema } from "@/lib/plans/plan";
import type { ChooseProps } from "./choose-props";

/** How fast slots are moved, and what each pace puts at stake. */
export function PaceChoice({
  draft,
  onChange,
  className = "mb-5",
}: Pick<ChooseProps, "draft" | "onChange"> & { readonly className?: string }) {
  const words = useWords().wizards.plan;
  const chosen = paceSchema.safeParse(draft.pace);
  return (
    <fieldset className={className}>
      <legend className="mb-1.5 text-12 font-medium text-ink2">{words.pace}</legend>
      <Radios<Pace>
        label={words.pace}
        value={chosen.success ? chosen.data : "careful"}
        onChange={(pace) => {
          const { pace: _old, ...rest } = draft;
          onChange(pace === "careful" ? rest : { ...rest, pace });
        }}
        look="cards"
        options={paceSchema.options.map((pace) => ({
          value: pace,
          title: words.paces[pace],
          text: `${words.paceText[pace]} ${words.paceRisk[pace](formatCount(paceLimits[pace].keys), formatBytes(paceLimits[pace].bytes))}`,
        }))}
      />
    </fieldset>
  );
}
