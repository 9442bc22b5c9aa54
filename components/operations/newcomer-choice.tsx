"use client";
import { Plus } from "lucide-react";
import { useState } from "react";
import { sentenceOf } from "@/components/data/api";
import { keys, useCall, useManagedNodes } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import { Field, TextInput } from "@/components/ui/field";
import { toast } from "@/components/ui/toast";
import { formatEndpoint } from "@/lib/cluster/node";
import type { Newcomer } from "@/lib/plans/wish";
import { readNewcomer, writeNewcomer } from "@/lib/wire/wizard-link";
import { Choice, Choices } from "./shard-choice";

type NewcomerChoiceProps = {
  readonly label: string;
  readonly hint?: string;
  readonly chosen: readonly Newcomer[];
  readonly single?: boolean;
  /** How many `start new nodes` makes. */
  readonly batch?: number;
  readonly onChange: (chosen: readonly Newcomer[]) => void;
};

/** Nodes that could join: processes of this console that are in no cluster, new ones, or any address. */
export function NewcomerChoice({ label, hint, chosen, single, batch = 1, onChange }: NewcomerChoiceProps) {
  const words = useWords().wizards.choose;
  const managed = useManagedNodes();
  const waiting = (managed.data ?? []).filter((node) => !node.clusterId && node.process.state === "running");
  const written = chosen.map(writeNewcomer);
  const toggle = (newcomer: Newcomer) => {
    const text = writeNewcomer(newcomer);
    if (single) return onChange([newcomer]);
    onChange(written.includes(text) ? chosen.filter((_, i) => written[i] !== text) : [...chosen, newcomer]);
  };
  const addresses = chosen.filter((newcomer) => "endpoint" in newcomer);
  return (
    <>
      <Choices label={label} hint={hint ?? words.waiting}>
        {waiting.map((node) => (
          <Choice
            key={node.id}
            pressed={written.includes(`~${node.id}`)}
            onPress={() => toggle({ managedId: node.id })}
          >
            <span className="min-w-0">
              <span className="block truncate font-mono text-12 text-ink">{formatEndpoint(node.endpoint)}</span>
              <span className="block truncate text-12 text-ink3">{node.name}</span>
            </span>
          </Choice>
        ))}
        {addresses.map((newcomer) => (
          <Choice key={writeNewcomer(newcomer)} pressed onPress={() => toggle(newcomer)}>
            <span className="font-mono text-12 text-ink">{writeNewcomer(newcomer)}</span>
          </Choice>
        ))}
        <StartNew batch={batch} onStarted={(made) => onChange(single ? made.slice(0, 1) : [...chosen, ...made])} />
      </Choices>
      {waiting.length === 0 && <p className="-mt-3 mb-4 text-12 text-ink3">{words.noneWaiting}</p>}
      <AddressField onAdd={toggle} />
    </>
  );
}

function StartNew({
  batch,
  onStarted,
}: {
  readonly batch: number;
  readonly onStarted: (made: readonly Newcomer[]) => void;
}) {
  const words = useWords().wizards.choose;
  const prepare = useCall("managed.prepare", (client) => void client.invalidateQueries({ queryKey: keys.managed }));
  return (
    <Button
      className="min-h-12"
      icon={<Plus size={14} strokeWidth={2} aria-hidden />}
      busy={prepare.isPending}
      disabled={prepare.isPending}
      onClick={() =>
        prepare.mutate(
          { body: { count: batch } },
          {
            onSuccess: (made) => onStarted(made.map((node) => ({ managedId: node.id }))),
            onError: (error) => toast({ tone: "bad", title: sentenceOf(error) }),
          },
        )
      }
    >
      {words.startNew(batch)}
    </Button>
  );
}

function AddressField({ onAdd }: { readonly onAdd: (newcomer: Newcomer) => void }) {
  const words = useWords().wizards.choose;
  const [text, setText] = useState("");
  const newcomer = readNewcomer(text);
  const wrong = text !== "" && (!newcomer || "managedId" in newcomer);
  return (
    <form
      className="mb-5 flex max-w-md items-start gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!newcomer || wrong) return;
        onAdd(newcomer);
        setText("");
      }}
    >
      <Field
        label={words.address}
        hint={words.addressHint}
        {...(wrong ? { error: words.addressWrong } : {})}
        className="flex-1"
      >
        <TextInput value={text} onChange={setText} mono placeholder="10.0.0.7:7000" />
      </Field>
      <Button type="submit" className="mt-[22px]" disabled={text === "" || wrong}>
        {words.addAddress}
      </Button>
    </form>
  );
}
