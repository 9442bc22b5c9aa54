import { cx } from "./cx";

/** Only before the first answer; after that the last values stay, dimmed with their age. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden className={cx("animate-skeleton rounded-chip bg-bg3", className)} />;
}
