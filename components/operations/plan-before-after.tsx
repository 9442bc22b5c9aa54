"use client";
import { useWords } from "@/components/data/words";
import { Ribbon } from "@/components/shards/ribbon";
import { shardColor } from "@/components/shards/shard-fill";
import { Panel } from "@/components/ui/panel";
import { useWidth } from "@/components/ui/use-width";
import { formatCount } from "@/lib/format";
import { layoutBands, type PlanBand } from "@/lib/layout/plan-bands";
import type { RibbonSegment } from "@/lib/layout/ribbon";
import type { Plan, Shape } from "@/lib/plans/plan";

const BAND_HEIGHT = 50;
/** Narrower than this a band carries no words. */
const BAND_WORDS = 44;

export function PlanBeforeAfter({ plan }: { readonly plan: Plan }) {
  const words = useWords().wizards.plan;
  const [ref, width] = useWidth<HTMLDivElement>();
  const bands = layoutBands(plan, width);
  const labels = ({ index, slots }: RibbonSegment) =>
    index === undefined ? [] : [words.shardLabel(index, formatCount(slots)), formatCount(slots), String(index)];
  return (
    <Panel title={words.beforeAfter} aside={words.beforeAfterHint}>
      <div ref={ref}>
        {plan.before.some((shard) => shard.slots > 0) && (
          <Ribbon shards={ribbonOf(plan.before)} height={28} labels={labels} />
        )}
        <svg
          width={width}
          height={bands.length > 0 ? BAND_HEIGHT : 8}
          className="block"
          aria-hidden
          role="presentation"
        >
          {bands.map((band) => (
            <Band key={band.range[0]} band={band} />
          ))}
        </svg>
        <Ribbon shards={ribbonOf(plan.after)} height={28} labels={labels} ruler />
      </div>
    </Panel>
  );
}

const ribbonOf = (shape: Shape) => shape.map((shard) => ({ index: shard.index, ranges: shard.ranges, served: true }));

function Band({ band }: { readonly band: PlanBand }) {
  const id = `band-${band.range[0]}`;
  const from = band.from === undefined ? "var(--ink4)" : shardColor(band.from);
  const to = band.to === undefined ? "var(--ink4)" : shardColor(band.to);
  return (
    <g transform={`translate(${band.x} 0)`}>
      <linearGradient id={id} x1="0" x2="0" y1="0" y2="1">
        <stop offset="0" stopColor={from} stopOpacity={0.34} />
        <stop offset="1" stopColor={to} stopOpacity={0.34} />
      </linearGradient>
      <rect y={1} width={band.width} height={BAND_HEIGHT - 2} fill={`url(#${id})`} stroke={to} strokeOpacity={0.7} />
      {band.width >= BAND_WORDS && (
        <g textAnchor="middle" className="num">
          <text x={band.width / 2} y={22} fontSize={12.5} fontWeight={600} fill="var(--ink)">
            {formatCount(band.slots)}
          </text>
          <text x={band.width / 2} y={38} fontSize={11.5} fill="var(--ink2)">
            {band.from ?? "?"} → {band.to ?? "?"}
          </text>
        </g>
      )}
    </g>
  );
}
