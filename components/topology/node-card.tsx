"use client";
import { ChevronUp, X } from "lucide-react";
import type { KeyboardEvent, PointerEvent } from "react";
import { useNodeHistory } from "@/components/data/live-context";
import { useWords } from "@/components/data/words";
import { ShardBar } from "@/components/shards/shard-bar";
import { shardColor } from "@/components/shards/shard-fill";
import { cx } from "@/components/ui/cx";
import { Spark } from "@/components/ui/spark";
import type { ClusterId } from "@/lib/cluster/node";
import { formatEndpoint } from "@/lib/cluster/node";
import type { TopologyNode } from "@/lib/cluster/topology";
import { formatAge, formatBytes, formatShort } from "@/lib/format";
import type { PlacedCard } from "@/lib/layout/topology";
import { isDown } from "@/lib/layout/topology-rows";
import type { Words } from "@/lib/words/en";

export type NodeCardProps = {
  readonly node: TopologyNode;
  readonly box: PlacedCard;
  readonly shardIndex: number | undefined;
  readonly nowMs: number;
  readonly clusterId: ClusterId;
  readonly selected: boolean;
  readonly dragged: boolean;
  /** Its primary is down and it has not been promoted yet: the eye should rest here. */
  readonly candidate: boolean;
  /** What its view says otherwise than the others, in full, and the shard that it is about. */
  readonly differs: { readonly belief: string; readonly shard: number | undefined } | undefined;
  readonly onSelect: () => void;
  readonly onDragStart: (event: PointerEvent<HTMLElement>) => void;
};

type CardWords = Words["topology"]["card"];

export function NodeCard(props: NodeCardProps) {
  const w = useWords().topology.card;
  const { node, box, shardIndex, selected, dragged, candidate, onSelect, onDragStart } = props;
  const down = isDown(node);
  const primary = node.role === "primary";
  const owner = primary && node.ranges.length > 0;
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onSelect();
  };
  return (
    <button
      type="button"
      data-node={node.id}
      {...(shardIndex === undefined ? {} : { "data-drop": `shard:${shardIndex}` })}
      data-down={down || undefined}
      aria-pressed={selected}
      aria-label={`${formatEndpoint(node.endpoint)}, ${roleWords(node, w)}${down ? `, ${stateWords(node, props.nowMs, w)}` : ""}`}
      onClick={onSelect}
      onKeyDown={onKey}
      onPointerDown={onDragStart}
      style={{
        left: box.x,
        top: box.y,
        width: box.width,
        height: box.height,
        ...(owner && !down && shardIndex ? { borderColor: shardColor(shardIndex) } : {}),
      }}
      className={cx(
        "absolute flex touch-none select-none items-stretch overflow-hidden rounded-panel border bg-bg2 text-left transition-[opacity,box-shadow]",
        down ? "hatch-bad border-dashed border-bad" : owner ? "border-[1.4px]" : "border-line2",
        candidate &&
          "shadow-[0_0_0_3px_var(--bg0),0_0_0_4px_var(--warn),0_0_0_7px_var(--bg0),0_0_0_8px_var(--warn-line)]",
        selected && "outline-[1.6px] outline-accent-ink outline-offset-2",
        dragged && "opacity-40",
      )}
    >
      <CardEdge shardIndex={shardIndex} owner={owner} down={down} height={box.height} />
      <CardText {...props} down={down} />
      <span className="absolute top-2 right-2.5">
        <CardSign node={node} shardIndex={shardIndex} candidate={candidate} />
      </span>
    </button>
  );
}

function CardEdge({
  shardIndex,
  owner,
  down,
  height,
}: {
  readonly shardIndex: number | undefined;
  readonly owner: boolean;
  readonly down: boolean;
  readonly height: number;
}) {
  if (down) return <span className="w-2 shrink-0 bg-bad" />;
  if (!shardIndex) return <span className="my-2 ml-1.5 w-[3px] shrink-0 rounded-cell bg-line3" />;
  return owner ? (
    <ShardBar index={shardIndex} width={9} height={height} className="shrink-0" />
  ) : (
    <span className="my-2 ml-1.5 w-[3px] shrink-0 rounded-cell" style={{ background: shardColor(shardIndex) }} />
  );
}

