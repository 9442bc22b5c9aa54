"use client";
import { useMemo } from "react";
import { useWords } from "@/components/data/words";
import type { SlotRanges } from "@/lib/cluster/slots";
import type { SlotGrid } from "@/lib/layout/slot-grid";
import { keysPerRow, type RowKeys } from "@/lib/layout/slot-keys";
import type { SlotScene } from "@/lib/layout/slot-scene";

type RowBarsProps = {
  readonly scene: SlotScene;
  readonly selection: SlotRanges;
  readonly grid: SlotGrid;
  readonly width: number;
};

/** From so many uncounted slots on, a row's bar would say less than there is. */
const MOSTLY = 64;

/** Keys of each row, selected ones in the accent: where the data lies, and how much of it is in the hand. */
export function RowBars({ scene, selection, grid, width }: RowBarsProps) {
  const words = useWords().slots;
  const rows = useMemo(() => keysPerRow(scene, selection), [scene, selection]);
  const most = Math.max(1, ...rows.map((row) => row.keys));
  const bars = (keysOf: (row: RowKeys) => number) =>
    rows
      .map((row, i) => {
        const length = (keysOf(row) / most) * width;
        return length > 0 ? `M0 ${i * grid.pitch}h${Math.max(1, length).toFixed(1)}v${grid.fill}H0z` : "";
      })
      .join("");
  const unknown = rows
    .map((row, i) => (row.unknown < MOSTLY ? "" : `M0 ${i * grid.pitch}h${width}v${grid.fill}H0z`))
    .join("");
  return (
    <svg width={width} height={grid.size} className="block" role="img" aria-label={words.legend.bars}>
      {unknown && <path d={unknown} fill="url(#hatch-unknown)" opacity={0.5} />}
      <path d={bars((row) => row.keys)} fill="var(--ink4)" />
      <path d={bars((row) => row.selected)} fill="var(--accent)" />
    </svg>
  );
}
