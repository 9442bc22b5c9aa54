import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { cx } from "./cx";

export type ButtonTone = "primary" | "default" | "ghost" | "danger";
export type ButtonSize = "sm" | "md" | "lg";

const tones: Readonly<Record<ButtonTone, string>> = {
  primary:
    "bg-accent text-on-accent border-transparent font-semibold hover:brightness-105 active:brightness-95 disabled:bg-bg3 disabled:text-ink3 disabled:opacity-100",
  default: "bg-bg2 text-ink border-line2 hover:bg-bg3",
  ghost: "border-transparent bg-transparent text-ink2 hover:bg-bg3 hover:text-ink",
  danger: "bg-bad-ground text-bad border-bad-line hover:brightness-110",
};

const sizes: Readonly<Record<ButtonSize, string>> = {
  sm: "h-7 px-2.5 text-12 gap-1.5",
  md: "h-8 px-3 text-125 gap-2",
  lg: "h-[34px] px-4 text-13 gap-2",
};

/** What a button looks like, for links that lead somewhere and should look the same. */
export function buttonClass({ tone = "default", size = "md" }: { tone?: ButtonTone; size?: ButtonSize } = {}): string {
  return cx(
    "inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap rounded-control border font-medium transition-[background-color,filter,color]",
    "max-md:min-h-11 disabled:opacity-45 disabled:hover:brightness-100",
    tones[tone],
    sizes[size],
  );
}

export type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly tone?: ButtonTone;
  readonly size?: ButtonSize;
  readonly icon?: ReactNode;
  readonly busy?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
};

export function Button({ tone, size, icon, busy, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      aria-busy={busy || undefined}
      {...rest}
      className={cx(
        buttonClass({ ...(tone ? { tone } : {}), ...(size ? { size } : {}) }),
        busy && "animate-breathe",
        className,
      )}
    >
      {icon}
      {children}
    </button>
  );
}
