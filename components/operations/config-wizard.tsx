"use client";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import { Field, TextInput } from "@/components/ui/field";
import { formatEndpoint } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import { whyDenied } from "@/lib/plans/settings";
import type { Setting, WishOf } from "@/lib/plans/wish";
import { type ChooseProps, changed } from "./choose-props";
import { NodesChoice } from "./node-choice";

type Rows = readonly Setting[];
type Each = WishOf<"config">["each"];

const empty: Setting = { name: "", value: "" };

export function ConfigWizard({ draft, topology, onChange }: ChooseProps) {
  const words = useWords().wizards.choose.config;
  const [rows, setRows] = useState<Rows>(() => (draft.settings as Rows | undefined) ?? [empty]);
  if (!topology) return null;
  const each = draft.each as Each;
  if (each) return <GoingBack each={each} topology={topology} />;
  const nodeIds = (draft.nodeIds as readonly string[] | undefined) ?? [];
  const write = (next: Rows) => {
    setRows(next);
    const whole = next.filter(({ name }) => name !== "");
    onChange(changed(draft, { settings: whole.length > 0 ? whole : undefined }));
  };
  return (
    <>
      <div className="mb-5 flex max-w-2xl flex-col gap-2">
        {rows.map((row, i) => (
          <SettingRow
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name while they are typed
            key={i}
            row={row}
            onChange={(next) => write(rows.map((one, k) => (k === i ? next : one)))}
            {...(rows.length > 1 ? { onRemove: () => write(rows.filter((_, k) => k !== i)) } : {})}
          />
        ))}
        <Button
          className="self-start"
          icon={<Plus size={13} strokeWidth={2} aria-hidden />}
          onClick={() => setRows([...rows, empty])}
        >
          {words.add}
        </Button>
      </div>
      <NodesChoice
        label={words.nodes}
        hint={words.nodesHint}
        topology={topology}
        chosen={nodeIds}
        onChange={(next) => onChange(changed(draft, { nodeIds: next.length > 0 ? next : undefined }))}
      />
    </>
  );
}

type SettingRowProps = {
  readonly row: Setting;
  readonly onChange: (row: Setting) => void;
  readonly onRemove?: () => void;
};

function SettingRow({ row, onChange, onRemove }: SettingRowProps) {
  const { config: words } = useWords().wizards.choose;
  const why = whyDenied(row.name);
  return (
    <div className="flex items-start gap-2">
      <Field label={words.name} className="flex-1" {...(why ? { error: words.denied[why] } : {})}>
        <TextInput
          mono
          value={row.name}
          placeholder="maxmemory-policy"
          onChange={(name) => onChange({ ...row, name: name.trim().toLowerCase() })}
        />
      </Field>
      <Field label={words.value} className="flex-1">
        <TextInput mono value={row.value} onChange={(value) => onChange({ ...row, value })} />
      </Field>
      {onRemove && (
        <Button className="mt-5" aria-label={words.remove(row.name)} onClick={onRemove}>
          <X size={13} strokeWidth={2} aria-hidden />
        </Button>
      )}
    </div>
  );
}

/** What each node had before, as an operation that was finished has kept it. */
function GoingBack({ each, topology }: { readonly each: NonNullable<Each>; readonly topology: Topology }) {
  const words = useWords().wizards.choose.config;
  const address = (id: string) => {
    const node = topology.nodes.find((one) => one.id === id);
    return node ? formatEndpoint(node.endpoint) : id.slice(0, 8);
  };
  return (
    <section aria-label={words.back}>
      <h2 className="mb-2 font-medium text-12 text-ink2">{words.back}</h2>
      <ul className="flex flex-col gap-1 font-mono text-12 text-ink2">
        {each.map(({ nodeId, settings }) => (
          <li key={nodeId} className="break-words">
            {address(nodeId)}: {settings.map(({ name, value }) => `${name} ${value || words.nothing}`).join(", ")}
          </li>
        ))}
      </ul>
    </section>
  );
}
