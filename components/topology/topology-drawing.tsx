"use client";
import type { PointerEvent } from "react";
import { useWords } from "@/components/data/words";
import { ShardBar } from "@/components/shards/shard-bar";
import { cx } from "@/components/ui/cx";
import { shardOfBelief, tellBelief } from "@/lib/cluster/belief";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";
import { formatCount, formatShort } from "@/lib/format";
import { layoutTopology, type PlacedColumn, type PlacedRow } from "@/lib/layout/topology";
import { type Grouping, isDown, layoutInputOf, type TopologyRow } from "@/lib/layout/topology-rows";
import type { Words } from "@/lib/words/en";
import { Links } from "./links";
import { NodeCard } from "./node-card";
import type { NodeDrag } from "./use-node-drag";

export type TopologyDrawingProps = {
  readonly topology: Topology;
  readonly rows: readonly TopologyRow[];
  readonly grouping: Grouping;
  readonly width: number;
  readonly nowMs: number;
  readonly selected: string | undefined;
  readonly onSelect: (nodeId: string) => void;
  readonly drag: NodeDrag | undefined;
  readonly onDragStart: (event: PointerEvent<HTMLElement>, node: TopologyNode) => void;
};

export function TopologyDrawing(props: TopologyDrawingProps) {
  const { topology, rows, grouping, width, drag } = props;
  const words = useWords().topology;
  const layout = layoutTopology(layoutInputOf(topology, rows, { grouping, width }));
  const byId = new Map(topology.nodes.map((node) => [node.id as string, node]));
  const rowOf = new Map(rows.map((row) => [row.key, row]));
  const shardOf = (nodeId: string) => rows.find((row) => row.nodeIds.includes(nodeId))?.shard?.index;
  return (
    <section
      aria-label={words.twin(topology.shards.length, topology.nodes.length)}
      className="relative"
      style={{ width: Math.max(layout.width, width), height: layout.height }}
    >
      {layout.columns.map((column) => (
        <Column key={column.group} column={column} grouping={grouping} nodes={byId} />
      ))}
      {layout.rows.map((placed) => {
        const row = rowOf.get(placed.key);
        return row && <Row key={placed.key} placed={placed} row={row} labelWidth={layout.labelWidth} drag={drag} />;
      })}
      <Links topology={topology} links={layout.links} width={layout.width} height={layout.height} shardOf={shardOf} />
      {layout.cards.map((box) => {
        const node = byId.get(box.nodeId);
        const row = rowOf.get(box.rowKey);
        if (!node || !row) return null;
        return (
          <NodeCard
            key={box.nodeId}
            node={node}
            box={box}
            shardIndex={row.shard?.index}
            nowMs={props.nowMs}
            clusterId={topology.clusterId}
            selected={props.selected === box.nodeId}
            dragged={drag?.carried.kind === "member" && drag.carried.nodeId === node.id}
            candidate={isCandidate(node, row)}
            differs={differenceOf(node, topology, words.beliefs)}
            onSelect={() => props.onSelect(box.nodeId)}
            onDragStart={(event) => props.onDragStart(event, node)}
          />
        );
      })}
    </section>
  );
}

/** A live replica of a shard whose primary is down: one of them will be elected. */
function isCandidate(node: TopologyNode, row: TopologyRow): boolean {
  return row.trouble === "bad" && node.role === "replica" && !isDown(node);
}

function differenceOf(node: TopologyNode, topology: Topology, beliefs: Words["topology"]["beliefs"]) {
  const first = node.view?.agrees === false ? node.view.differs.find((one) => one.about !== "health") : undefined;
  if (!first) return undefined;
  return { belief: tellBelief(first, topology.nodes, beliefs), shard: shardOfBelief(first, topology)?.index };
}

function Column({
  column,
  grouping,
  nodes,
}: {
  readonly column: PlacedColumn;
  readonly grouping: Grouping;
  readonly nodes: ReadonlyMap<string, TopologyNode>;
}) {
  const words = useWords().topology;
  const members = column.nodeIds.flatMap((id) => nodes.get(id) ?? []);
  const up = members.filter((node) => !isDown(node)).length;
  const primaries = members.filter((node) => node.role === "primary" && !isDown(node) && node.ranges.length > 0).length;
  return (
    <div
      className="absolute rounded-lane border border-line1 bg-bg0"
      style={{ left: column.x, top: column.y, width: column.width, height: column.height }}
    >
      <div className="flex items-start justify-between gap-3 px-3.5 py-2.5">
        <p className="truncate font-semibold text-13 text-ink">{column.group || words.noGroup[grouping]}</p>
        <div className="num shrink-0 text-right text-12">
          <p className={up < members.length ? "text-bad" : "text-ink2"}>{words.column.up(up, members.length)}</p>
          <p className="text-ink3">{words.column.primaries(primaries, members.length - up)}</p>
        </div>
      </div>
    </div>
  );
}

type RowProps = {
  readonly placed: PlacedRow;
  readonly row: TopologyRow;
  readonly labelWidth: number;
  readonly drag: NodeDrag | undefined;
};

function Row({ placed, row, labelWidth, drag }: RowProps) {
  const over = drag?.over;
  const isOver = over?.target.kind === "shard" && over.target.index === row.shard?.index;
  return (
    <div
      {...(row.shard ? { "data-drop": `shard:${row.shard.index}` } : {})}
      className={cx(
        "absolute left-0 rounded-panel border",
        isOver
          ? over.gesture.allowed
            ? "border-accent-ink bg-accent-ground"
            : "hatch border-warn-line"
          : row.trouble === "bad"
            ? "border-bad-line bg-bad-ground"
            : drag && row.shard
              ? "border-line3 border-dashed"
              : "border-transparent",
      )}
      style={{ top: placed.y + 6, width: placed.width, height: placed.height - 6 }}
    >
      <div className="absolute inset-y-0 left-0 flex items-center" style={{ width: labelWidth }}>
        <RowLabel row={row} />
      </div>
    </div>
  );
}

function RowLabel({ row }: { readonly row: TopologyRow }) {
  const words = useWords().topology.row;
  const { shard } = row;
  if (!shard)
    return (
      <div className="pl-4">
        <p className="font-semibold text-13 text-ink">{words.unplaced}</p>
        <p className="text-12 text-ink3">{words.unplacedHint}</p>
      </div>
    );
  const primary = row.nodes.find((node) => node.id === shard.primaryId);
  const trouble =
    primary && isDown(primary) ? (primary.health === "fail" ? words.primaryFailed : words.primarySilent) : undefined;
  return (
    <div className="flex w-full items-center gap-3 pr-3 pl-2">
      <ShardBar index={shard.index} width={6} height={54} className="shrink-0" />
      <div className="num min-w-0 flex-1">
        <p className="flex justify-between gap-2">
          <span className="font-semibold text-13 text-ink">{words.shard(shard.index)}</span>
          <span className="text-12 text-ink3">{primary && words.epoch(primary.configEpoch)}</span>
        </p>
        <p className="text-12 text-ink2">{words.slots(formatCount(shard.slots))}</p>
        <p className="text-12 text-ink3">{shard.keys === undefined ? "—" : words.keys(formatShort(shard.keys))}</p>
        {trouble && <p className="font-semibold text-12 text-bad">{trouble}</p>}
        {!trouble && shard.replicaIds.length === 0 && <p className="text-12 text-warn">{words.noReplica}</p>}
      </div>
    </div>
  );
}
