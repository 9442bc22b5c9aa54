"use client";
import { type Dispatch, type KeyboardEvent, type PointerEvent, type Ref, useId, useMemo, useRef } from "react";
import { useWords } from "@/components/data/words";
import type { Slot, SlotRanges } from "@/lib/cluster/slots";
import type { BrushAction } from "@/lib/layout/brush";
import type { Found } from "@/lib/layout/find-slot";
import { shardHex, type Theme } from "@/lib/layout/palette";
import type { SlotGrid } from "@/lib/layout/slot-grid";
import { outlineOf } from "@/lib/layout/slot-outline";
import type { Hover } from "./hover";
import { MapNotes } from "./map-notes";
import { RULER_LEFT, RULER_TOP, Rulers } from "./map-rulers";
import type { OpenNote } from "./open-note";
import { OVERLAY_MARGIN, type Overlay } from "./paint-overlay";
import { RowBars } from "./row-bars";
import { useCells } from "./use-cells";
import { useOverlayInk } from "./use-look";
import { useMapPointer } from "./use-map-pointer";
import { useOverlay } from "./use-overlay";
import type { SlotView } from "./use-slot-view";

type SlotMapProps = {
  readonly view: SlotView;
  readonly grid: SlotGrid;
  readonly theme: Theme;
  readonly selection: SlotRanges;
  readonly head: Slot | undefined;
  readonly found: Found;
  readonly open: readonly OpenNote[];
  readonly hover: Hover;
  readonly isDragging: boolean;
  readonly barsWidth: number;
  readonly hasRulers: boolean;
  readonly dispatch: Dispatch<BrushAction>;
  readonly rangeOf: (slot: Slot) => SlotRanges;
  readonly onLift: (event: PointerEvent<HTMLElement>, slot: Slot) => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  readonly mapRef: Ref<HTMLDivElement>;
};

export function foundSlotOf(found: Found): Slot | undefined {
  return found.kind === "key" || found.kind === "slot" ? found.slot : undefined;
}

/** Two canvases on each other, with rulers, bars and notes around them. */
export function SlotMap(props: SlotMapProps) {
  const { view, grid, theme, selection, found, hover, hasRulers, barsWidth, dispatch, rangeOf, onLift } = props;
  const words = useWords().slots;
  const helpId = useId();
  const cells = useRef<HTMLCanvasElement>(null);
  const marks = useRef<HTMLCanvasElement>(null);
  useCells(cells, { view, grid, theme, selection, isDragging: props.isDragging });
  const overlay = useSlotOverlay(props);
  useOverlay(marks, overlay, hover);
  const pointer = useMapPointer({ grid, selection, hover, dispatch, rangeOf, onLift });
  const [left, top] = hasRulers ? [RULER_LEFT, RULER_TOP] : [0, 0];
  return (
    <div className="relative shrink-0" style={{ width: left + grid.size + barsWidth, height: top + grid.size }}>
      {hasRulers && <Rulers grid={grid} />}
      <div
        ref={props.mapRef}
        {...pointer}
        onKeyDown={props.onKeyDown}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the map is worked with keys and takes the focus
        tabIndex={0}
        role="application"
        aria-label={words.map.label}
        aria-describedby={helpId}
        className="absolute cursor-crosshair touch-manipulation select-none outline-offset-4"
        style={{ left, top, width: grid.size, height: grid.size }}
      >
        <canvas ref={cells} className="absolute inset-0 size-full" aria-hidden />
        <canvas
          ref={marks}
          className="pointer-events-none absolute max-w-none"
          style={{
            left: -OVERLAY_MARGIN,
            top: -OVERLAY_MARGIN,
            width: grid.size + 2 * OVERLAY_MARGIN,
            height: grid.size + 2 * OVERLAY_MARGIN,
          }}
          aria-hidden
        />
        <MapNotes grid={grid} selection={selection} found={found} foundSlot={foundSlotOf(found)} open={props.open} />
        <p id={helpId} className="sr-only">
          {words.map.help}
        </p>
      </div>
      {barsWidth > 0 && (
        <div className="absolute right-0" style={{ top }}>
          <RowBars scene={view.scene} selection={selection} grid={grid} width={barsWidth - 8} />
        </div>
      )}
    </div>
  );
}

function useSlotOverlay({ grid, theme, selection, head, found, open }: SlotMapProps): Overlay {
  const ink = useOverlayInk(theme);
  const loops = useMemo(() => outlineOf(selection), [selection]);
  return useMemo(() => {
    const colour = (index: number | undefined) => (index === undefined ? ink.info : shardHex(index, theme));
    return {
      grid,
      loops,
      ink,
      cursor: head,
      found: foundSlotOf(found),
      open: open.flatMap(({ group, from, to }) =>
        group.ranges.map((range) => ({ range, from: colour(from), to: colour(to) })),
      ),
    };
  }, [grid, loops, ink, theme, head, found, open]);
}
