"use client";
import { type PointerEvent, useCallback, useEffect, useRef } from "react";
import { useWords } from "@/components/data/words";
import { cx } from "@/components/ui/cx";
import type { SlotRanges } from "@/lib/cluster/slots";
import { formatCount } from "@/lib/format";
import { ShardCard } from "./shard-card";
import type { ShardRow } from "./shard-row";
import type { Carry } from "./use-carry";

type ShardColumnProps = {
  readonly rows: readonly ShardRow[];
  readonly carry: Carry;
  readonly isStacked: boolean;
  readonly nowMs: number;
  readonly mayOperate: boolean;
  readonly onSelect: (ranges: SlotRanges) => void;
};

/** Keeps a handler's identity, so that cards are not drawn again with every move of the brush. */
function useSteady<A extends readonly unknown[]>(handler: (...args: A) => void): (...args: A) => void {
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  return useCallback((...args: A) => latest.current(...args), []);
}

export function ShardColumn(props: ShardColumnProps) {
  const words = useWords().slots.shards;
  const { rows, carry, isStacked, mayOperate } = props;
  const { drag, dragVerdicts } = carry;
  const onPullOpen = useSteady((index: number) => carry.setPull({ giver: index }));
  const onPullStart = useSteady((event: PointerEvent<HTMLElement>, index: number) => {
    const at = { x: event.clientX, y: event.clientY };
    carry.startDrag(event, { kind: "pull", index }, at, { isLifted: false });
  });
  const onSelect = useSteady((index: number) =>
    props.onSelect(rows.find((row) => row.shard.index === index)?.ranges ?? []),
  );
  // A card's age counts only where something is silent.
  const isSilent = rows.some((row) => row.state !== "ok");
  return (
    <section
      aria-label={words.title}
      className={cx(
        "flex min-h-0 flex-col bg-bg0",
        isStacked ? "order-3 border-t border-line1" : "border-r border-line1",
      )}
    >
      <header className="flex h-11 shrink-0 items-center justify-between gap-2 px-2.5">
        <h2 className="whitespace-nowrap text-13 font-semibold text-ink">
          {words.title} <span className="num font-normal text-ink3">{formatCount(rows.length)}</span>
        </h2>
        <p className="truncate text-11 text-ink3">{drag ? words.dragging : mayOperate && !isStacked && words.hint}</p>
      </header>
      <div
        data-shard-list
        className={cx(
          "min-h-0 gap-2 px-2.5 pb-2.5",
          isStacked ? "grid sm:grid-cols-2" : "flex flex-1 flex-col overflow-y-auto",
        )}
      >
        {rows.map((row) => (
          <ShardCard
            key={row.shard.index}
            row={row}
            verdict={dragVerdicts?.get(row.shard.index)}
            isPull={drag?.carried.kind === "pull"}
            isOver={drag?.over === row.shard.index}
            nowMs={isSilent ? props.nowMs : 0}
            mayOperate={mayOperate}
            onSelect={onSelect}
            onPullStart={onPullStart}
            onPullOpen={onPullOpen}
          />
        ))}
      </div>
    </section>
  );
}
