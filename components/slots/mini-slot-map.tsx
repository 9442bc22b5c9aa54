"use client";
import { useMemo, useRef } from "react";
import { useWords } from "@/components/data/words";
import { Ribbon } from "@/components/shards/ribbon";
import { ShardSwatch } from "@/components/shards/shard-swatch";
import { useTheme } from "@/components/shell/use-theme";
import { useWidth } from "@/components/ui/use-width";
import type { SlotRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { formatCount } from "@/lib/format";
import type { SlotGrid } from "@/lib/layout/slot-grid";
import { SLOTS_PER_ROW } from "@/lib/layout/slot-grid";
import { isActive, type Operation } from "@/lib/operation";
import { MiniMarks } from "./mini-marks";
import { shardRows } from "./shard-row";
import { useCells } from "./use-cells";
import { useSlotView } from "./use-slot-view";

type MiniSlotMapProps = {
  readonly topology: Topology;
  /** Its moves show before the next sweep, its open slots are marked, and its plan says where each shard ends. */
  readonly operation?: Operation | undefined;
  /** Outlined, with its ranges; when absent, what the operation moves next. */
  readonly highlight?: SlotRanges | undefined;
};

const WIDEST_PX = 3 * SLOTS_PER_ROW;
const NONE: SlotRanges = [];

/** The whole map in the width of a panel, full cells, with the ribbon and what each shard has: nothing to click. */
export function MiniSlotMap({ topology, operation, highlight }: MiniSlotMapProps) {
  const words = useWords().slots;
  const theme = useTheme();
  const [ref, width] = useWidth<HTMLDivElement>();
  const view = useSlotView({ topology, operation, counts: undefined, layer: "owner" });
  const grid = useMemo<SlotGrid>(() => {
    const size = Math.min(WIDEST_PX, Math.floor(width));
    return { pitch: size / SLOTS_PER_ROW, fill: size / SLOTS_PER_ROW, size };
  }, [width]);
  const rows = useMemo(() => shardRows(topology, view), [topology, view]);
  const next = useMemo(() => highlight ?? nextOf(operation), [highlight, operation]);
  const ribbon = rows.map(({ shard, ranges, state }) => ({ index: shard.index, ranges, served: state !== "bad" }));
  const twin = rows.map((row) => `${words.shard(row.shard.index)}: ${words.slotsOf(row.slots)}`).join(", ");
  return (
    <div ref={ref}>
      {grid.size > 0 && (
        <div
          role="img"
          aria-label={`${words.mini.label}. ${twin}`}
          className="relative"
          style={{ width: grid.size, height: grid.size }}
        >
          <MiniCells view={view} grid={grid} theme={theme} />
          <MiniMarks grid={grid} topology={topology} open={view.open} highlight={next} />
        </div>
      )}
      <div className="mt-2.5" style={{ width: grid.size || undefined }}>
        <Ribbon shards={ribbon} height={18} labels={() => []} />
      </div>
      <ul className="mt-2.5 grid grid-cols-2 gap-x-4 gap-y-1 text-12">
        {rows.map((row) => (
          <li key={row.shard.index} className="num flex items-center gap-2">
            <ShardSwatch index={row.shard.index} size={16} />
            <b className="font-semibold text-ink">{formatCount(row.slots)}</b>
            <Aim operation={operation} index={row.shard.index} slots={row.slots} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The slots of the first pair that waits for its turn. */
function nextOf(operation: Operation | undefined): SlotRanges {
  if (!operation || !isActive(operation.state)) return NONE;
  const waiting = operation.steps.find((progress) => {
    const step = operation.plan.steps.find(({ id }) => id === progress.stepId);
    return progress.state === "waiting" && step?.kind === "move-slots";
  });
  const step = operation.plan.steps.find(({ id }) => id === waiting?.stepId);
  return step?.kind === "move-slots" ? step.ranges : NONE;
}

type CellsProps = Pick<Parameters<typeof useCells>[1], "view" | "grid" | "theme">;

function MiniCells({ view, grid, theme }: CellsProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useCells(canvas, { view, grid, theme, selection: NONE, isDragging: false });
  return <canvas ref={canvas} className="absolute inset-0 size-full rounded-cell" aria-hidden />;
}

type AimProps = { readonly operation: Operation | undefined; readonly index: number; readonly slots: number };

function Aim({ operation, index, slots }: AimProps) {
  const words = useWords().slots.mini;
  const aim = operation?.plan.after.find((shard) => shard.index === index)?.slots;
  if (aim === undefined) return null;
  return <span className="text-ink3">{aim === slots ? words.asPlanned : words.aim(aim)}</span>;
}
