"use client";
import { shardColor, shardPattern } from "@/components/shards/shard-fill";
import { useWidth } from "@/components/ui/use-width";
import type { SlotRanges } from "@/lib/cluster/slots";
import { slotX } from "@/lib/layout/ribbon";

type ShardStripProps = {
  readonly index: number;
  readonly ranges: SlotRanges;
  readonly isServed: boolean;
};

const HEIGHT = 9;

/** Where one shard's slots lie among all: the same scale as the ribbon below the map. */
export function ShardStrip({ index, ranges, isServed }: ShardStripProps) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const pattern = shardPattern(index);
  return (
    <div ref={ref} className="h-[9px] overflow-hidden rounded-cell bg-well">
      <svg width={width} height={HEIGHT} className="block" aria-hidden>
        {ranges.map(([first, last]) => {
          const x = slotX(first, width);
          const box = { x, width: Math.max(1.5, slotX(last + 1, width) - x), height: HEIGHT };
          return (
            <g key={first}>
              <rect {...box} fill={isServed ? shardColor(index) : "var(--hole-ground)"} />
              {isServed ? pattern && <rect {...box} fill={pattern} /> : <rect {...box} fill="url(#hatch-bad)" />}
            </g>
          );
        })}
      </svg>
    </div>
  );
}
