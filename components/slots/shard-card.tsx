"use client";
import { Check, TriangleAlert, X } from "lucide-react";
import { memo } from "react";
import { useWords } from "@/components/data/words";
import { ShardSwatch } from "@/components/shards/shard-swatch";
import { cx } from "@/components/ui/cx";
import { formatEndpoint } from "@/lib/cluster/node";
import { UNKNOWN } from "@/lib/format";
import type { Eligibility } from "@/lib/layout/eligibility";
import { type FootProps, ShardCardFoot } from "./shard-card-foot";
import { ShardFigures } from "./shard-figures";
import { ShardReplicas } from "./shard-replicas";
import type { ShardRow } from "./shard-row";
import { ShardStrip } from "./shard-strip";

export type ShardCardProps = Pick<FootProps, "onPullStart" | "onPullOpen" | "mayOperate"> & {
  readonly row: ShardRow;
  /** Only while something is dragged. */
  readonly verdict?: Eligibility | undefined;
  readonly isPull: boolean;
  readonly isOver: boolean;
  readonly nowMs: number;
  readonly onSelect: (index: number) => void;
};

/** What may not be dropped on: bands too wide to be read as text, too dark to be read as a state. */
const BANDS = "bg-[repeating-linear-gradient(-45deg,var(--well)_0_7px,transparent_7px_14px)]";

function frameOf({ verdict, isOver, row }: ShardCardProps): string {
  if (!verdict) return row.state === "bad" ? "border-dashed border-bad-line bg-bg1" : "border-line1 bg-bg1";
  if (verdict.kind === "cannot") return `border-line1 bg-bg1 ${BANDS}`;
  if (verdict.kind === "source") return "border-line1 bg-bg1";
  if (!isOver) return "border-dashed border-line3 bg-bg1";
  return "border-accent bg-[color-mix(in_oklab,var(--accent)_6%,var(--bg1))] shadow-[0_0_0_1px_var(--accent),0_0_24px_-4px_var(--accent-line)]";
}

/** A shard at a glance, and a place to drop on. Says itself, while something is dragged, whether it may take it. */
export const ShardCard = memo(function ShardCard(props: ShardCardProps) {
  const { row, verdict, onSelect } = props;
  const words = useWords().slots;
  const { shard, primary, state } = row;
  const fades = verdict?.kind === "cannot" ? "opacity-60" : verdict?.kind === "source" ? "opacity-80" : "";
  const isSilent = primary?.answer.kind === "silent";
  return (
    <article
      data-shard={shard.index}
      data-verdict={verdict?.kind}
      aria-label={words.shard(shard.index)}
      className={cx(
        "@container relative shrink-0 overflow-hidden rounded-panel border transition-[border-color,background-color,box-shadow]",
        frameOf(props),
      )}
    >
      <div className={cx("px-3 pb-1.5 pt-2.5 @max-[236px]:px-2.5", fades)}>
        <header className="flex items-center gap-2">
          <button
            type="button"
            onClick={() => onSelect(shard.index)}
            aria-label={words.shards.select(shard.index)}
            title={words.shards.select(shard.index)}
            className="rounded-chip"
          >
            <ShardSwatch index={shard.index} size={21} className="block" />
          </button>
          <h3 className="shrink-0 text-13 font-semibold text-ink">{words.shard(shard.index)}</h3>
          {/* What is cut off where room is short is the head of the address: the port tells shards of one host apart. */}
          <span
            className={cx("min-w-0 truncate font-mono text-11 text-ink3 [direction:rtl]", isSilent && "line-through")}
          >
            <bdi>{primary ? formatEndpoint(primary.endpoint) : UNKNOWN}</bdi>
          </span>
          <StateMark state={state} label={words.shards.state[state]} />
        </header>
        <div className="mt-1.5">
          <ShardStrip index={shard.index} ranges={row.ranges} isServed={state !== "bad"} />
        </div>
        <ShardFigures row={row} isSilent={isSilent} />
        <ShardReplicas row={row} nowMs={props.nowMs} />
      </div>
      <ShardCardFoot {...props} />
    </article>
  );
});

function StateMark({ state, label }: { readonly state: ShardRow["state"]; readonly label: string }) {
  const Icon = { ok: Check, warn: TriangleAlert, bad: X }[state];
  const tone = { ok: "text-ok", warn: "text-warn", bad: "text-bad" }[state];
  return (
    <span role="img" aria-label={label} title={label} className={cx("ml-auto shrink-0", tone)}>
      <Icon size={14} strokeWidth={1.9} aria-hidden />
    </span>
  );
}
