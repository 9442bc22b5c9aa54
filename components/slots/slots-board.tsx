"use client";
import { useMemo, useRef, useState } from "react";
import { useNow } from "@/components/data/live-context";
import { useWords } from "@/components/data/words";
import { useTheme } from "@/components/shell/use-theme";
import { cx } from "@/components/ui/cx";
import type { ClusterId } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import type { SlotLayer } from "@/lib/layout/slot-tones";
import { isActive, type Operation } from "@/lib/operation";
import { BoardDialogs } from "./board-dialogs";
import { createHover } from "./hover";
import { HoverLine } from "./hover-line";
import { MapColumn } from "./map-column";
import type { OpenNote } from "./open-note";
import { SelectionColumn } from "./selection-column";
import { ShardColumn } from "./shard-column";
import { type ShardRow, shardRows } from "./shard-row";
import { SlotTwin } from "./slot-twin";
import { useBrush } from "./use-brush";
import { useCarry } from "./use-carry";
import { useMedia } from "./use-look";
import { useSelection } from "./use-selection";
import { type SlotView, useSlotView } from "./use-slot-view";
import { useSelectionVerdicts } from "./use-verdicts";

export type SlotsBoardProps = {
  readonly clusterId: ClusterId;
  readonly topology: Topology;
  readonly operation: Operation | undefined;
  readonly counts: readonly number[] | undefined;
  readonly mayOperate: boolean;
};

type Picture = {
  readonly view: SlotView;
  readonly rows: readonly ShardRow[];
  readonly open: readonly OpenNote[];
  /** The operation that writes to the cluster now. */
  readonly running: Operation | undefined;
};

/** The live picture, as the three columns share it. */
function usePicture({ topology, operation, counts }: SlotsBoardProps, layer: SlotLayer): Picture {
  const view = useSlotView({ topology, operation, counts, layer });
  const rows = useMemo(() => shardRows(topology, view), [topology, view]);
  const { shards } = topology;
  const open = useMemo(() => {
    const indexOf = (id: string | undefined) => shards.find((shard) => shard.primaryId === id)?.index;
    return view.open.map((group) => ({ group, from: indexOf(group.source), to: indexOf(group.target) }));
  }, [shards, view.open]);
  return { view, rows, open, running: operation && isActive(operation.state) ? operation : undefined };
}

/** On a phone nothing is smaller than 12 px. */
const PHONE = "max-md:[&_.text-10]:text-12 max-md:[&_.text-11]:text-12 max-md:[&_aside_.text-12]:text-13";
const COLUMNS = "grid h-full grid-cols-[minmax(220px,283px)_minmax(738px,1fr)_minmax(254px,312px)]";

/** Shards at the left, the map, the selection at the right; below 1180 px one below the other. */
export function SlotsBoard(props: SlotsBoardProps) {
  const { clusterId, topology, mayOperate } = props;
  const words = useWords().slots;
  const theme = useTheme();
  const nowMs = useNow(1000);
  const isStacked = !useMedia("(min-width: 1180px)");
  const [hover] = useState(createHover);
  const [isMoving, setMoving] = useState(false);
  const [layer, setLayer] = useState<SlotLayer>("owner");
  const map = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const { view, rows, open, running } = usePicture(props, layer);
  const brush = useBrush({ view, search, onLayer: setLayer, onMove: () => setMoving(true) });
  const selection = useSelection({ clusterId, brush: brush.brush, view, rows, topology });
  const { summary, bytes } = selection;
  const judged = { topology, view, rows, mayOperate, operationId: running?.id };
  const verdicts = useSelectionVerdicts(judged, { summary, bytes });
  const carry = useCarry({ clusterId, judged, summary, verdicts });
  const { drag } = carry;
  return (
    <div className={cx(isStacked ? "flex flex-col" : COLUMNS, PHONE, drag && "cursor-grabbing [&_*]:cursor-grabbing")}>
      <h1 className="sr-only">{words.title}</h1>
      <ShardColumn
        rows={rows}
        carry={carry}
        isStacked={isStacked}
        nowMs={nowMs}
        mayOperate={mayOperate}
        onSelect={(ranges) => brush.dispatch({ type: "set", ranges })}
      />
      <MapColumn
        {...{ view, rows, theme, brush, open, hover, layer, isStacked }}
        mapRef={map}
        searchRef={search}
        onLayer={setLayer}
        isDragging={drag?.carried.kind === "selection"}
        onLift={(event, from) => carry.startDrag(event, { kind: "selection" }, from, { isLifted: true })}
      />
      <SelectionColumn
        {...{ selection, rows, verdicts, running, isStacked, nowMs }}
        onClear={() => brush.dispatch({ type: "clear" })}
        onMove={() => setMoving(true)}
      />
      <HoverLine hover={hover} head={brush.head} scene={view.scene} agreement={topology.agreement} />
      <SlotTwin {...{ rows, topology, open, summary }} isDrawing={brush.brush.isDrawing} />
      <BoardDialogs {...{ carry, rows, summary, verdicts, nowMs, isMoving }} onMoving={setMoving} />
    </div>
  );
}
