"use client";
import { useWords } from "@/components/data/words";
import { ToneIcon } from "@/components/ui/chip";
import { Checkbox } from "@/components/ui/choice";
import { Field, TextInput } from "@/components/ui/field";
import { Panel } from "@/components/ui/panel";
import { failedHolds, type Plan } from "@/lib/plans/plan";
import type { Schedule } from "@/lib/schedule";
import { ScheduleChoice } from "./schedule-choice";

export type Confirmation = {
  readonly typed: string;
  readonly reason: string;
  readonly goOnAfterRestart: boolean;
  readonly schedule?: Schedule | undefined;
};

type ConfirmFormProps = {
  readonly plan: Plan;
  readonly value: Confirmation;
  readonly onChange: (value: Confirmation) => void;
};

/** Something is typed only where data or quorum is at stake, or a check is overridden. */
export function ConfirmForm({ plan, value, onChange }: ConfirmFormProps) {
  const words = useWords().wizards.confirm;
  const holds = failedHolds(plan);
  const needsReason = plan.confirm.needsReason || holds.length > 0;
  return (
    <div className="flex max-w-3xl flex-col gap-3 p-4.5">
      {holds.length > 0 && (
        <Panel title={words.holds} tone="warn">
          <ul className="flex flex-col gap-1.5">
            {holds.map((line) => (
              <li key={`${line.code} ${line.text}`} className="flex items-start gap-2.5 text-13 text-ink">
                <ToneIcon tone="warn" className="mt-0.5" />
                {line.text}
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <Panel title={words.title}>
        <div className="flex flex-col gap-4">
          {plan.confirm.why && <p className="text-13 text-ink2">{plan.confirm.why}</p>}
          {plan.confirm.typed ? (
            <Field label={words.type(plan.confirm.typed)}>
              <TextInput
                value={value.typed}
                onChange={(typed) => onChange({ ...value, typed })}
                mono
                onPaste={(event) => event.preventDefault()}
              />
            </Field>
          ) : (
            <p className="text-13 text-ink2">{words.nothingTyped}</p>
          )}
          {needsReason && (
            <Field label={words.reason} hint={words.reasonHint}>
              <TextInput value={value.reason} onChange={(reason) => onChange({ ...value, reason })} maxLength={1000} />
            </Field>
          )}
          {plan.verb !== "create" && (
            <ScheduleChoice value={value.schedule} onChange={(schedule) => onChange({ ...value, schedule })} />
          )}
          <Checkbox
            checked={value.goOnAfterRestart}
            onChange={(goOnAfterRestart) => onChange({ ...value, goOnAfterRestart })}
          >
            <span className="text-ink">{words.goOn}</span>
            <span className="block text-12 text-ink3">{words.goOnText}</span>
          </Checkbox>
        </div>
      </Panel>
    </div>
  );
}
