import type { Slot, SlotRange } from "@/lib/cluster/slots";
import { cellOrigin, columnOf, rowOf, SLOTS_PER_ROW, type SlotGrid } from "@/lib/layout/slot-grid";
import { grow, type Loop } from "@/lib/layout/slot-outline";

/** What lies over the cells: the hand's own marks, and what is open. Colours are read from the tokens once a theme. */
export type OverlayInk = {
  readonly accent: string;
  /** Dark, under the accent. */
  readonly edge: string;
  readonly keyline: string;
  readonly ink: string;
  readonly info: string;
};
export type OpenMark = { readonly range: SlotRange; readonly from: string; readonly to: string };
export type Overlay = {
  readonly grid: SlotGrid;
  readonly loops: readonly Loop[];
  readonly hover?: Slot | undefined;
  readonly cursor?: Slot | undefined;
  readonly found?: Slot | undefined;
  readonly open: readonly OpenMark[];
  readonly ink: OverlayInk;
};

/** Room around the cells for outlines and reticles that reach beyond them. */
export const OVERLAY_MARGIN = 16;

function trace(context: CanvasRenderingContext2D, loops: readonly Loop[], { pitch }: SlotGrid, byPx: number): void {
  context.beginPath();
  for (const loop of loops) {
    grow(loop, { pitch, byPx }).forEach(([x, y], i) => {
      if (i === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
    context.closePath();
  }
}

function paintSelection(context: CanvasRenderingContext2D, { loops, grid, ink }: Overlay): void {
  if (loops.length === 0) return;
  // Cells end one pixel before the next begins: half of it inside, the line sits in the gap.
  trace(context, loops, grid, grid.fill < grid.pitch ? 1 : 0.8);
  context.lineJoin = "round";
  context.strokeStyle = ink.edge;
  context.lineWidth = 4.5;
  context.stroke();
  context.strokeStyle = ink.accent;
  context.lineWidth = 1.6;
  context.stroke();
}

function paintHover(context: CanvasRenderingContext2D, slot: Slot, { grid, ink }: Overlay): void {
  const { x, y } = cellOrigin(grid, slot);
  context.strokeStyle = ink.keyline;
  context.lineWidth = 3.5;
  context.strokeRect(x - 1, y - 1, grid.fill + 2, grid.fill + 2);
  context.strokeStyle = ink.ink;
  context.lineWidth = 1.4;
  context.strokeRect(x - 1, y - 1, grid.fill + 2, grid.fill + 2);
}

/** Dotted lines through the whole map, so that the eye finds one cell among 16 384. */
function paintReticle(context: CanvasRenderingContext2D, slot: Slot, { grid, ink }: Overlay): void {
  const { x, y } = cellOrigin(grid, slot);
  const [middleX, middleY] = [x + grid.fill / 2, y + grid.fill / 2];
  const arm = 9;
  context.save();
  context.strokeStyle = ink.ink;
  context.globalAlpha = 0.4;
  context.lineWidth = 1;
  context.setLineDash([2, 3]);
  context.beginPath();
  context.moveTo(middleX, 0);
  context.lineTo(middleX, middleY - arm - 3);
  context.moveTo(middleX, middleY + arm + 3);
  context.lineTo(middleX, grid.size);
  context.moveTo(0, middleY);
  context.lineTo(middleX - arm - 3, middleY);
  context.moveTo(middleX + arm + 3, middleY);
  context.lineTo(grid.size, middleY);
  context.stroke();
  context.restore();
  context.fillStyle = ink.keyline;
  context.fillRect(x - 1.5, y - 1.5, grid.fill + 3, grid.fill + 3);
  context.fillStyle = ink.ink;
  context.fillRect(x, y, grid.fill, grid.fill);
  for (const [width, style] of [
    [4.5, ink.keyline],
    [1.8, ink.ink],
  ] as const) {
    context.lineWidth = width;
    context.strokeStyle = style;
    context.beginPath();
    for (const [sx, sy] of [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
    ] as const) {
      context.moveTo(middleX + sx * arm, middleY + sy * (arm - 5));
      context.lineTo(middleX + sx * arm, middleY + sy * arm);
      context.lineTo(middleX + sx * (arm - 5), middleY + sy * arm);
    }
    context.stroke();
  }
}

/** Two triangles a cell: where it comes from upper left, where it goes lower right. */
function paintOpenCells(context: CanvasRenderingContext2D, { range, from, to }: OpenMark, grid: SlotGrid): void {
  for (let slot = range[0]; slot <= range[1]; slot++) {
    const { x, y } = cellOrigin(grid, slot);
    const size = grid.fill;
    context.fillStyle = from;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + size, y);
    context.lineTo(x, y + size);
    context.fill();
    context.fillStyle = to;
    context.beginPath();
    context.moveTo(x + size, y);
    context.lineTo(x + size, y + size);
    context.lineTo(x, y + size);
    context.fill();
  }
}

/** The part of a range in each row, as boxes in pixels. */
export function rowBoxes(
  [first, last]: SlotRange,
  grid: SlotGrid,
): { x: number; y: number; width: number; height: number }[] {
  const boxes = [];
  for (let row = rowOf(first); row <= rowOf(last); row++) {
    const from = Math.max(first, row * SLOTS_PER_ROW);
    const to = Math.min(last, (row + 1) * SLOTS_PER_ROW - 1);
    const x = columnOf(from) * grid.pitch;
    boxes.push({ x, y: row * grid.pitch, width: (to - from) * grid.pitch + grid.fill, height: grid.fill });
  }
  return boxes;
}

/** `breath` 0–1: how far the echoes have gone out. */
function paintOpen(context: CanvasRenderingContext2D, mark: OpenMark, { grid, ink }: Overlay, breath: number): void {
  const ring = (by: number, box: { x: number; y: number; width: number; height: number }) => {
    context.beginPath();
    context.roundRect(box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by, 2 + by / 3);
  };
  for (const box of rowBoxes(mark.range, grid)) {
    context.lineWidth = 1;
    context.strokeStyle = ink.info;
    for (const [by, alpha] of [
      [6 + 3 * breath, 0.42],
      [9.5 + 5 * breath, 0.22],
    ] as const) {
      context.globalAlpha = alpha * (1 - 0.55 * breath);
      ring(by, box);
      context.stroke();
    }
    context.globalAlpha = 1;
    ring(2.6, box);
    context.fillStyle = ink.keyline;
    context.fill();
    context.strokeStyle = ink.keyline;
    context.lineWidth = 4.5;
    context.stroke();
    context.strokeStyle = ink.info;
    context.lineWidth = 1.6;
    context.stroke();
  }
  paintOpenCells(context, mark, grid);
}

export function paintOverlay(context: CanvasRenderingContext2D, overlay: Overlay, breath: number): void {
  const side = overlay.grid.size + 2 * OVERLAY_MARGIN;
  context.clearRect(-OVERLAY_MARGIN, -OVERLAY_MARGIN, side, side);
  paintSelection(context, overlay);
  for (const mark of overlay.open) paintOpen(context, mark, overlay, breath);
  if (overlay.found !== undefined) paintReticle(context, overlay.found, overlay);
  const pointed = overlay.hover ?? overlay.cursor;
  if (pointed !== undefined && pointed !== overlay.found) paintHover(context, pointed, overlay);
}
