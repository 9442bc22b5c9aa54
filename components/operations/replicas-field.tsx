"use client";
import { useWords } from "@/components/data/words";
import { Field } from "@/components/ui/field";
import { NumberInput } from "@/components/ui/number-field";

/** More copies than this of one shard are never wanted by accident. */
const MOST = 5;

/** How many replicas each new primary gets. */
export function ReplicasField({
  value,
  onChange,
}: {
  readonly value: number;
  readonly onChange: (value: number) => void;
}) {
  const words = useWords().wizards.choose;
  return (
    <Field label={words.replicasPerPrimary} className="mb-5 max-w-52">
      <NumberInput
        value={value}
        onChange={(next) => onChange(next ?? 0)}
        min={0}
        max={MOST}
        label={words.replicasPerPrimary}
        decreaseLabel={words.fewer}
        increaseLabel={words.more}
      />
    </Field>
  );
}
