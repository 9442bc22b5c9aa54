"use client";
import { useWidth } from "@/components/ui/use-width";
import type { SlotRanges } from "@/lib/cluster/slots";
import { slotX } from "@/lib/layout/ribbon";
import { shardColor, shardPattern } from "./shard-fill";

type ShardTrackProps = {
  readonly index: number;
  readonly ranges: SlotRanges;
  readonly height?: number;
  /** Its primary is gone: hatched red in its place. */
  readonly lost?: boolean;
  readonly className?: string;
};

/** Where one shard's slots lie in 0–16383; what is not its own stays dark. Beside its number, so without words. */
export function ShardTrack({ index, ranges, height = 8, lost, className }: ShardTrackProps) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const pattern = shardPattern(index);
  return (
    <div ref={ref} className={className} style={{ height }}>
      <svg width={width} height={height} className="block" aria-hidden role="presentation">
        <rect width={width} height={height} rx={2} fill="var(--well)" />
        {width > 0 &&
          ranges.map(([first, last]) => {
            const x = slotX(first, width);
            const box = { x, width: Math.max(1, slotX(last + 1, width) - x), height, rx: 1 };
            return (
              <g key={first}>
                {lost ? (
                  <rect {...box} fill="url(#hatch-bad)" />
                ) : (
                  <>
                    <rect {...box} fill={shardColor(index)} />
                    {pattern && <rect {...box} fill={pattern} />}
                  </>
                )}
              </g>
            );
          })}
      </svg>
    </div>
  );
}
