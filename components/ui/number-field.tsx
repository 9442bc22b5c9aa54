"use client";
import { NumberField as Base } from "@base-ui/react/number-field";
import { Minus, Plus } from "lucide-react";
import { cx } from "./cx";

type NumberInputProps = {
  readonly value: number | undefined;
  readonly onChange: (value: number | undefined) => void;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly label?: string;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly decreaseLabel: string;
  readonly increaseLabel: string;
  readonly className?: string;
};

const stepper =
  "inline-flex w-7 shrink-0 items-center justify-center text-ink3 hover:bg-bg3 hover:text-ink disabled:opacity-40 max-md:w-11";

const plainNumber = { useGrouping: false } as const;

/** A number with steps of one at its sides; arrow keys and typing work, the wheel does not. */
export function NumberInput({
  value,
  onChange,
  label,
  placeholder,
  className,
  decreaseLabel,
  increaseLabel,
  ...limits
}: NumberInputProps) {
  return (
    <Base.Root
      value={value ?? null}
      onValueChange={(next) => onChange(next ?? undefined)}
      {...limits}
      format={plainNumber}
      className={cx("min-w-0", className)}
    >
      <Base.Group className="flex h-8 overflow-hidden rounded-control border border-line2 bg-well focus-within:border-line3 hover:border-line3 max-md:h-11">
        <Base.Decrement className={stepper} aria-label={decreaseLabel}>
          <Minus size={12} strokeWidth={2} aria-hidden />
        </Base.Decrement>
        <Base.Input
          aria-label={label}
          placeholder={placeholder}
          className="num w-full min-w-0 bg-transparent px-2 text-right text-125 font-medium text-ink -outline-offset-2 max-md:text-[16px]"
        />
        <Base.Increment className={stepper} aria-label={increaseLabel}>
          <Plus size={12} strokeWidth={2} aria-hidden />
        </Base.Increment>
      </Base.Group>
    </Base.Root>
  );
}
