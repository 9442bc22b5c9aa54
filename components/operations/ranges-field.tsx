"use client";
import { useState } from "react";
import { useWords } from "@/components/data/words";
import { Field, TextInput } from "@/components/ui/field";
import { formatRanges, parseRanges, type SlotRanges } from "@/lib/cluster/slots";

type RangesFieldProps = {
  readonly ranges: SlotRanges | undefined;
  readonly onChange: (ranges: SlotRanges | undefined) => void;
};

/** Slots and ranges of slots, as text; nothing is chosen while the text cannot be read. */
export function RangesField({ ranges, onChange }: RangesFieldProps) {
  const words = useWords().wizards.choose;
  const [text, setText] = useState(() => (ranges ? formatRanges(ranges, "-") : ""));
  const parsed = parseRanges(text);
  const wrong = text.trim() !== "" && !parsed;
  return (
    <Field
      label={words.ranges}
      hint={words.rangesHint}
      {...(wrong ? { error: words.rangesWrong } : {})}
      className="max-w-xl"
    >
      <TextInput
        mono
        value={text}
        onChange={(next) => {
          setText(next);
          const read = parseRanges(next);
          onChange(read && read.length > 0 ? read : undefined);
        }}
      />
    </Field>
  );
}
