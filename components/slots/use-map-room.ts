"use client";
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { gridFor, type SlotGrid } from "@/lib/layout/slot-grid";
import { RULER_LEFT, RULER_TOP } from "./map-rulers";

const useBeforePaint = typeof window === "undefined" ? useEffect : useLayoutEffect;

/** Markers, ribbon and its ruler below the map, and the legend. */
const BELOW_PX = 78;
const LEGEND_PX = 30;
/** With this much the map may stay large: the ribbon is low, the legend is scrolled to. */
const BELOW_TIGHT_PX = 25;
/** From here on a larger map is not worth a lower ribbon. */
const COMFORT_PITCH = 5;
const BARS = { wide: 62, narrow: 36 } as const;
/** With less than this there is no room for anything but cells. */
const RULERS_FROM_PX = 560;

export type MapRoom = {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly grid: SlotGrid | undefined;
  readonly hasRulers: boolean;
  readonly barsWidth: number;
  readonly isTight: boolean;
};

type Size = { readonly width: number; readonly height: number };

/** How large the map may be in its column: the largest pitch that leaves it whole on the screen. */
export function useMapRoom({ isStacked }: { readonly isStacked: boolean }): MapRoom {
  const ref = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState<Size>({ width: 0, height: 0 });
  useBeforePaint(() => {
    const element = ref.current;
    if (!element) return;
    const read = () => setRoom({ width: element.clientWidth, height: element.clientHeight });
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return useMemo(() => ({ ref, ...mapRoom(room, isStacked) }), [room, isStacked]);
}

export function mapRoom({ width, height }: Size, isStacked: boolean): Omit<MapRoom, "ref"> {
  const hasRulers = width >= RULERS_FROM_PX;
  const barsWidth = hasRulers ? (width >= RULER_LEFT + 640 + BARS.wide ? BARS.wide : BARS.narrow) : 0;
  const cells = width - (hasRulers ? RULER_LEFT + barsWidth : 0);
  if (width === 0) return { grid: undefined, hasRulers, barsWidth, isTight: false };
  if (isStacked) return { grid: gridFor({ width: cells, height: cells }), hasRulers, barsWidth, isTight: false };
  const roomy = gridFor({ width: cells, height: height - RULER_TOP - BELOW_PX - LEGEND_PX });
  const tight = gridFor({ width: cells, height: height - RULER_TOP - BELOW_TIGHT_PX });
  const isTight = roomy.pitch < COMFORT_PITCH && tight.pitch > roomy.pitch;
  return { grid: isTight ? tight : roomy, hasRulers, barsWidth, isTight };
}
