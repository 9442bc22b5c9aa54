"use client";
import { type ChooseProps, changed } from "./choose-props";
import { ConfigWizard } from "./config-wizard";
import { HandBack } from "./rolling-restart-wizard";

/** What is asked for is a setting on nodes, as for config; how it comes there is not. */
export function RollingConfigWizard({ draft, topology, onChange }: ChooseProps) {
  return (
    <>
      <ConfigWizard draft={draft} topology={topology} onChange={(next) => onChange(changed(next, {}))} />
      <HandBack draft={draft} topology={topology} onChange={onChange} />
    </>
  );
}
