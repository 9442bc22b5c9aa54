"use client";
import { useFreshness } from "@/components/data/live-context";
import { useWords } from "@/components/data/words";
import { cx } from "@/components/ui/cx";
import type { ClusterId } from "@/lib/cluster/node";
import { formatAge } from "@/lib/format";

const dots = {
  waiting: "bg-ink4",
  live: "bg-ok shadow-[0_0_0_3px_var(--ok-ground)]",
  quiet: "bg-warn shadow-[0_0_0_3px_var(--warn-ground)]",
  lost: "bg-bad shadow-[0_0_0_3px_var(--bad-ground)]",
} as const;

/** How old the picture is. A stream that says nothing is said to say nothing. */
export function LiveAge({ id }: { readonly id?: ClusterId }) {
  const words = useWords().shell.live;
  const fresh = useFreshness(id);
  const age = "ageMs" in fresh && fresh.ageMs !== undefined ? formatAge(fresh.ageMs) : undefined;
  return (
    <span
      className={cx(
        "flex min-w-[104px] shrink-0 items-center justify-end gap-2 whitespace-nowrap text-12",
        fresh.kind === "quiet" ? "text-warn" : fresh.kind === "lost" ? "text-bad" : "text-ink2",
      )}
    >
      <span aria-hidden className={cx("size-[7px] rounded-full", dots[fresh.kind])} />
      <span className="num" role="timer" aria-live="off">
        {words[fresh.kind](age)}
      </span>
    </span>
  );
}
