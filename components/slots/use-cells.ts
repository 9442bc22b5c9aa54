"use client";
import { type RefObject, useEffect, useMemo, useRef } from "react";
import { eachSlot, type SlotRanges } from "@/lib/cluster/slots";
import type { Theme } from "@/lib/layout/palette";
import type { SlotGrid } from "@/lib/layout/slot-grid";
import { inkOf, litTable, shardOfTone, toneTable } from "@/lib/layout/slot-tones";
import { CellCanvas, litCells } from "./cell-canvas";
import { usePixelRatio, useReducedMotion } from "./use-look";
import type { SlotView } from "./use-slot-view";

type Input = {
  readonly view: SlotView;
  readonly grid: SlotGrid;
  readonly theme: Theme;
  readonly selection: SlotRanges;
  /** What is not selected steps back. */
  readonly isDragging: boolean;
};

/** Keeps the static layer of the map in step with the picture. */
export function useCells(
  ref: RefObject<HTMLCanvasElement | null>,
  { view, grid, theme, selection, isDragging }: Input,
) {
  const ratio = usePixelRatio();
  const still = useReducedMotion();
  const cells = useRef<CellCanvas>(undefined);
  const colours = useMemo(
    () => toneTable(theme, view.maxIndex, isDragging ? 0.84 : 1),
    [theme, view.maxIndex, isDragging],
  );
  const litColours = useMemo(() => litTable(theme, view.maxIndex), [theme, view.maxIndex]);
  const lit = useMemo(() => litCells(view.tones, eachSlot(selection)), [view.tones, selection]);

  useEffect(() => {
    if (!ref.current) return;
    const canvas = new CellCanvas(ref.current);
    cells.current = canvas;
    return () => {
      canvas.close();
      cells.current = undefined;
    };
  }, [ref]);

  useEffect(() => {
    cells.current?.show({
      grid,
      ratio,
      cells: lit,
      colours,
      litColours,
      ink: inkOf(theme),
      ownerOf: shardOfTone,
      look: `${theme} ${view.layer} ${view.maxIndex} ${isDragging} ${view.steps.join()}`,
      moves: !still && view.layer === "owner",
    });
  }, [grid, ratio, lit, colours, litColours, theme, view.layer, view.maxIndex, view.steps, isDragging, still]);
}
