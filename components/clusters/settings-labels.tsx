"use client";
import { useState } from "react";
import { useWords } from "@/components/data/words";
import { TextInput } from "@/components/ui/field";
import type { Topology } from "@/lib/cluster/topology";
import { type LabelName, type LabelRow, labelNames, labelRows, labelsOf } from "./settings-form";
import { SettingsPanel, type SettingsPart } from "./settings-panel";

type LabelsPanelProps = SettingsPart & { readonly topology: Topology | "none" | undefined };

/** Host, rack and zone of each member: what the topology is grouped by. */
export function LabelsPanel({ clusterId, connection, topology }: LabelsPanelProps) {
  const words = useWords().clusters.settings;
  const [typed, setTyped] = useState<Readonly<Record<string, LabelRow["labels"]>>>({});
  const kept = topology && topology !== "none" ? labelRows(topology, connection.labels) : [];
  const rows = kept.map((row) => ({ ...row, labels: typed[row.id] ?? row.labels }));
  const changed = rows.some((row, i) => labelNames.some((name) => row.labels[name] !== kept[i]?.labels[name]));
  const change = (row: LabelRow, name: LabelName, text: string) =>
    setTyped((old) => ({ ...old, [row.id]: { ...row.labels, [name]: text } }));
  return (
    <SettingsPanel
      clusterId={clusterId}
      title={words.labels}
      text={topology === "none" ? words.noNodes : words.labelsText}
      patch={changed ? { labels: labelsOf(rows, connection.labels) } : undefined}
      onSaved={() => setTyped({})}
    >
      {rows.length > 0 && (
        <div className="max-h-[440px] overflow-auto">
          <table className="w-full min-w-[520px] border-separate border-spacing-y-1 text-12">
            <thead>
              <tr className="text-left text-11 text-ink3">
                <th className="font-medium">{words.node}</th>
                {labelNames.map((name) => (
                  <th key={name} className="pl-2 font-medium">
                    {words[name]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row key={row.id} row={row} change={(name, text) => change(row, name, text)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </SettingsPanel>
  );
}

type RowProps = { readonly row: LabelRow; readonly change: (name: LabelName, text: string) => void };

function Row({ row, change }: RowProps) {
  const words = useWords().clusters.settings;
  return (
    <tr>
      <th scope="row" className="whitespace-nowrap pr-2 text-left font-mono font-normal text-ink2">
        {row.address}
      </th>
      {labelNames.map((name) => (
        <td key={name} className="pl-2">
          <TextInput
            aria-label={words.labelOf(words[name], row.address)}
            value={row.labels[name]}
            onChange={(text) => change(name, text)}
            maxLength={64}
            mono
          />
        </td>
      ))}
    </tr>
  );
}
