"use client";
import { useNow } from "@/components/data/live-context";
import { useWords } from "@/components/data/words";
import { Radios } from "@/components/ui/choice";
import { Field, TextInput } from "@/components/ui/field";
import { type DailyWindow, dailyWindowSchema, type Schedule } from "@/lib/schedule";

type Kind = "now" | "at" | "window";
const HOUR_MS = 3_600_000;
const NIGHT: DailyWindow = { from: "22:00", to: "04:00" };

const kindOf = (schedule: Schedule | undefined): Kind =>
  schedule === undefined ? "now" : schedule.window ? "window" : "at";

/** As the field of a browser writes it, in the time of whoever looks. */
function localText(ms: number): string {
  const date = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 16);
}

type ScheduleChoiceProps = {
  readonly value: Schedule | undefined;
  readonly onChange: (schedule: Schedule | undefined) => void;
};

/** When a confirmed plan begins. A field that is half typed changes nothing yet. */
export function ScheduleChoice({ value, onChange }: ScheduleChoiceProps) {
  const words = useWords().wizards.confirm.schedule;
  const nowMs = useNow();
  const choose = (kind: Kind) => {
    if (kind === "now") onChange(undefined);
    else onChange(kind === "at" ? { atMs: Math.ceil((nowMs + HOUR_MS) / HOUR_MS) * HOUR_MS } : { window: NIGHT });
  };
  const window = value?.window;
  const changeWindow = (next: DailyWindow) => {
    if (dailyWindowSchema.safeParse(next).success) onChange({ window: next });
  };
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-1.5 font-medium text-12 text-ink2">{words.title}</legend>
      <Radios<Kind>
        label={words.title}
        value={kindOf(value)}
        onChange={choose}
        options={(["now", "at", "window"] as const).map((kind) => ({ value: kind, title: words.kinds[kind] }))}
      />
      {value?.atMs !== undefined && (
        <Field label={words.at} hint={words.anew} className="max-w-64">
          <TextInput
            type="datetime-local"
            value={localText(value.atMs)}
            onChange={(text) => {
              const atMs = new Date(text).getTime();
              if (Number.isFinite(atMs)) onChange({ atMs });
            }}
          />
        </Field>
      )}
      {window && (
        <div className="flex flex-wrap gap-3">
          <Field label={words.from} className="w-32">
            <TextInput type="time" value={window.from} onChange={(from) => changeWindow({ ...window, from })} />
          </Field>
          <Field label={words.to} hint={words.windowHint} className="w-64">
            <TextInput type="time" value={window.to} onChange={(to) => changeWindow({ ...window, to })} />
          </Field>
        </div>
      )}
    </fieldset>
  );
}
