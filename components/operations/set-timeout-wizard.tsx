"use client";
import { useWords } from "@/components/data/words";
import { Field } from "@/components/ui/field";
import { NumberInput } from "@/components/ui/number-field";
import { type ChooseProps, changed } from "./choose-props";

const STEP_MS = 500;

export function SetTimeoutWizard({ draft, topology, onChange }: ChooseProps) {
  const words = useWords().wizards.choose;
  if (!topology) return null;
  return (
    <Field label={words.timeout} hint={words.timeoutHint(topology.nodeTimeoutMs)} className="max-w-60">
      <NumberInput
        value={typeof draft.timeoutMs === "number" ? draft.timeoutMs : undefined}
        onChange={(timeoutMs) => onChange(changed(draft, { timeoutMs }))}
        min={100}
        max={3_600_000}
        step={STEP_MS}
        label={words.timeout}
        decreaseLabel={words.fewer}
        increaseLabel={words.more}
      />
    </Field>
  );
}
