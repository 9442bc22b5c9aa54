import { SLOT_COUNT, type SlotRanges } from "@/lib/cluster/slots";
import { SLOT_ROWS, SLOTS_PER_ROW } from "./slot-grid";

/**
 * The outline of a selection, as closed loops of corners in cell units.
 *
 * Every side of a selected cell whose neighbour is not selected is an edge, directed so that the selection lies at its
 * right hand; edges are chained from corner to corner. Where two cells touch only by a corner, two edges leave the same
 * point: turning right keeps the loops apart, so none crosses itself. Holes come out as loops of their own, turning the
 * other way, so that `grow` moves every loop away from the selection.
 */
export type Corner = readonly [column: number, row: number];
export type Loop = readonly Corner[];

const WIDTH = SLOTS_PER_ROW + 1;
/** right, down, left, up: turning right is +1. */
const STEPS = [1, WIDTH, -1, -WIDTH] as const;

/** For each grid point, four bits: which directions an edge leaves it in. */
function edgesOf(ranges: SlotRanges): Uint8Array {
  const inside = new Uint8Array(SLOT_COUNT);
  for (const [first, last] of ranges) inside.fill(1, first, last + 1);
  const edges = new Uint8Array(WIDTH * (SLOT_ROWS + 1));
  const add = (point: number, direction: number) => {
    edges[point] = (edges[point] ?? 0) | (1 << direction);
  };
  // Plain loops: this runs with every move of the brush, over up to 16384 cells.
  for (const [first, last] of ranges) {
    for (let slot = first; slot <= last; slot++) {
      const column = slot % SLOTS_PER_ROW;
      const point = ((slot - column) / SLOTS_PER_ROW) * WIDTH + column;
      if (!inside[slot - SLOTS_PER_ROW]) add(point, 0);
      if (column === SLOTS_PER_ROW - 1 || !inside[slot + 1]) add(point + 1, 1);
      if (!inside[slot + SLOTS_PER_ROW]) add(point + WIDTH + 1, 2);
      if (column === 0 || !inside[slot - 1]) add(point + WIDTH, 3);
    }
  }
  return edges;
}

function trace(edges: Uint8Array, start: number): Loop {
  const loop: Corner[] = [];
  let point = start;
  let direction = [0, 1, 2, 3].find((d) => (edges[start] ?? 0) & (1 << d)) ?? 0;
  const first = direction;
  do {
    edges[point] = (edges[point] ?? 0) & ~(1 << direction);
    point += STEPS[direction] ?? 0;
    const leaving = edges[point] ?? 0;
    const next = [1, 0, 3].map((turn) => (direction + turn) % 4).find((d) => leaving & (1 << d));
    const turned = next ?? (point === start ? first : direction);
    if (turned !== direction) loop.push([point % WIDTH, Math.floor(point / WIDTH)]);
    direction = turned;
  } while (point !== start || (edges[point] ?? 0) & (1 << direction));
  return loop;
}

export function outlineOf(ranges: SlotRanges): Loop[] {
  const edges = edgesOf(ranges);
  const loops: Loop[] = [];
  for (let point = 0; point < edges.length; point++) while (edges[point]) loops.push(trace(edges, point));
  return loops;
}

/** The loop in pixels, moved away from the selection by `byPx`. */
export function grow(loop: Loop, { pitch, byPx }: { readonly pitch: number; readonly byPx: number }): Corner[] {
  return loop.map((corner, i) => {
    const before = loop[(i + loop.length - 1) % loop.length] ?? corner;
    const after = loop[(i + 1) % loop.length] ?? corner;
    const [inX, inY] = [Math.sign(corner[0] - before[0]), Math.sign(corner[1] - before[1])];
    const [outX, outY] = [Math.sign(after[0] - corner[0]), Math.sign(after[1] - corner[1])];
    return [corner[0] * pitch + (inY + outY) * byPx, corner[1] * pitch - (inX + outX) * byPx];
  });
}
