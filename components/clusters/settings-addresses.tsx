"use client";
import { useState } from "react";
import { useWords } from "@/components/data/words";
import { Field, TextArea } from "@/components/ui/field";
import { readAddressMap, readSeeds } from "@/lib/wire/connect-text";
import { mapText, seedsText } from "./settings-form";
import { SettingsPanel, type SettingsPart } from "./settings-panel";

export function AddressesPanel({ clusterId, connection, isAdmin }: SettingsPart & { readonly isAdmin: boolean }) {
  const { connect: words, settings } = useWords().clusters;
  const kept = { seeds: seedsText(connection), map: mapText(connection) };
  const [seedsTyped, setSeeds] = useState(kept.seeds);
  const [mapTyped, setMap] = useState(kept.map);
  const seeds = readSeeds(seedsTyped);
  const map = readAddressMap(mapTyped);
  const newSeeds = seedsTyped.trim() !== kept.seeds;
  const newMap = mapTyped.trim() !== kept.map;
  const readable = seeds.ok && map.ok && seeds.value.length > 0;
  const patch =
    readable && (newSeeds || newMap)
      ? { ...(newSeeds ? { seeds: seeds.value } : {}), ...(newMap ? { addressMap: map.value } : {}) }
      : undefined;
  const wrongSeeds = seeds.ok ? (seeds.value.length === 0 ? words.seedsNone : undefined) : words.seedsWrong(seeds.text);
  return (
    <SettingsPanel
      clusterId={clusterId}
      title={settings.addresses}
      patch={patch}
      tries={newSeeds}
      locked={isAdmin ? undefined : settings.onlyAdmin}
    >
      <div className="grid gap-4">
        <Field label={words.seeds} hint={words.seedsHint} error={wrongSeeds}>
          <TextArea mono rows={3} value={seedsTyped} onChange={setSeeds} />
        </Field>
        <Field label={words.map} hint={words.mapHint} error={map.ok ? undefined : words.mapWrong(map.text)}>
          <TextArea mono rows={3} value={mapTyped} onChange={setMap} placeholder={words.mapPlaceholder} />
        </Field>
      </div>
    </SettingsPanel>
  );
}
