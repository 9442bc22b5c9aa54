import type { ReactNode } from "react";
import { cx } from "./cx";

type PanelProps = {
  readonly title?: ReactNode;
  /** Quiet words at the right of the title. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
  /** Rows that run to the edge bring their own padding. */
  readonly flush?: boolean;
  readonly tone?: "plain" | "bad" | "warn";
};

const tones = {
  plain: "border-line1 bg-bg1",
  bad: "border-bad-line panel-bad",
  warn: "border-warn-line panel-warn",
} as const;

export function Panel({ title, aside, children, className, flush, tone = "plain" }: PanelProps) {
  return (
    <section className={cx("min-w-0 rounded-panel border", tones[tone], className)}>
      {(title || aside) && (
        <header className="flex min-h-10 flex-wrap items-center justify-between gap-x-4 gap-y-1 px-3.5 py-2">
          <h2 className="text-13 font-semibold text-ink">{title}</h2>
          {aside && <div className="text-12 text-ink3">{aside}</div>}
        </header>
      )}
      <div className={flush ? "" : cx("px-3.5 pb-3.5", !title && !aside && "pt-3.5")}>{children}</div>
    </section>
  );
}
