"use client";
import { useWords } from "@/components/data/words";
import { Field, TextInput } from "@/components/ui/field";
import { type ChooseProps, changed } from "./choose-props";
import { RollingRestartWizard } from "./rolling-restart-wizard";

export function RollingUpgradeWizard({ draft, topology, onChange }: ChooseProps) {
  const words = useWords().wizards.choose.upgrade;
  return (
    <>
      <Field label={words.engine} hint={words.engineHint} className="mb-5 max-w-2xl">
        <TextInput
          mono
          value={(draft.engine as string | undefined) ?? ""}
          placeholder="/usr/local/bin/valkey-server"
          onChange={(engine) => onChange(changed(draft, { engine: engine.trim() || undefined }))}
        />
      </Field>
      <RollingRestartWizard draft={draft} topology={topology} onChange={onChange} />
    </>
  );
}
