"use client";
import { Checkbox as BaseCheckbox } from "@base-ui/react/checkbox";
import { Radio as BaseRadio } from "@base-ui/react/radio";
import { RadioGroup as BaseGroup } from "@base-ui/react/radio-group";
import { Check } from "lucide-react";
import { type ReactNode, useId } from "react";
import { cx } from "./cx";

type CheckboxProps = {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ReactNode;
  readonly disabled?: boolean;
  readonly className?: string;
};

export function Checkbox({ checked, onChange, children, disabled, className }: CheckboxProps) {
  const id = useId();
  return (
    <span
      className={cx(
        "flex items-start gap-2 text-125 max-md:min-h-11 max-md:items-center",
        disabled && "opacity-50",
        className,
      )}
    >
      <BaseCheckbox.Root
        aria-labelledby={id}
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled ?? false}
        className="mt-0.5 flex size-[15px] shrink-0 items-center justify-center rounded-chip border border-line3 bg-well data-checked:border-accent data-checked:bg-accent max-md:mt-0"
      >
        <BaseCheckbox.Indicator className="text-on-accent">
          <Check size={11} strokeWidth={3} aria-hidden />
        </BaseCheckbox.Indicator>
      </BaseCheckbox.Root>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the checkbox itself takes focus and keys */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the checkbox itself takes focus and keys */}
      <span id={id} className="min-w-0 cursor-pointer text-ink2" onClick={() => !disabled && onChange(!checked)}>
        {children}
      </span>
    </span>
  );
}

type RadiosProps<T extends string> = {
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  /** `cards`: each in its own frame, the chosen one in the accent (plan.png: Pace). */
  readonly look?: "plain" | "cards";
  readonly options: readonly {
    readonly value: T;
    readonly title: ReactNode;
    readonly text?: ReactNode;
    readonly aside?: ReactNode;
    readonly disabled?: boolean;
  }[];
};

export function Radios<T extends string>({ label, value, onChange, options, look = "plain" }: RadiosProps<T>) {
  return (
    <BaseGroup
      aria-label={label}
      value={value}
      onValueChange={(next) => onChange(next as T)}
      className={cx("flex flex-col", look === "cards" ? "gap-3" : "gap-1.5")}
    >
      {options.map((option) => (
        // biome-ignore lint/a11y/noLabelWithoutControl: Radio.Root renders the input inside
        <label
          key={option.value}
          className={cx(
            "flex items-start gap-2.5 text-125 max-md:min-h-11",
            option.disabled && "cursor-not-allowed opacity-50",
            look === "cards" && "rounded-panel border p-3 transition-colors",
            look === "cards" &&
              (option.value === value ? "border-accent-line bg-accent-ground" : "border-line2 hover:bg-bg2"),
          )}
        >
          <BaseRadio.Root
            value={option.value}
            disabled={option.disabled ?? false}
            className="mt-0.5 flex size-[15px] shrink-0 items-center justify-center rounded-full border border-line3 bg-well data-checked:border-accent-ink"
          >
            <BaseRadio.Indicator className="size-[7px] rounded-full bg-accent-ink" />
          </BaseRadio.Root>
          <span className="min-w-0 flex-1">
            <span className="block font-medium text-ink">{option.title}</span>
            {option.text && <span className="block text-12 text-ink2">{option.text}</span>}
          </span>
          {option.aside && <span className="shrink-0">{option.aside}</span>}
        </label>
      ))}
    </BaseGroup>
  );
}
