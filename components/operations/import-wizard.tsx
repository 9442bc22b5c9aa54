"use client";
import { type ReactNode, useState } from "react";
import { useWords } from "@/components/data/words";
import { Checkbox, Radios } from "@/components/ui/choice";
import { Field, TextInput } from "@/components/ui/field";
import { NumberInput } from "@/components/ui/number-field";
import { type Endpoint, formatEndpoint } from "@/lib/cluster/node";
import type { ImportSource, ImportWay, Present } from "@/lib/import-source";
import { readSeeds } from "@/lib/wire/connect-text";
import { type ChooseProps, changed } from "./choose-props";
import { ImportAccess } from "./import-access";

const ways = ["copy", "move", "follow"] as const satisfies readonly ImportWay[];
const presents = ["refuse", "keep", "replace"] as const satisfies readonly Present[];
const kinds = ["server", "sentinel"] as const;
type Kind = (typeof kinds)[number];

export function ImportWizard({ draft, topology, onChange }: ChooseProps) {
  const words = useWords().wizards.choose.import;
  const from = (draft.from as readonly ImportSource[] | undefined) ?? [];
  const [kind, setKind] = useState<Kind>(from[0]?.kind ?? "server");
  if (!topology) return null;
  const choose = (next: Readonly<Record<string, unknown>>) => onChange(changed(draft, next));
  const write = (sources: readonly ImportSource[]) => choose({ from: sources.length > 0 ? sources : undefined });
  return (
    <div className="flex max-w-2xl flex-col gap-5">
      <Radios<Kind>
        label={words.kind}
        value={kind}
        onChange={(next) => {
          setKind(next);
          write([]);
        }}
        options={kinds.map((value) => ({ value, title: words.kinds[value], text: words.kindsText[value] }))}
      />
      {kind === "server" ? <Servers from={from} onChange={write} /> : <Sentinels from={from} onChange={write} />}
      <ImportAccess
        clusterId={topology.clusterId}
        access={draft.access as string | undefined}
        withSentinels={kind === "sentinel"}
        onChange={(access) => choose({ access })}
      />
      <Asked title={words.way}>
        <Radios<ImportWay>
          label={words.way}
          value={(draft.way as ImportWay | undefined) ?? "copy"}
          onChange={(way) => choose({ way })}
          options={ways.map((value) => ({ value, title: words.ways[value], text: words.waysText[value] }))}
        />
      </Asked>
      {draft.way !== "follow" && (
        <Asked title={words.present}>
          <Radios<Present>
            label={words.present}
            value={(draft.present as Present | undefined) ?? "refuse"}
            onChange={(present) => choose({ present })}
            options={presents.map((value) => ({ value, title: words.presents[value] }))}
          />
        </Asked>
      )}
      <Databases db={(draft.db as number | undefined) ?? 0} skips={draft.otherDatabases === "skip"} choose={choose} />
    </div>
  );
}

function Asked({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-2 font-medium text-12 text-ink2">{title}</h2>
      {children}
    </section>
  );
}

type SourcesProps = {
  readonly from: readonly ImportSource[];
  readonly onChange: (from: readonly ImportSource[]) => void;
};

function Servers({ from, onChange }: SourcesProps) {
  const words = useWords().wizards.choose.import;
  const known = from.flatMap((one) => (one.kind === "server" ? [one.endpoint] : []));
  return (
    <Addresses
      label={words.servers}
      hint={words.serversHint}
      known={known}
      onChange={(endpoints) => onChange(endpoints.map((endpoint) => ({ kind: "server", endpoint })))}
    />
  );
}

function Sentinels({ from, onChange }: SourcesProps) {
  const words = useWords().wizards.choose.import;
  const [known] = from;
  const [sentinels, setSentinels] = useState<readonly Endpoint[]>(known?.kind === "sentinel" ? known.sentinels : []);
  const [name, setName] = useState(known?.kind === "sentinel" ? known.name : "");
  const write = (next: readonly Endpoint[], called: string) => {
    setSentinels(next);
    setName(called);
    onChange(next.length > 0 && called !== "" ? [{ kind: "sentinel", sentinels: next, name: called }] : []);
  };
  return (
    <>
      <Addresses
        label={words.sentinels}
        hint={words.sentinelsHint}
        known={sentinels}
        onChange={(next) => write(next, name)}
      />
      <Field label={words.name} hint={words.nameHint}>
        <TextInput mono value={name} onChange={(next) => write(sentinels, next.trim())} />
      </Field>
    </>
  );
}

type AddressesProps = {
  readonly label: string;
  readonly hint: string;
  readonly known: readonly Endpoint[];
  readonly onChange: (endpoints: readonly Endpoint[]) => void;
};

function Addresses({ label, hint, known, onChange }: AddressesProps) {
  const words = useWords().wizards.choose.import;
  const [text, setText] = useState(known.map(formatEndpoint).join(" "));
  const read = readSeeds(text);
  return (
    <Field label={label} hint={hint} {...(read.ok ? {} : { error: words.unreadable(read.text) })}>
      <TextInput
        mono
        value={text}
        placeholder="10.0.0.7:6379"
        onChange={(next) => {
          setText(next);
          const again = readSeeds(next);
          onChange(again.ok ? again.value : []);
        }}
      />
    </Field>
  );
}

type DatabasesProps = {
  readonly db: number;
  readonly skips: boolean;
  readonly choose: (next: Readonly<Record<string, unknown>>) => void;
};

function Databases({ db, skips, choose }: DatabasesProps) {
  const all = useWords().wizards.choose;
  const words = all.import;
  return (
    <div className="flex flex-wrap items-end gap-x-6 gap-y-2">
      <Field label={words.db}>
        <NumberInput
          label={words.db}
          value={db}
          min={0}
          max={1_000_000}
          decreaseLabel={all.fewer}
          increaseLabel={all.more}
          onChange={(next) => choose({ db: next || undefined })}
        />
      </Field>
      <Checkbox checked={skips} onChange={(next) => choose({ otherDatabases: next ? "skip" : undefined })}>
        {words.otherDatabases}
      </Checkbox>
    </div>
  );
}
