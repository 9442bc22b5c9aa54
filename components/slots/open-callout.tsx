"use client";
import type { useWords } from "@/components/data/words";
import { shardColor } from "@/components/shards/shard-fill";
import { cx } from "@/components/ui/cx";
import { formatRanges } from "@/lib/cluster/slots";
import type { PlacedNote } from "@/lib/layout/callouts";
import type { OpenNote } from "./open-note";

type CalloutProps = {
  readonly note: OpenNote;
  readonly box: PlacedNote;
  readonly words: ReturnType<typeof useWords>["slots"];
};

/** Which slots are open, which way they go, how much is left, and who opened them. */
export function OpenCallout({ note: { group, from, to }, box, words }: CalloutProps) {
  const side = (index: number | undefined) => (index === undefined ? words.open.unknownSide : `${index}`);
  const title = group.ranges.length === 1 ? words.open.title(formatRanges(group.ranges)) : words.open.many(group.slots);
  const left =
    group.keysLeft === undefined
      ? group.operationId === undefined
        ? words.open.keysUnknown
        : words.open.opening
      : words.open.keysLeft(group.keysLeft);
  return (
    <div
      className="absolute flex flex-col justify-center gap-0.5 rounded-control bg-keyline/95 px-2.5 text-11 shadow-float"
      style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
    >
      <p className="flex items-baseline justify-between gap-2">
        <b className="num font-semibold text-ink">{title}</b>
        <span className={cx("num", group.operationId === undefined ? "text-warn" : "text-ink3")}>
          {group.operationId === undefined ? words.open.foreign : words.open.operation(group.operationId)}
        </span>
      </p>
      <p className="num flex items-center gap-1.5 whitespace-nowrap text-ink2">
        <Way from={from} to={to} />
        {words.open.way(side(from), side(to))}, {group.isOneSided ? words.open.oneSided : left}
      </p>
    </div>
  );
}

function Way({ from, to }: { readonly from: number | undefined; readonly to: number | undefined }) {
  const fill = (index: number | undefined) => (index === undefined ? "var(--ink4)" : shardColor(index));
  return (
    <svg width={50} height={10} aria-hidden className="shrink-0">
      <rect width={10} height={10} rx={2} fill={fill(from)} />
      <path d="M14 5h12" stroke={fill(to)} strokeWidth={1.6} strokeDasharray="3 3" />
      <path d="M26 0.5l9 4.5l-9 4.5z" fill={fill(to)} />
      <rect x={39} width={10} height={10} rx={2} fill={fill(to)} />
    </svg>
  );
}
