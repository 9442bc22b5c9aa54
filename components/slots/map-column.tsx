"use client";
import { type MouseEvent, type PointerEvent, type RefObject, useMemo } from "react";
import { useWords } from "@/components/data/words";
import { Ribbon, type RibbonMarker } from "@/components/shards/ribbon";
import { cx } from "@/components/ui/cx";
import { hasSlot, joinRanges, type Slot, type SlotRanges } from "@/lib/cluster/slots";
import type { Theme } from "@/lib/layout/palette";
import { type RibbonSegment, slotAtX } from "@/lib/layout/ribbon";
import { columnOf, rowOf, SLOTS_PER_ROW, type SlotGrid } from "@/lib/layout/slot-grid";
import type { SlotLayer } from "@/lib/layout/slot-tones";
import type { Hover } from "./hover";
import { MapLegend } from "./map-legend";
import { RULER_LEFT } from "./map-rulers";
import { MapToolbar } from "./map-toolbar";
import type { OpenNote } from "./open-note";
import type { ShardRow } from "./shard-row";
import { foundSlotOf, SlotMap } from "./slot-map";
import { SlotSearch } from "./slot-search";
import type { BrushTools } from "./use-brush";
import { useMapRoom } from "./use-map-room";
import type { Point } from "./use-shard-drag";
import type { SlotView } from "./use-slot-view";

type MapColumnProps = {
  readonly view: SlotView;
  readonly rows: readonly ShardRow[];
  readonly theme: Theme;
  readonly brush: BrushTools;
  readonly open: readonly OpenNote[];
  readonly hover: Hover;
  readonly mapRef: RefObject<HTMLDivElement | null>;
  readonly searchRef: RefObject<HTMLInputElement | null>;
  readonly layer: SlotLayer;
  readonly onLayer: (layer: SlotLayer) => void;
  readonly isStacked: boolean;
  readonly isDragging: boolean;
  readonly onLift: (event: PointerEvent<HTMLElement>, from: Point) => void;
};

/** The lowest selected cell below the one that was pressed: the tether leaves the selection there. */
function leavingPoint(slot: Slot, selection: SlotRanges, { grid, box }: { grid: SlotGrid; box: DOMRect }): Point {
  let low = slot;
  while (hasSlot(selection, low + SLOTS_PER_ROW)) low += SLOTS_PER_ROW;
  return { x: box.left + (columnOf(low) + 0.5) * grid.pitch, y: box.top + (rowOf(low) + 1) * grid.pitch + 1 };
}

export function MapColumn(props: MapColumnProps) {
  const words = useWords().slots;
  const { view, theme, brush, open, hover, isStacked, mapRef } = props;
  const { ref, grid, hasRulers, barsWidth, isTight } = useMapRoom({ isStacked });
  const selection = brush.brush.ranges;
  const lift = (event: PointerEvent<HTMLElement>, slot: Slot) => {
    const box = mapRef.current?.getBoundingClientRect();
    if (box && grid) props.onLift(event, leavingPoint(slot, selection, { grid, box }));
  };
  return (
    <section
      aria-label={words.map.label}
      className={cx("flex min-h-0 min-w-0 flex-col bg-bg0", isStacked ? "order-1" : "px-2 min-[1360px]:px-3")}
    >
      <MapHead {...props} />
      <div
        ref={ref}
        className={cx(
          "flex min-h-0 flex-col items-center [scrollbar-width:none]",
          !isStacked && "flex-1 overflow-y-auto overflow-x-hidden",
        )}
      >
        {grid && (
          <div className="shrink-0">
            <SlotMap
              view={view}
              grid={grid}
              theme={theme}
              selection={selection}
              head={brush.head}
              found={brush.found}
              open={open}
              hover={hover}
              isDragging={props.isDragging}
              barsWidth={barsWidth}
              hasRulers={hasRulers}
              dispatch={brush.dispatch}
              rangeOf={brush.rangeOf}
              onLift={lift}
              onKeyDown={brush.onKeyDown}
              mapRef={mapRef}
            />
            <div style={{ marginLeft: hasRulers ? RULER_LEFT : 0, width: grid.size }} className={isTight ? "" : "mt-2"}>
              <MapRibbon {...props} isTight={isTight} />
            </div>
          </div>
        )}
        <div
          className={cx(
            "w-full shrink-0",
            isStacked ? "px-3.5 py-2.5" : "mt-auto pb-2.5 pt-2",
            // Half a line of it would be worse than none; hovering says the same of each slot.
            isTight && view.layer === "owner" && "sr-only",
          )}
        >
          <MapLegend view={view} theme={theme} open={open} hasBars={hasRulers} />
        </div>
      </div>
    </section>
  );
}

function MapHead({ brush, layer, onLayer, searchRef, isStacked }: MapColumnProps) {
  return (
    <div
      className={cx("flex shrink-0 items-center justify-between gap-3", isStacked ? "flex-wrap px-3.5 py-2.5" : "h-10")}
    >
      <MapToolbar
        layer={layer}
        onLayer={onLayer}
        shape={brush.brush.shape}
        onShape={(shape) => brush.dispatch({ type: "shape", shape })}
      />
      <div className={isStacked ? "min-w-[180px] flex-1" : "w-[330px] min-w-0"}>
        <SlotSearch
          typed={brush.typed}
          found={brush.found}
          onType={brush.onType}
          onTake={brush.onTake}
          inputRef={searchRef}
        />
      </div>
    </div>
  );
}

/** Six pixels of a ribbon as wide as the map. */
const BRACKET_GAP = 160;

function MapRibbon({ rows, brush, open, isStacked, isTight }: MapColumnProps & { readonly isTight: boolean }) {
  const words = useWords();
  const found = foundSlotOf(brush.found);
  const shards = useMemo(
    () => rows.map(({ shard, ranges, state }) => ({ index: shard.index, ranges, served: state !== "bad" })),
    [rows],
  );
  // A rectangle is many ranges: on one line they are one bracket where a finger's breadth parts them.
  const bracketed = useMemo(() => joinRanges(brush.brush.ranges, BRACKET_GAP), [brush.brush.ranges]);
  const markers: RibbonMarker[] = [
    ...open.map(({ group }) => ({ slot: group.ranges[0]?.[0] ?? 0, tone: "info" as const })),
    ...(found === undefined ? [] : [{ slot: found, tone: "ink" as const }]),
  ];
  const labels = ({ kind, index }: RibbonSegment): readonly string[] =>
    kind === "owned" && index !== undefined ? [words.slots.shard(index), `${index}`] : [words.shell.ribbon.none(index)];
  // A press takes the whole range: quicker than brushing it, and the way that a finger has.
  const take = (event: MouseEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    brush.dispatch({ type: "set", ranges: brush.rangeOf(slotAtX(event.clientX - box.left, box.width)) });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the shard cards offer the same to the keyboard
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    <div onClick={take} className="cursor-pointer">
      <Ribbon
        shards={shards}
        height={isTight ? 16 : 34}
        labels={labels}
        markers={markers}
        selection={bracketed}
        ruler={!isTight && !isStacked}
      />
    </div>
  );
}
