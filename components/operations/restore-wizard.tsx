"use client";
import { useBackups } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Radios } from "@/components/ui/choice";
import type { BackupRef, Existing } from "@/lib/backup-ref";
import { formatBytes, formatCount, formatDateTime } from "@/lib/format";
import type { ChooseProps } from "./choose-props";
import { Choice, Choices } from "./shard-choice";

const existing = ["empty", "skip", "replace"] as const;

export function RestoreWizard({ draft, topology, onChange }: ChooseProps) {
  const { choose: words, fix } = useWords().wizards;
  const { data } = useBackups(topology?.clusterId);
  const chosen = draft.backup as BackupRef | undefined;
  const sealed = data?.filter((backup) => backup.state === "sealed") ?? [];
  if (!topology) return null;
  const { clusterId } = topology;
  return (
    <>
      <Choices label={words.restoreFrom} hint={sealed.length === 0 ? words.noBackup : undefined}>
        {sealed.map(({ id, createdMs, keys = 0, bytes = 0 }) => (
          <Choice
            key={id}
            pressed={chosen?.id === id}
            onPress={() => onChange({ ...draft, backup: { clusterId, id } })}
          >
            <span className="num text-12">
              {formatDateTime(createdMs)} · {fix.keys(formatCount(keys))} · {formatBytes(bytes)}
            </span>
          </Choice>
        ))}
      </Choices>
      <Radios<Existing>
        label={words.existing}
        value={(draft.existing as Existing | undefined) ?? "empty"}
        onChange={(value) => onChange({ ...draft, existing: value })}
        options={existing.map((value) => ({ value, title: words.existingOf[value] }))}
      />
    </>
  );
}
