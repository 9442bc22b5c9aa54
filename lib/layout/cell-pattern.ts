import { SLOT_COUNT } from "@/lib/cluster/slots";
import type { PatternName } from "./palette";
import { columnOf, rowOf } from "./slot-grid";

const mod = (n: number, by: number): number => ((n % by) + by) % by;

/** One tile of rings, 6 × 6 cells. */
const RING = ["......", ".####.", ".#..#.", ".#..#.", ".####.", "......"];

/**
 * A shard's pattern on the map: too fine to be drawn inside a cell, it is told by which cells are fainter. Rows and
 * columns are those of the map, so a pattern runs on over a shard's ranges.
 */
const marks: Readonly<Record<PatternName, (column: number, row: number) => boolean>> = {
  solid: () => false,
  slash: (c, r) => mod(c + r, 4) === 0,
  dots: (c, r) => mod(r, 2) === 0 && mod(c + r, 4) === 0 && mod(c, 2) === 0,
  backslash: (c, r) => mod(c - r, 4) === 0,
  horizontal: (_, r) => mod(r, 3) === 1,
  vertical: (c) => mod(c, 3) === 1,
  grid: (c, r) => mod(c, 4) === 0 || mod(r, 4) === 0,
  checker: (c, r) => mod((c >> 1) + (r >> 1), 2) === 0,
  "cross-hatch": (c, r) => mod(c + r, 6) === 0 || mod(c - r, 6) === 0,
  rings: (c, r) => RING[mod(r, 6)]?.[mod(c, 6)] === "#",
  chevrons: (c, r) => mod(Math.abs(mod(c, 8) - 4) + r, 4) === 0,
  "fine-dots": (c, r) => mod(c, 2) === 0 && mod(r, 2) === 0,
};

const drawn = new Map<PatternName, Uint8Array>();

/** 1 for each slot whose cell is marked; drawn once a pattern, because a live map asks for all of it again and again. */
export function markedCells(pattern: PatternName): Uint8Array {
  const known = drawn.get(pattern);
  if (known) return known;
  const isMarked = marks[pattern];
  const cells = Uint8Array.from({ length: SLOT_COUNT }, (_, slot) => (isMarked(columnOf(slot), rowOf(slot)) ? 1 : 0));
  drawn.set(pattern, cells);
  return cells;
}

/** The hatch of what was and is not: slots without owner, or whose owner does not answer. */
export const isHatched = (column: number, row: number): boolean => mod(column + row, 4) < 2;
