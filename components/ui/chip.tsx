import { Check, Info, Play, TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx";

export type Tone = "ok" | "warn" | "bad" | "info" | "quiet" | "accent";

const grounds: Readonly<Record<Tone, string>> = {
  ok: "bg-ok-ground text-ok",
  warn: "bg-warn-ground text-warn",
  bad: "bg-bad-ground text-bad",
  info: "bg-info-ground text-info",
  quiet: "bg-bg3 text-ink2",
  accent: "bg-accent-ground text-accent-ink",
};

export const toneText: Readonly<Record<Tone, string>> = {
  ok: "text-ok",
  warn: "text-warn",
  bad: "text-bad",
  info: "text-info",
  quiet: "text-ink3",
  accent: "text-accent-ink",
};

const icons = { ok: Check, warn: TriangleAlert, bad: X, info: Play, quiet: Info, accent: Check } as const;

/** The sign that goes with a state, so that colour is never alone. */
export function ToneIcon({ tone, size = 14, className }: { tone: Tone; size?: number; className?: string }) {
  const Icon = icons[tone];
  return (
    <Icon
      size={size}
      strokeWidth={size <= 12 ? 2.4 : 2}
      className={cx("shrink-0", toneText[tone], className)}
      aria-hidden
    />
  );
}

type ChipProps = {
  readonly tone: Tone;
  readonly children: ReactNode;
  /** False: words only. */
  readonly icon?: boolean;
  readonly className?: string;
};

export function Chip({ tone, children, icon = true, className }: ChipProps) {
  return (
    <span
      className={cx(
        "inline-flex h-[22px] shrink-0 items-center gap-1.5 whitespace-nowrap rounded-chip px-2 text-12 font-medium",
        grounds[tone],
        className,
      )}
    >
      {icon && <ToneIcon tone={tone} size={14} />}
      {children}
    </span>
  );
}

/** A small count, as on the navigation. */
export function Count({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  const solid: Readonly<Record<Tone, string>> = {
    ok: "bg-ok text-bg0",
    warn: "bg-warn text-bg0",
    bad: "bg-bad text-on-bad",
    info: "bg-info text-bg0",
    quiet: "bg-bg3 text-ink2",
    accent: "bg-accent text-on-accent",
  };
  return (
    <span
      className={cx(
        "num inline-flex h-[15px] min-w-[15px] items-center justify-center rounded-full px-1 text-10 font-semibold",
        solid[tone],
      )}
    >
      {children}
    </span>
  );
}
