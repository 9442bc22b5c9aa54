import { SLOT_COUNT, type Slot } from "@/lib/cluster/slots";
import { rowOf, type SlotGrid } from "@/lib/layout/slot-grid";
import { mixPacked } from "@/lib/layout/slot-tones";
import { type CellEdges, cellEdges, changedSlots, paintAllCells, paintCell } from "./paint-cells";

/**
 * The static layer of the map: an image in memory, one pixel buffer, put on the canvas where it changed.
 *
 * 1. `show` compares the new tones with those on screen. Another size, theme or layer repaints all (about 2 ms at
 *    1280 × 1280 device pixels); else only cells whose tone changed are painted.
 * 2. A cell whose owner changed fades from its old colour through ink to the new one in 240 ms; cells that change
 *    together start row by row, never all at once. Reduced motion: they switch.
 * 3. The loop runs only while a cell fades. `close` ends it.
 *
 * It owns no state of the product: given the same tones it shows the same picture, whatever it showed before.
 */
const FADE_MS = 240;
const ROW_DELAY_MS = 22;
const LONGEST_DELAY_MS = 900;
const LIT = 0x8000;

export type CellPicture = {
  readonly grid: SlotGrid;
  readonly ratio: number;
  /** Tone of each slot; with LIT set for what is selected. */
  readonly cells: Uint16Array;
  readonly colours: Uint32Array;
  readonly litColours: Uint32Array;
  /** Packed colour that a change of owner passes through. */
  readonly ink: number;
  /** Whose a tone is: a change of it is a change of owner. */
  readonly ownerOf: (tone: number) => number;
  /** Changes with what makes the whole picture another one: theme, layer, drag. */
  readonly look: string;
  readonly moves: boolean;
};

export function litCells(tones: Uint16Array, selected: Iterable<Slot>): Uint16Array {
  const cells = tones.slice();
  for (const slot of selected) cells[slot] = (cells[slot] ?? 0) | LIT;
  return cells;
}

type Fade = { readonly from: number; readonly startMs: number };

export class CellCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #fades = new Map<Slot, Fade>();
  #picture: CellPicture | undefined;
  #image: ImageData | undefined;
  #pixels = new Uint32Array();
  #edges: CellEdges | undefined;
  #frame = 0;
  /** How long the last full paint took, for the test that keeps it under a frame. */
  paintMs = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  show(next: CellPicture): void {
    const before = this.#picture;
    this.#picture = next;
    const sameSize = before?.grid.size === next.grid.size && before.ratio === next.ratio;
    if (!before || !sameSize || before.look !== next.look) this.#paintAll(next, sameSize);
    else this.#paintChanged(before, next);
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    this.#fades.clear();
  }

  #colourOf(picture: CellPicture, slot: Slot): number {
    const cell = picture.cells[slot] ?? 0;
    return (cell & LIT ? picture.litColours[cell & ~LIT] : picture.colours[cell]) ?? 0;
  }

  #paintAll(picture: CellPicture, sameSize: boolean): void {
    const startedMs = performance.now();
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    if (!sameSize || !this.#image || !this.#edges) {
      this.#edges = cellEdges(picture.grid, picture.ratio);
      this.#canvas.width = this.#edges.size;
      this.#canvas.height = this.#edges.size;
      this.#image = context.createImageData(this.#edges.size, this.#edges.size);
      this.#pixels = new Uint32Array(this.#image.data.buffer);
    }
    this.#fades.clear();
    paintAllCells(this.#pixels, this.#edges, (slot) => this.#colourOf(picture, slot));
    context.putImageData(this.#image, 0, 0);
    this.paintMs = performance.now() - startedMs;
    this.#canvas.dataset.paintMs = this.paintMs.toFixed(2);
  }

  #paintChanged(before: CellPicture, next: CellPicture): void {
    const slots = changedSlots(before.cells, next.cells);
    if (slots.length === 0 || !this.#edges) return;
    const now = performance.now();
    const rows = new Map<number, number>();
    for (const slot of slots) {
      const [was, is] = [(before.cells[slot] ?? 0) & ~LIT, (next.cells[slot] ?? 0) & ~LIT];
      const isHandedOver = next.moves && next.ownerOf(was) !== next.ownerOf(is) && slots.length < SLOT_COUNT;
      if (isHandedOver) {
        const rank = rows.get(rowOf(slot)) ?? rows.size;
        rows.set(rowOf(slot), rank);
        const startMs = now + Math.min(LONGEST_DELAY_MS, rank * ROW_DELAY_MS);
        this.#fades.set(slot, { from: this.#colourOf(before, slot), startMs });
      } else if (!this.#fades.has(slot)) {
        paintCell(this.#pixels, this.#edges, { slot, colour: this.#colourOf(next, slot) });
      }
    }
    this.#put(slots);
    if (this.#fades.size > 0) this.#run();
  }

  #run(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame((now) => {
      this.#paintFades(now);
      if (this.#fades.size > 0) this.#run();
    });
  }

  #paintFades(now: number): void {
    const picture = this.#picture;
    if (!picture || !this.#edges) return;
    const slots = [...this.#fades.keys()];
    for (const [slot, { from, startMs }] of this.#fades) {
      const t = Math.max(0, (now - startMs) / FADE_MS);
      const to = this.#colourOf(picture, slot);
      const colour =
        t >= 1 ? to : t < 0.5 ? mixPacked(from, picture.ink, 2 * t) : mixPacked(picture.ink, to, 2 * t - 1);
      paintCell(this.#pixels, this.#edges, { slot, colour });
      if (t >= 1) this.#fades.delete(slot);
    }
    this.#put(slots);
  }

  /** Puts the rows that hold these slots, full width: one call is cheaper than many small ones. */
  #put(slots: readonly Slot[]): void {
    const context = this.#canvas.getContext("2d");
    if (!context || !this.#image || !this.#edges || slots.length === 0) return;
    const rows = slots.map(rowOf);
    const [first, last] = rows.reduce(([a, b], row) => [Math.min(a, row), Math.max(b, row)], [127, 0]);
    const top = this.#edges.starts[first] ?? 0;
    const bottom = this.#edges.ends[last] ?? this.#edges.size;
    context.putImageData(this.#image, 0, 0, 0, top, this.#edges.size, bottom - top);
  }
}
