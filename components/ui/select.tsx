"use client";
import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx";

type SelectProps<T extends string> = {
  readonly label: string;
  readonly value: T | undefined;
  readonly onChange: (value: T) => void;
  readonly options: readonly { readonly value: T; readonly text: ReactNode; readonly disabled?: boolean }[];
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly className?: string;
};

export function Select<T extends string>({
  label,
  value,
  onChange,
  options,
  placeholder,
  disabled,
  className,
}: SelectProps<T>) {
  const chosen = options.find((option) => option.value === value);
  return (
    <Base.Root
      value={value ?? null}
      disabled={disabled ?? false}
      onValueChange={(next) => {
        if (next !== null) onChange(next as T);
      }}
    >
      <Base.Trigger
        aria-label={label}
        className={cx(
          "flex h-8 w-full min-w-0 items-center justify-between gap-2 rounded-control border border-line2 bg-well px-2.5 text-125 text-ink hover:border-line3 data-disabled:opacity-50 max-md:h-11",
          className,
        )}
      >
        <span className={cx("flex min-w-0 items-center gap-2 truncate", !chosen && "text-ink3")}>
          {chosen?.text ?? placeholder}
        </span>
        <ChevronDown size={13} strokeWidth={1.8} className="shrink-0 text-ink3" aria-hidden />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-60">
          <Base.Popup className="max-h-72 min-w-[var(--anchor-width)] overflow-y-auto rounded-panel bg-bg1 p-1 shadow-float outline-none">
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled ?? false}
                className="flex h-7 cursor-default items-center justify-between gap-4 rounded-[4px] px-2 text-125 text-ink2 data-disabled:opacity-45 data-highlighted:bg-bg3 data-highlighted:text-ink max-md:h-11"
              >
                <Base.ItemText className="flex items-center gap-2">{option.text}</Base.ItemText>
                <Base.ItemIndicator>
                  <Check size={13} strokeWidth={2} className="text-accent-ink" aria-hidden />
                </Base.ItemIndicator>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
