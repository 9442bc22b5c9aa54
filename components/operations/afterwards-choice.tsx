"use client";
import { useWords } from "@/components/data/words";
import { Radios } from "@/components/ui/choice";
import type { WishDraft } from "@/lib/wire/wizard-link";

type Afterwards = "reset" | "stop";

/** What becomes of the process of a node that has left. */
export function AfterwardsChoice({
  draft,
  onChange,
}: {
  readonly draft: WishDraft;
  readonly onChange: (draft: WishDraft) => void;
}) {
  const words = useWords().wizards.choose;
  return (
    <fieldset className="mb-5">
      <legend className="mb-1.5 text-12 font-medium text-ink2">{words.afterwards}</legend>
      <Radios<Afterwards>
        label={words.afterwards}
        value={(draft.afterwards as Afterwards | undefined) ?? "reset"}
        onChange={(afterwards) => onChange({ ...draft, afterwards })}
        options={[
          { value: "reset", title: words.afterwardsReset },
          { value: "stop", title: words.afterwardsStop },
        ]}
      />
    </fieldset>
  );
}
