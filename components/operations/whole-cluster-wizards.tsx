"use client";
import { useWords } from "@/components/data/words";
import { Checkbox, Radios } from "@/components/ui/choice";
import { type ChooseProps, changed } from "./choose-props";

const ways = ["configured", "save", "kill"] as const;
type How = (typeof ways)[number];

export function StopClusterWizard({ draft, onChange }: ChooseProps) {
  const words = useWords().wizards.choose.stopping;
  return (
    <Radios<How>
      label={words.how}
      value={(draft.how as How | undefined) ?? "configured"}
      onChange={(how) => onChange(changed(draft, { how }))}
      look="cards"
      options={ways.map((value) => ({ value, title: words.ways[value], text: words.waysText[value] }))}
    />
  );
}

export function DecommissionWizard({ draft, onChange }: ChooseProps) {
  const words = useWords().wizards.choose.stopping;
  return (
    <Checkbox
      checked={draft.deleteFolders === true}
      onChange={(deleteFolders) => onChange(changed(draft, { deleteFolders: deleteFolders || undefined }))}
    >
      <span className="text-ink">{words.deleteFolders}</span>
      <span className="block text-12 text-ink3">{words.deleteFoldersText}</span>
    </Checkbox>
  );
}

export function StartClusterWizard(_: ChooseProps) {
  return <p className="text-13 text-ink2">{useWords().wizards.choose.stopping.start}</p>;
}
