"use client";
import { ChevronRight } from "lucide-react";
import { useWords } from "@/components/data/words";
import { Checkbox } from "@/components/ui/choice";
import { Field, TextArea, TextInput } from "@/components/ui/field";
import { Panel } from "@/components/ui/panel";
import { Select } from "@/components/ui/select";
import { environmentSchema } from "@/lib/wire/clusters";
import type { ConnectForm, FormErrors } from "./connect-form";

type Props = {
  readonly form: ConnectForm;
  readonly change: (part: Partial<ConnectForm>) => void;
  readonly errors: FormErrors;
};

export function ConnectWhere({ form, change, errors }: Props) {
  const words = useWords();
  const mine = words.clusters.connect;
  return (
    <Panel>
      <div className="grid gap-4 md:grid-cols-2">
        <Field label={mine.name} hint={mine.nameHint}>
          <TextInput
            value={form.name}
            onChange={(name) => change({ name })}
            placeholder={mine.namePlaceholder}
            maxLength={64}
          />
        </Field>
        <Field label={mine.environment} hint={mine.environmentHint}>
          <Select
            label={mine.environment}
            value={form.environment}
            onChange={(environment) => change({ environment })}
            options={environmentSchema.options.map((value) => ({ value, text: words.shell.environments[value] }))}
          />
        </Field>
        <Field label={mine.seeds} hint={mine.seedsHint} error={errors.seeds} className="md:col-span-2">
          <TextArea
            mono
            rows={3}
            value={form.seeds}
            onChange={(seeds) => change({ seeds })}
            placeholder={mine.seedsPlaceholder}
          />
        </Field>
      </div>
    </Panel>
  );
}

export function ConnectAccess({ form, change }: Props) {
  const words = useWords().clusters.connect;
  return (
    <Panel title={words.access}>
      <div className="grid gap-4 md:grid-cols-2">
        <Field label={words.user} hint={words.userHint}>
          <TextInput value={form.user} onChange={(user) => change({ user })} />
        </Field>
        <Field label={words.password} hint={words.passwordHint}>
          <TextInput
            type="password"
            autoComplete="new-password"
            value={form.password}
            onChange={(password) => change({ password })}
          />
        </Field>
      </div>
    </Panel>
  );
}

export function ConnectTls({ form, change }: Props) {
  const words = useWords().clusters.connect;
  return (
    <Panel title={words.tls}>
      <Checkbox checked={form.useTls} onChange={(useTls) => change({ useTls })}>
        {words.useTls}
      </Checkbox>
      {form.useTls && (
        <div className="mt-4 grid gap-4 md:grid-cols-2">
          <Field label={words.ca} hint={words.caHint} className="md:col-span-2">
            <TextArea mono rows={3} value={form.ca} onChange={(ca) => change({ ca })} />
          </Field>
          <Field label={words.cert}>
            <TextArea mono rows={3} value={form.cert} onChange={(cert) => change({ cert })} />
          </Field>
          <Field label={words.key}>
            <TextArea mono rows={3} value={form.key} onChange={(key) => change({ key })} />
          </Field>
          <Field label={words.serverName} hint={words.serverNameHint}>
            <TextInput value={form.serverName} onChange={(serverName) => change({ serverName })} />
          </Field>
          <Checkbox
            className="self-center"
            checked={form.acceptAnyCertificate}
            onChange={(acceptAnyCertificate) => change({ acceptAnyCertificate })}
          >
            {words.anyCertificate}
          </Checkbox>
        </div>
      )}
    </Panel>
  );
}

export function ConnectMore({ form, change, errors }: Props) {
  const words = useWords().clusters.connect;
  const wrong = errors.map !== undefined || errors.labels !== undefined;
  return (
    <details open={wrong || undefined} className="group rounded-panel border border-line1 bg-bg1">
      <summary className="flex min-h-10 list-none items-center gap-2 px-3.5 py-2 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          size={14}
          strokeWidth={1.8}
          className="text-ink3 transition-transform group-open:rotate-90"
          aria-hidden
        />
        <span className="text-13 font-semibold">{words.more}</span>
      </summary>
      <div className="grid gap-4 px-3.5 pb-3.5 pt-1">
        <Field label={words.map} hint={words.mapHint} error={errors.map}>
          <TextArea
            mono
            rows={2}
            value={form.map}
            onChange={(map) => change({ map })}
            placeholder={words.mapPlaceholder}
          />
        </Field>
        <Field label={words.labels} hint={words.labelsHint} error={errors.labels}>
          <TextArea
            mono
            rows={2}
            value={form.labels}
            onChange={(labels) => change({ labels })}
            placeholder={words.labelsPlaceholder}
          />
        </Field>
      </div>
    </details>
  );
}
