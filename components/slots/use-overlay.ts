"use client";
import { type RefObject, useEffect } from "react";
import type { SlotGrid } from "@/lib/layout/slot-grid";
import type { Hover } from "./hover";
import { OVERLAY_MARGIN, type Overlay, paintOverlay } from "./paint-overlay";
import { usePixelRatio, useReducedMotion } from "./use-look";

/** One breath of an open slot: 0.5 Hz. */
const BREATH_MS = 2000;

function sizedFor(canvas: HTMLCanvasElement, grid: SlotGrid, ratio: number): CanvasRenderingContext2D | undefined {
  const side = Math.round((grid.size + 2 * OVERLAY_MARGIN) * ratio);
  if (canvas.width !== side) canvas.width = side;
  if (canvas.height !== side) canvas.height = side;
  const context = canvas.getContext("2d") ?? undefined;
  context?.setTransform(ratio, 0, 0, ratio, OVERLAY_MARGIN * ratio, OVERLAY_MARGIN * ratio);
  return context;
}

/** Paints the overlay when it changed, with each move of the pointer, and in every frame only while something is open. */
export function useOverlay(ref: RefObject<HTMLCanvasElement | null>, overlay: Overlay, hover: Hover): void {
  const ratio = usePixelRatio();
  const still = useReducedMotion();
  useEffect(() => {
    const context = ref.current ? sizedFor(ref.current, overlay.grid, ratio) : undefined;
    if (!context) return;
    const breathes = overlay.open.length > 0 && !still;
    let frame = 0;
    const paint = (nowMs: number) => {
      frame = 0;
      const breath = breathes ? 0.5 - 0.5 * Math.cos((nowMs / BREATH_MS) * 2 * Math.PI) : 0.35;
      paintOverlay(context, { ...overlay, hover: hover.get() }, breath);
      if (breathes) ask();
    };
    const ask = () => {
      if (frame === 0) frame = requestAnimationFrame(paint);
    };
    paint(performance.now());
    const forget = hover.subscribe(ask);
    return () => {
      forget();
      cancelAnimationFrame(frame);
    };
  }, [ref, overlay, hover, ratio, still]);
}
