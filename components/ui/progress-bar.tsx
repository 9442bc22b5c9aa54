import { cx } from "./cx";

type ProgressBarProps = {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  /** In the same units: what is on its way, drawn after `value` in the accent. */
  readonly underWay?: number;
  readonly tone?: "accent" | "ink" | "ok" | "warn" | "bad";
  readonly height?: number;
  readonly className?: string;
};

const fills = { accent: "bg-accent", ink: "bg-ink3", ok: "bg-ok", warn: "bg-warn", bad: "bg-bad" } as const;

export function ProgressBar({
  label,
  value,
  max,
  underWay = 0,
  tone = "ink",
  height = 4,
  className,
}: ProgressBarProps) {
  const share = (part: number) => `${max > 0 ? Math.min(100, Math.max(0, (part / max) * 100)) : 0}%`;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={Math.round(value)}
      aria-valuemin={0}
      aria-valuemax={Math.round(max)}
      className={cx("flex w-full overflow-hidden rounded-cell bg-bg3", className)}
      style={{ height }}
    >
      <span className={cx("block h-full transition-[width]", fills[tone])} style={{ width: share(value) }} />
      {underWay > 0 && <span className="block h-full bg-accent" style={{ width: share(underWay) }} />}
    </div>
  );
}
