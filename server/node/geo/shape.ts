import { areaOf, type Cell, cellAt, neighbour, type Point, pointOf, type Range } from "./cell";
import { degrees, distance, EARTH_RADIUS_METRES, latitudeDistance, radians } from "./distance";

/** What a search is about; metres. */
export type Shape = { readonly center: Point } & (
  | { readonly kind: "circle"; readonly radius: number }
  | { readonly kind: "box"; readonly width: number; readonly height: number }
);

/** How far a place of the shape is from its middle, metres; undefined: it is not in it. */
export function distanceWithin(shape: Shape, score: number): number | undefined {
  const point = pointOf(score);
  const { center } = shape;
  if (shape.kind === "circle") {
    const away = distance(center, point);
    return away > shape.radius ? undefined : away;
  }
  if (latitudeDistance(point.latitude, center.latitude) > shape.height / 2) return undefined;
  const across = distance(point, { longitude: center.longitude, latitude: point.latitude });
  return across > shape.width / 2 ? undefined : distance(center, point);
}

/** Half of the earth around, by Mercator. */
const MERCATOR_METRES = 20037726.37;
const MOST_STEPS = 26;

/** How fine a map is on which the shape lies in a cell and its neighbours; coarser towards the poles. */
function stepsFor(metres: number, latitude: number): number {
  if (metres === 0) return MOST_STEPS;
  let steps = -1;
  for (let size = metres; size < MERCATOR_METRES; size *= 2) steps++;
  const north = Math.abs(latitude);
  if (north > 66) steps--;
  if (north > 80) steps--;
  return Math.min(MOST_STEPS, Math.max(1, steps));
}

type Bounds = { readonly longitude: Range; readonly latitude: Range };

function boundsOf(shape: Shape): Bounds {
  const { longitude, latitude } = shape.center;
  const [height, width] = shape.kind === "circle" ? [shape.radius, shape.radius] : [shape.height / 2, shape.width / 2];
  const up = degrees(height / EARTH_RADIUS_METRES);
  const wide = latitude < 0 ? latitude - up : latitude + up;
  const across = degrees(width / EARTH_RADIUS_METRES / Math.cos(radians(wide)));
  return {
    longitude: { least: longitude - across, most: longitude + across },
    latitude: { least: latitude - up, most: latitude + up },
  };
}

function isTooFine(cell: Cell, { longitude, latitude }: Bounds): boolean {
  const [north, south] = [areaOf(neighbour(cell, 0, 1)).latitude, areaOf(neighbour(cell, 0, -1)).latitude];
  const [east, west] = [areaOf(neighbour(cell, 1, 0)).longitude, areaOf(neighbour(cell, -1, 0)).longitude];
  return (
    north.most < latitude.most ||
    south.least > latitude.least ||
    east.most < longitude.most ||
    west.least > longitude.least
  );
}

/** The cell, then its neighbours by [right, up]: in the order in which a search that does not sort answers. */
const AROUND = [
  [0, 0],
  [0, 1],
  [0, -1],
  [1, 0],
  [-1, 0],
  [1, 1],
  [-1, 1],
  [1, -1],
  [-1, -1],
] as const;

const isSame = (a: Cell | undefined, b: Cell): boolean => a !== undefined && a.column === b.column && a.row === b.row;

/** Cells that cover the shape, in the order in which they are searched. */
export function cellsOf(shape: Shape): readonly Cell[] {
  const { center } = shape;
  const bounds = boundsOf(shape);
  const reach = shape.kind === "circle" ? shape.radius : Math.sqrt((shape.width / 2) ** 2 + (shape.height / 2) ** 2);
  let steps = stepsFor(reach, center.latitude);
  let cell = cellAt(center, steps);
  if (steps > 1 && isTooFine(cell, bounds)) cell = cellAt(center, --steps);
  const area = areaOf(cell);
  const isNeedless = (right: number, up: number): boolean =>
    steps >= 2 &&
    ((up < 0 && area.latitude.least < bounds.latitude.least) ||
      (up > 0 && area.latitude.most > bounds.latitude.most) ||
      (right < 0 && area.longitude.least < bounds.longitude.least) ||
      (right > 0 && area.longitude.most > bounds.longitude.most));
  const found: Cell[] = [];
  let last: Cell | undefined;
  for (const [right, up] of AROUND) {
    const next = right === 0 && up === 0 ? cell : neighbour(cell, right, up);
    if (isNeedless(right, up) || isSame(last, next)) continue;
    found.push(next);
    // On the coarsest map two neighbours are one; the cell itself is not looked at for this.
    if (right !== 0 || up !== 0) last = next;
  }
  return found;
}
