"use client";
import { Toggle } from "@base-ui/react/toggle";
import { ToggleGroup } from "@base-ui/react/toggle-group";
import type { ReactNode } from "react";
import { cx } from "./cx";

type SegmentedProps<T extends string> = {
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly options: readonly {
    readonly value: T;
    readonly text: ReactNode;
    readonly icon?: ReactNode;
    readonly disabled?: boolean;
    readonly title?: string;
  }[];
  readonly className?: string;
};

/** One of a few, all in sight. Arrow keys move, as in a toolbar. */
export function Segmented<T extends string>({ label, value, onChange, options, className }: SegmentedProps<T>) {
  return (
    <ToggleGroup
      aria-label={label}
      value={[value]}
      onValueChange={([next]) => {
        if (next !== undefined) onChange(next as T);
      }}
      className={cx("inline-flex items-center gap-px rounded-control border border-line2 bg-bg1 p-px", className)}
    >
      {options.map((option) => (
        <Toggle
          key={option.value}
          value={option.value}
          disabled={option.disabled ?? false}
          title={option.title}
          className="inline-flex h-[26px] items-center whitespace-nowrap gap-1.5 rounded-[4px] px-2.5 text-125 font-medium text-ink3 hover:text-ink data-pressed:bg-bg3 data-pressed:text-ink disabled:opacity-50 max-md:h-10"
        >
          {option.icon}
          {option.text}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
