"use client";
import { useState } from "react";
import { useWords } from "@/components/data/words";
import { Field, TextInput } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { environmentSchema } from "@/lib/wire/clusters";
import { SettingsPanel, type SettingsPart } from "./settings-panel";

export function NamePanel({ clusterId, connection }: SettingsPart) {
  const words = useWords();
  const { connect, settings } = words.clusters;
  const [name, setName] = useState(connection.name);
  const [environment, setEnvironment] = useState(connection.environment);
  const changed = name.trim() !== connection.name || environment !== connection.environment;
  return (
    <SettingsPanel
      clusterId={clusterId}
      title={settings.name}
      patch={changed && name.trim() !== "" ? { name: name.trim(), environment } : undefined}
    >
      <div className="grid gap-4 md:grid-cols-2">
        <Field label={connect.name} hint={connect.nameHint}>
          <TextInput value={name} onChange={setName} maxLength={64} />
        </Field>
        <Field label={connect.environment} hint={connect.environmentHint}>
          <Select
            label={connect.environment}
            value={environment}
            onChange={setEnvironment}
            options={environmentSchema.options.map((value) => ({ value, text: words.shell.environments[value] }))}
          />
        </Field>
      </div>
    </SettingsPanel>
  );
}
