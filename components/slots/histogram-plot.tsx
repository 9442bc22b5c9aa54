"use client";
import { useWords } from "@/components/data/words";
import { shardColor, shardEdge } from "@/components/shards/shard-fill";
import { formatCount } from "@/lib/format";
import type { KeyHistogram, SelectionSummary } from "@/lib/layout/slot-summary";
import type { ShardRow } from "./shard-row";

type HistogramPlotProps = {
  readonly histogram: KeyHistogram;
  readonly summary: SelectionSummary;
  readonly rows: readonly ShardRow[];
};

const HEIGHT = 42;

/** How evenly keys lie in the selection: empty slots grey at the left, then slots by their number of keys. */
export function HistogramPlot({ histogram, summary }: HistogramPlotProps) {
  const words = useWords().slots.selection;
  const { empty, bins, binSize, median, most } = histogram;
  const high = Math.max(1, empty, ...bins);
  const index = summary.owners.length === 1 ? summary.owners[0]?.index : undefined;
  const fill = index ? shardColor(index) : "var(--ink3)";
  const edge = index ? shardEdge(index) : "transparent";
  const columns = bins.length + 1;
  const bar = (value: number, at: number, colour: string, stroke: string) => {
    const height = value === 0 ? 0 : Math.max(1.5, (value / high) * HEIGHT);
    return (
      <rect
        key={at}
        x={`${(at / columns) * 100}%`}
        y={HEIGHT - height}
        width={`${(1 / columns) * 100 - 0.5}%`}
        height={height}
        fill={colour}
        stroke={stroke}
        strokeWidth={0.6}
      />
    );
  };
  return (
    <>
      <h3 className="flex items-baseline justify-between gap-2 text-11 font-medium text-ink3">
        <span className="whitespace-nowrap">
          {words.histogram}
          <span className="@max-[262px]:hidden">, {words.histogramWhere}</span>
        </span>
        <span className="num whitespace-nowrap font-normal">{words.median(median, most)}</span>
      </h3>
      <svg
        className="mt-2 block w-full"
        height={HEIGHT + 15}
        role="img"
        aria-label={words.histogramTwin(summary.slots, empty, median, most)}
      >
        <path d={`M0 ${HEIGHT + 0.5}H400`} stroke="var(--line2)" />
        {bar(empty, 0, "var(--ink4)", "transparent")}
        {bins.map((value, i) => bar(value, i + 1, fill, edge))}
        {most > 0 && (
          <g fontSize={10} fill="var(--ink3)" className="num">
            <text x="0" y={HEIGHT + 13}>
              0
            </text>
            <text x="50%" y={HEIGHT + 13} textAnchor="middle">
              {formatCount(Math.round((bins.length * binSize) / 2))}
            </text>
            <text x="100%" y={HEIGHT + 13} textAnchor="end">
              {formatCount(most)}
            </text>
          </g>
        )}
      </svg>
    </>
  );
}