function CardText({ node, nowMs, clusterId, down, candidate, differs }: NodeCardProps & { readonly down: boolean }) {
  const w = useWords().topology.card;
  const history = useNodeHistory(clusterId, node.id);
  return (
    <span className="flex min-w-0 flex-1 flex-col justify-center gap-px py-1.5 pr-2.5 pl-2.5">
      <span className={cx("truncate pr-5 font-mono text-12", down ? "silent" : "text-ink")}>
        {formatEndpoint(node.endpoint)}
      </span>
      <span
        className={cx(
          "truncate text-12",
          down
            ? "font-semibold text-bad"
            : candidate
              ? "font-semibold text-warn"
              : node.role === "primary"
                ? "font-semibold text-ink"
                : "text-ink3",
        )}
      >
        {down ? stateWords(node, nowMs, w) : roleWords(node, w)}
      </span>
      <span className="flex items-end justify-between gap-2">
        {differs && !down ? (
          <span className="truncate rounded-chip bg-warn-ground px-1 text-11 text-warn" title={differs.belief}>
            {w.viewDiffers(differs.shard)}
          </span>
        ) : (
          <span className={cx("num truncate text-11", down ? "silent" : "text-ink3")}>{figures(node, w)}</span>
        )}
        <Spark values={history.slice(-40)} width={44} height={14} className={down ? "text-bad" : "text-ink3"} />
      </span>
    </span>
  );
}

function CardSign({
  node,
  shardIndex,
  candidate,
}: {
  readonly node: TopologyNode;
  readonly shardIndex: number | undefined;
  readonly candidate: boolean;
}) {
  if (isDown(node))
    return (
      <span className="grid size-4 place-items-center rounded-full bg-bad text-on-bad">
        <X size={11} strokeWidth={2.6} aria-hidden />
      </span>
    );
  if (node.view && !node.view.agrees) return <span className="font-semibold text-13 text-warn leading-none">≠</span>;
  if (candidate) return <ChevronUp size={15} strokeWidth={2.4} className="text-warn" aria-hidden />;
  const colour = shardIndex ? shardColor(shardIndex) : "var(--ink3)";
  return node.role === "primary" ? (
    <span className="mt-0.5 block size-2 rounded-full" style={{ background: colour }} />
  ) : (
    <span className="mt-0.5 block size-2 rounded-full border-[1.5px] border-ink3" />
  );
}

function roleWords(node: TopologyNode, w: CardWords): string {
  if (node.handshake) return w.joining;
  if (node.noAddress) return w.noAddress;
  if (node.role === "primary") return node.ranges.length > 0 ? w.primary : w.emptyPrimary;
  if (!node.primaryId) return w.replicaOrphan;
  if (node.stats?.replSyncing) return `${w.replica}, ${w.syncing}`;
  if (node.stats?.replLinkUp === false) return `${w.replica}, ${w.linkDown}`;
  return w.replica;
}

function stateWords(node: TopologyNode, nowMs: number, w: CardWords): string {
  const silent = node.answer.kind === "silent" ? w.silentFor(formatAge(nowMs - node.answer.sinceMs)) : undefined;
  const health = node.health === "fail" ? w.fail : node.health === "pfail" ? w.pfail : undefined;
  return [health, silent].filter(Boolean).join(", ") || w.silent;
}

function figures(node: TopologyNode, w: CardWords): string {
  const { stats } = node;
  if (!stats) return w.never;
  const ops = formatShort(stats.opsPerSec);
  if (node.role === "primary") return w.ops(ops);
  return stats.lagBytes ? `${formatBytes(stats.lagBytes)} · ${w.reads(ops)}` : w.reads(ops);
}
