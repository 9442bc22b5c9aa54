"use client";
import { useMemo } from "react";
import { useWords } from "@/components/data/words";
import { formatRanges, type SlotRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { type Note, type PlacedNote, placeNotes } from "@/lib/layout/callouts";
import type { OpenGroup } from "@/lib/layout/open-slots";
import { cellOrigin, columnOf, SLOTS_PER_ROW, type SlotGrid } from "@/lib/layout/slot-grid";
import { grow, outlineOf } from "@/lib/layout/slot-outline";

type MiniMarksProps = {
  readonly grid: SlotGrid;
  readonly topology: Topology;
  readonly open: readonly OpenGroup[];
  readonly highlight: SlotRanges;
};

/** Over the small map: what comes next, and the slot that is on its way now. */
export function MiniMarks({ grid, topology, open, highlight }: MiniMarksProps) {
  const words = useWords().slots;
  const side = (id: string | undefined) =>
    `${topology.shards.find((shard) => shard.primaryId === id)?.index ?? words.open.unknownSide}`;
  const texts = open.slice(0, 2).map((group) => {
    const first = group.ranges[0]?.[0] ?? 0;
    const name = group.slots === 1 ? words.slot(first) : words.slotsOf(group.slots);
    const way = words.open.way(side(group.source), side(group.target));
    const inRow = Math.min(group.slots, SLOTS_PER_ROW - columnOf(first));
    return { first, width: inRow * grid.pitch, text: words.mini.open(name, group.keysLeft, way) };
  });
  const next = highlight.length > 0 ? words.mini.next(formatRanges(highlight.slice(0, 2))) : undefined;
  const placed = placeAll({ grid, texts, next, highlight });
  return (
    <div className="pointer-events-none absolute inset-0" aria-hidden>
      <svg width={grid.size} height={grid.size} className="absolute inset-0 overflow-visible" aria-hidden>
        <NextOutline grid={grid} ranges={highlight} />
        {texts.map(({ first, width }) => {
          const { x, y } = cellOrigin(grid, first);
          return (
            <rect
              key={first}
              x={x - 4}
              y={y - 4}
              width={width + 8}
              height={grid.pitch + 8}
              rx={3}
              fill="none"
              stroke="var(--info)"
              strokeWidth={1.6}
              className="animate-breathe"
            />
          );
        })}
      </svg>
      {placed.map((box) => (
        <span
          key={box.key}
          className={
            box.key === "next"
              ? "num absolute flex items-center justify-center rounded-chip bg-bg1 text-11 text-ink2 shadow-float"
              : "num absolute flex items-center justify-center rounded-chip bg-ink text-11 font-semibold text-bg0"
          }
          style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
        >
          {box.key === "next" ? next : texts.find(({ first }) => `${first}` === box.key)?.text}
        </span>
      ))}
    </div>
  );
}

function NextOutline({ grid, ranges }: { readonly grid: SlotGrid; readonly ranges: SlotRanges }) {
  const outline = useMemo(
    () =>
      outlineOf(ranges)
        .map(
          (loop) =>
            `M${grow(loop, { pitch: grid.pitch, byPx: 1 })
              .map((point) => point.join(" "))
              .join("L")}Z`,
        )
        .join(""),
    [ranges, grid],
  );
  if (!outline) return null;
  return (
    <>
      <path d={outline} fill="none" stroke="var(--keyline)" strokeWidth={3.5} />
      <path d={outline} fill="none" stroke="var(--ink)" strokeWidth={1.2} strokeDasharray="3 2" />
    </>
  );
}

type PlaceInput = {
  readonly grid: SlotGrid;
  readonly texts: readonly { readonly first: number; readonly width: number; readonly text: string }[];
  readonly next: string | undefined;
  readonly highlight: SlotRanges;
};

function placeAll({ grid, texts, next, highlight }: PlaceInput): PlacedNote[] {
  const notes: Note[] = texts.map(({ first, width, text }) => {
    const { x, y } = cellOrigin(grid, first);
    const mark = { x: x - 4, y: y - 4, width: width + 8, height: grid.pitch + 8 };
    return { key: `${first}`, mark, width: 16 + text.length * 6.2, height: 22 };
  });
  const last = highlight.at(-1)?.[1];
  if (next !== undefined && last !== undefined)
    notes.push({
      key: "next",
      mark: { ...cellOrigin(grid, last), width: grid.pitch, height: grid.pitch },
      width: 16 + next.length * 6.2,
      height: 20,
    });
  return placeNotes({ notes, obstacles: [], area: { x: 2, y: 2, width: grid.size - 4, height: grid.size - 4 } });
}
