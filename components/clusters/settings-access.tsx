"use client";
import { useState } from "react";
import { useWords } from "@/components/data/words";
import { Checkbox } from "@/components/ui/choice";
import { Field, TextInput } from "@/components/ui/field";
import type { Connection } from "@/lib/wire/clusters";
import type { Words } from "@/lib/words/en";
import { SettingsPanel, type SettingsPart } from "./settings-panel";

/** User and password are written here and never read back. */
export function AccessPanel({ clusterId, connection, isAdmin }: SettingsPart & { readonly isAdmin: boolean }) {
  const { connect: words, settings } = useWords().clusters;
  const [user, setUser] = useState(connection.user ?? "");
  const [password, setPassword] = useState("");
  const [without, setWithout] = useState(false);
  const given = { ...(user.trim() ? { user: user.trim() } : {}), ...(password && !without ? { password } : {}) };
  return (
    <SettingsPanel
      clusterId={clusterId}
      title={settings.access}
      text={settings.accessText}
      patch={password !== "" || without ? { access: given } : undefined}
      tries
      onSaved={() => {
        setPassword("");
        setWithout(false);
      }}
      locked={isAdmin ? undefined : settings.onlyAdmin}
    >
      <div className="grid gap-4 md:grid-cols-2">
        <Field label={words.user} hint={words.userHint}>
          <TextInput value={user} onChange={setUser} />
        </Field>
        <Field label={settings.newPassword} hint={connection.hasPassword ? settings.hasPassword : settings.noPassword}>
          <TextInput
            type="password"
            autoComplete="new-password"
            value={without ? "" : password}
            disabled={without}
            onChange={setPassword}
          />
        </Field>
        {connection.hasPassword && (
          <Checkbox className="md:col-span-2" checked={without} onChange={setWithout}>
            {settings.withoutPassword}
          </Checkbox>
        )}
      </div>
      <p className="mt-3 text-12 text-ink3">{tlsSentence(connection.tls, settings)}</p>
    </SettingsPanel>
  );
}

function tlsSentence(tls: Connection["tls"], words: Words["clusters"]["settings"]): string {
  if (!tls) return words.tlsOff;
  return words.tls([
    tls.acceptsAny ? words.tlsAny : tls.hasCa ? words.tlsOwnCa : words.tlsSystemCa,
    ...(tls.serverName ? [words.tlsName(tls.serverName)] : []),
    ...(tls.hasCertificate ? [words.tlsClient] : []),
  ]);
}
