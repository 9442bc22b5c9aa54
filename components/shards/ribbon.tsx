"use client";
import { useWords } from "@/components/data/words";
import { cx } from "@/components/ui/cx";
import { useWidth } from "@/components/ui/use-width";
import type { SlotRanges } from "@/lib/cluster/slots";
import { layoutRibbon, type RibbonSegment, type RibbonShard, slotX } from "@/lib/layout/ribbon";
import { RibbonSegmentMark } from "./ribbon-segment";

export type RibbonMarker = { readonly slot: number; readonly tone: "info" | "ink" | "accent" };

export type RibbonProps = {
  readonly shards: readonly RibbonShard[];
  readonly height: 9 | 20 | 34 | number;
  /** What is written on a segment, the longest first; the first that fits is taken. Numbers when absent. */
  readonly labels?: (segment: RibbonSegment) => readonly string[];
  readonly markers?: readonly RibbonMarker[];
  /** Outlined in the accent. */
  readonly selection?: SlotRanges;
  /** Only these shards keep their saturation. */
  readonly lit?: ReadonlySet<number>;
  /** Slot numbers below, as on plan.png. */
  readonly ruler?: boolean;
  readonly className?: string;
};

/** All 16384 slots to scale on one line: the same drawing on a card, in the overview, in a plan. */
export function Ribbon({ shards, height, labels, markers = [], selection = [], lit, ruler, className }: RibbonProps) {
  const words = useWords().shell.ribbon;
  const [ref, width] = useWidth<HTMLDivElement>();
  const segments = layoutRibbon(shards, width);
  const crowded = lit === undefined && new Set(shards.map((shard) => shard.index)).size > CROWDED;
  const top = markers.length > 0 ? 9 : 0;
  return (
    <div ref={ref} className={cx("w-full", className)} style={{ minHeight: height + top + (ruler ? 18 : 0) }}>
      <svg
        width={width}
        height={height + top + (ruler ? 18 : 0)}
        className="block overflow-visible"
        role="img"
        aria-label={words.twin(describe(segments))}
      >
        {width > 0 && (
          <>
            <rect y={top} width={width} height={height} rx={2} fill="var(--well)" />
            <g transform={`translate(0 ${top})`}>
              {brokenLast(segments).map((segment) => (
                <RibbonSegmentMark
                  key={segment.first}
                  segment={segment}
                  height={height}
                  labels={labels?.(segment) ?? fallbackLabels(segment, words.none)}
                  room={freeRoom(segment, selection, width)}
                  crowded={crowded}
                  dimmed={lit !== undefined && (segment.index === undefined || !lit.has(segment.index))}
                />
              ))}
              {selection.map(([first, last]) => (
                <Bracket key={first} x={slotX(first, width)} right={slotX(last + 1, width)} height={height} />
              ))}
            </g>
            {markers.map((marker) => (
              <path
                key={`${marker.slot}-${marker.tone}`}
                d={`M${slotX(marker.slot, width) - 4} 0h8l-4 6z`}
                fill={`var(--${marker.tone})`}
              />
            ))}
            {ruler && <Ruler width={width} top={top + height} />}
          </>
        )}
      </svg>
    </div>
  );
}

/** Above so many shards hues tell nothing apart: only what is broken keeps a colour. */
const CROWDED = 60;

/** What is broken is drawn over its neighbours, so that it is seen however narrow it is. */
const brokenLast = (segments: readonly RibbonSegment[]): readonly RibbonSegment[] => [
  ...segments.filter(({ kind }) => kind === "owned"),
  ...segments.filter(({ kind }) => kind !== "owned"),
];

type Span = { readonly x: number; readonly width: number };

/** The widest part of a segment that no edge of a bracket crosses: its label stands there. */
function freeRoom(segment: RibbonSegment, selection: SlotRanges, width: number): Span {
  let free: Span[] = [segment];
  for (const [first, last] of selection) {
    for (const edge of [slotX(first, width), slotX(last + 1, width)]) {
      free = free.flatMap(({ x, width: wide }) =>
        edge < x - 3 || edge > x + wide + 3
          ? [{ x, width: wide }]
          : [
              { x, width: edge - 3 - x },
              { x: edge + 3, width: x + wide - edge - 3 },
            ],
      );
    }
    free = free.filter((span) => span.width > 0);
  }
  const widest = free.reduce<Span | undefined>((a, b) => (a && a.width >= b.width ? a : b), undefined);
  return widest ?? segment;
}

function fallbackLabels(segment: RibbonSegment, none: (index: number | undefined) => string): readonly string[] {
  if (segment.kind === "owned") return [`${segment.index}`];
  return segment.index === undefined ? [none(undefined)] : [none(segment.index), `${segment.index}`];
}

/** Said by screen readers: one entry an owner, at most 40 ranges in all. */
function describe(segments: readonly RibbonSegment[]) {
  const groups = new Map<string, RibbonSegment[]>();
  for (const segment of segments.slice(0, 40)) {
    const key = `${segment.kind} ${segment.index ?? ""}`;
    groups.set(key, [...(groups.get(key) ?? []), segment]);
  }
  return [...groups.values()].map((group) => ({
    kind: group[0]?.kind ?? "hole",
    index: group[0]?.index,
    ranges: group.map(({ first, last }) => `${first}–${last}`).join(", "),
  }));
}

function Bracket({ x, right, height }: { readonly x: number; readonly right: number; readonly height: number }) {
  const box = { x: x - 1, y: -3, width: Math.max(4, right - x + 1), height: height + 6, rx: 2, fill: "none" };
  return (
    <>
      <rect {...box} stroke="var(--keyline)" strokeWidth={4.5} />
      <rect {...box} stroke="var(--accent)" strokeWidth={1.6} />
    </>
  );
}

const ticks = [0, 4096, 8192, 12288, 16383] as const;

function Ruler({ width, top }: { readonly width: number; readonly top: number }) {
  return (
    <g fill="var(--ink3)" fontSize={10} className="num">
      {ticks.map((slot, i) => (
        <g key={slot} transform={`translate(${slotX(slot === 16383 ? 16384 : slot, width)} ${top})`}>
          <path
            d="M0 0v4"
            stroke="var(--ink4)"
            transform={i === 0 ? "translate(.5)" : i === 4 ? "translate(-.5)" : ""}
          />
          <text y={15} textAnchor={i === 0 ? "start" : i === 4 ? "end" : "middle"}>
            {slot.toString().replace(/\B(?=(\d{3})+$)/, "\u202f")}
          </text>
        </g>
      ))}
    </g>
  );
}
