"use client";
import { useWords } from "@/components/data/words";
import { Checkbox, Radios } from "@/components/ui/choice";
import { hostOf } from "@/lib/plans/preflight/cluster-rows";
import { type ChooseProps, changed } from "./choose-props";
import { Choice, Choices } from "./shard-choice";

export function MaintenanceWizard({ draft, topology, onChange }: ChooseProps) {
  const words = useWords().wizards.choose.maintenance;
  if (!topology) return null;
  const hosts = [...new Set(topology.nodes.map(hostOf))].sort();
  const ends = draft.end === true;
  return (
    <>
      <Choices label={words.host}>
        {hosts.map((host) => {
          const there = topology.nodes.filter((node) => hostOf(node) === host);
          const heads = there.filter((node) => node.role === "primary" && node.ranges.length > 0);
          return (
            <Choice key={host} pressed={draft.host === host} onPress={() => onChange(changed(draft, { host }))}>
              <span className="min-w-0">
                <span className="block truncate font-mono text-12 text-ink">{host}</span>
                <span className="block text-12 text-ink3">{words.hostOf(there.length, heads.length)}</span>
              </span>
            </Choice>
          );
        })}
      </Choices>
      <Radios<"begin" | "end">
        label={words.what}
        value={ends ? "end" : "begin"}
        onChange={(what) =>
          onChange(changed(draft, what === "end" ? { end: true, stop: undefined } : { end: undefined }))
        }
        look="cards"
        options={[
          { value: "begin", title: words.begin, text: words.beginText },
          { value: "end", title: words.end, text: words.endText },
        ]}
      />
      {!ends && (
        <div className="mt-4">
          <Checkbox
            checked={draft.stop === true}
            onChange={(stop) => onChange(changed(draft, { stop: stop || undefined }))}
          >
            <span className="text-ink">{words.stop}</span>
            <span className="block text-12 text-ink3">{words.stopText}</span>
          </Checkbox>
        </div>
      )}
    </>
  );
}
