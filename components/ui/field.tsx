"use client";
import { Field as Base } from "@base-ui/react/field";
import type { InputHTMLAttributes, ReactNode, TextareaHTMLAttributes } from "react";
import { cx } from "./cx";

type FieldProps = {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
};

/** A label over a control, what it means below, what is wrong with it in its place. */
export function Field({ label, hint, error, className, children }: FieldProps) {
  return (
    <Base.Root invalid={Boolean(error)} className={cx("flex min-w-0 flex-col gap-1", className)}>
      <Base.Label className="text-11 font-medium text-ink3">{label}</Base.Label>
      {children}
      {error ? (
        <Base.Error match className="text-11 text-bad">
          {error}
        </Base.Error>
      ) : (
        hint && <Base.Description className="text-11 text-ink3">{hint}</Base.Description>
      )}
    </Base.Root>
  );
}

const control =
  "w-full rounded-control border border-line2 bg-well px-2.5 text-125 text-ink outline-offset-1 transition-colors hover:border-line3 data-invalid:border-bad disabled:opacity-50 max-md:text-[16px]";

type TextInputProps = Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "value" | "size"> & {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly mono?: boolean;
};

export function TextInput({ value, onChange, mono, className, ...rest }: TextInputProps) {
  return (
    <Base.Control
      autoComplete="off"
      spellCheck={false}
      {...(rest as object)}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      className={cx(control, "h-8 max-md:h-11", mono && "font-mono", className)}
    />
  );
}

type TextAreaProps = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "onChange" | "value"> & {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly mono?: boolean;
};

export function TextArea({ value, onChange, mono, className, rows = 4, ...rest }: TextAreaProps) {
  return (
    <Base.Control
      render={<textarea rows={rows} spellCheck={false} {...rest} />}
      value={value}
      onChange={(event) => onChange((event.currentTarget as unknown as HTMLTextAreaElement).value)}
      className={cx(control, "resize-y py-1.5 leading-5", mono && "font-mono text-11", className)}
    />
  );
}
