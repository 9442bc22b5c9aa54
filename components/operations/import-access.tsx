"use client";
import { useState } from "react";
import { sentenceOf } from "@/components/data/api";
import { useCall } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/choice";
import { Field, TextArea, TextInput } from "@/components/ui/field";
import type { ClusterId } from "@/lib/cluster/node";
import type { SourceAccess } from "@/lib/wire/imports";

type Props = {
  readonly clusterId: ClusterId;
  /** The name under which they were sealed. */
  readonly access: string | undefined;
  readonly withSentinels: boolean;
  readonly onChange: (access: string | undefined) => void;
};

const nothing = { user: "", password: "", sentinelPassword: "", ca: "", tls: false, acceptAnyCertificate: false };
type Form = typeof nothing;

/** Credentials are sent once, before the plan: what the wizard keeps in its address is their name. */
export function ImportAccess({ clusterId, access, withSentinels, onChange }: Props) {
  const words = useWords().wizards.choose.import;
  const [form, setForm] = useState<Form>(nothing);
  const sealing = useCall("accesses.create");
  const change = (part: Partial<Form>) => setForm((old) => ({ ...old, ...part }));
  const body = bodyOf(form);
  const seal = () => {
    if (!body) return;
    sealing.mutate(
      { params: { clusterId }, body },
      {
        onSuccess: (sealed) => {
          setForm(nothing);
          onChange(sealed.access);
        },
      },
    );
  };
  return (
    <section aria-label={words.access} className="flex flex-col gap-2.5 rounded-panel border border-line2 p-3">
      <h2 className="font-medium text-12 text-ink2">{words.access}</h2>
      <p className="text-12 text-ink3">{body ? words.unsealed : access ? words.sealed : words.accessText}</p>
      <div className="grid grid-cols-2 gap-2.5 max-md:grid-cols-1">
        <Field label={words.user}>
          <TextInput value={form.user} onChange={(user) => change({ user })} />
        </Field>
        <Field label={words.password}>
          <TextInput
            type="password"
            autoComplete="new-password"
            value={form.password}
            onChange={(password) => change({ password })}
          />
        </Field>
        {withSentinels && (
          <Field label={words.sentinelPassword}>
            <TextInput
              type="password"
              autoComplete="new-password"
              value={form.sentinelPassword}
              onChange={(sentinelPassword) => change({ sentinelPassword })}
            />
          </Field>
        )}
      </div>
      <Checkbox checked={form.tls} onChange={(tls) => change({ tls })}>
        {words.tls}
      </Checkbox>
      {form.tls && (
        <>
          <Field label={words.ca}>
            <TextArea mono rows={3} value={form.ca} onChange={(ca) => change({ ca })} />
          </Field>
          <Checkbox
            checked={form.acceptAnyCertificate}
            onChange={(acceptAnyCertificate) => change({ acceptAnyCertificate })}
          >
            {words.anyCertificate}
          </Checkbox>
        </>
      )}
      {sealing.error && (
        <p role="alert" className="text-12 text-bad">
          {sentenceOf(sealing.error)}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button disabled={!body || sealing.isPending} busy={sealing.isPending} onClick={seal}>
          {words.seal}
        </Button>
        {access && <Button onClick={() => onChange(undefined)}>{words.forget}</Button>}
      </div>
    </section>
  );
}

function bodyOf(form: Form): SourceAccess | undefined {
  const { user, password, sentinelPassword, ca, tls, acceptAnyCertificate } = form;
  if (user !== "" && password === "") return undefined;
  if (password === "" && sentinelPassword === "" && !tls) return undefined;
  return {
    ...(user === "" ? {} : { user }),
    ...(password === "" ? {} : { password }),
    ...(sentinelPassword === "" ? {} : { sentinelPassword }),
    ...(tls ? { tls: { acceptAnyCertificate, ...(ca === "" ? {} : { ca }) } } : {}),
  };
}
