"use client";
import { useState } from "react";
import { useWords } from "@/components/data/words";
import { Radios } from "@/components/ui/choice";
import { Field, TextInput } from "@/components/ui/field";
import { callVerdict } from "@/lib/plans/call-table";
import { type Called, callTargets } from "@/lib/plans/wish";
import { type ChooseProps, changed } from "./choose-props";

/** For commands that change something; what only reads needs no plan. */
export function CallWizard({ draft, onChange }: ChooseProps) {
  const { call: words } = useWords().wizards.choose;
  const command = (draft.command as readonly string[] | undefined) ?? [];
  const [text, setText] = useState(command.join(" "));
  const { head, rule, instead } = callVerdict(command);
  const wrong = command.length > 0 && rule?.effect !== "change";
  const error = rule ? words.reads(head) : instead ? words.instead(head, instead) : words.denied(head);
  return (
    <>
      <Field label={words.command} hint={words.hint} className="mb-5 max-w-xl" {...(wrong ? { error } : {})}>
        <TextInput
          mono
          value={text}
          placeholder="SLOWLOG RESET"
          onChange={(next) => {
            setText(next);
            const parts = next.split(/\s+/).filter(Boolean);
            onChange(changed(draft, { command: parts.length > 0 ? parts : undefined }));
          }}
        />
      </Field>
      <Radios<Called["on"]>
        label={words.on}
        value={(draft.on as Called["on"] | undefined) ?? "all"}
        onChange={(on) => onChange(changed(draft, { on: on === "all" ? undefined : on, nodeId: undefined }))}
        options={callTargets.map((value) => ({ value, title: words.targets[value] }))}
      />
    </>
  );
}
