import type { ReactNode } from "react";
import { cx } from "./cx";

type EmptyStateProps = {
  readonly icon?: ReactNode;
  readonly title: ReactNode;
  /** One sentence: what belongs here. */
  readonly text?: ReactNode;
  /** The one command or button that makes it. */
  readonly children?: ReactNode;
  readonly className?: string;
};

export function EmptyState({ icon, title, text, children, className }: EmptyStateProps) {
  return (
    <div className={cx("flex flex-col items-center justify-center gap-3 px-6 py-12 text-center", className)}>
      {icon && <span className="text-ink4">{icon}</span>}
      <div className="max-w-md">
        <p className="text-15 font-semibold text-ink">{title}</p>
        {text && <p className="mt-1 text-13 text-ink2">{text}</p>}
      </div>
      {children && <div className="mt-1 flex flex-wrap items-center justify-center gap-2">{children}</div>}
    </div>
  );
}
