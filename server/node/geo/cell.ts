/**
 * Places as scores of a sorted set: longitude and latitude in 26 bits each, their bits one by one in turn. A cell of fewer
 * steps is all that begins with its bits: a range of scores. Latitudes end at 85.05°, where Mercator's map is a square.
 */
export type Point = { readonly longitude: number; readonly latitude: number };
export type Range = { readonly least: number; readonly most: number };
/** Column and row of a map of 2^steps each way. */
export type Cell = { readonly column: number; readonly row: number; readonly steps: number };
export type Area = { readonly longitude: Range; readonly latitude: Range };

export const LONGITUDES: Range = { least: -180, most: 180 };
export const LATITUDES: Range = { least: -85.05112878, most: 85.05112878 };
export const STEPS = 26;
const HALF = 13;
const HALF_SIZE = 2 ** HALF;

const placeOf = (value: number, { least, most }: Range, steps: number): number =>
  Math.floor(((value - least) / (most - least)) * 2 ** steps);

export const cellAt = ({ longitude, latitude }: Point, steps: number, latitudes: Range = LATITUDES): Cell => ({
  column: placeOf(longitude, LONGITUDES, steps),
  row: placeOf(latitude, latitudes, steps),
  steps,
});

/** Around the world: who steps over an edge is at the other one. The edge itself lies a step beyond the last column or row. */
export function neighbour({ column, row, steps }: Cell, right: number, up: number): Cell {
  const size = 2 ** steps;
  const moved = (place: number, by: number) => (by === 0 ? place : (place + by + size) % size);
  return { column: moved(column, right), row: moved(row, up), steps };
}

function edges(place: number, steps: number, { least, most }: Range): Range {
  const width = most - least;
  return { least: least + (place / 2 ** steps) * width, most: least + ((place + 1) / 2 ** steps) * width };
}

export const areaOf = ({ column, row, steps }: Cell): Area => ({
  longitude: edges(column, steps, LONGITUDES),
  latitude: edges(row, steps, LATITUDES),
});

/** Bits of 14, a zero before each. */
function spread(bits: number): number {
  let spread = bits;
  spread = (spread | (spread << 8)) & 0x00ff00ff;
  spread = (spread | (spread << 4)) & 0x0f0f0f0f;
  spread = (spread | (spread << 2)) & 0x33333333;
  return (spread | (spread << 1)) & 0x55555555;
}

const together = (column: number, row: number): number => spread(row) + spread(column) * 2;

/** From the score of its first place up to that of the next cell, without it. */
export function scoresOf({ column, row, steps }: Cell): Range {
  const high = together(Math.floor(column / HALF_SIZE), Math.floor(row / HALF_SIZE));
  const low = together(column % HALF_SIZE, row % HALF_SIZE);
  const width = 2 ** ((STEPS - steps) * 2);
  // One rounding, as of an integer of 64 bits: past the last row or column there are more than 53.
  const score = (of: number) => (high * 2 ** (HALF * 2) + of) * width;
  return { least: score(low), most: score(low + 1) };
}

/** As the processor makes an integer of 64 bits of any double. */
function bitsOf(score: number): bigint {
  const most = 2 ** 63;
  const whole = (value: number) => (value >= -most && value < most ? BigInt(Math.trunc(value)) : -(2n ** 63n));
  return BigInt.asUintN(64, score < most ? whole(score) : whole(score - most) ^ -(2n ** 63n));
}

/** Every other of the bits from `first` on. */
function gathered(bits: bigint, first: number): number {
  let found = 0;
  for (let bit = 0; bit < 32; bit++) if (((bits >> BigInt(first + bit * 2)) & 1n) === 1n) found += 2 ** bit;
  return found;
}

export function cellOf(score: number): Cell {
  if (!Number.isInteger(score) || score < 0 || score >= 2 ** 52) {
    const bits = bitsOf(score);
    return { column: gathered(bits, 1), row: gathered(bits, 0), steps: STEPS };
  }
  const high = Math.floor(score / 2 ** (HALF * 2));
  const low = score % 2 ** (HALF * 2);
  const of = (shift: number) => narrow(high >>> shift) * HALF_SIZE + narrow(low >>> shift);
  return { column: of(1), row: of(0), steps: STEPS };
}

/** The other way round of `spread`. */
function narrow(bits: number): number {
  let narrow = bits & 0x55555555;
  narrow = (narrow | (narrow >>> 1)) & 0x33333333;
  narrow = (narrow | (narrow >>> 2)) & 0x0f0f0f0f;
  narrow = (narrow | (narrow >>> 4)) & 0x00ff00ff;
  return (narrow | (narrow >>> 8)) & 0xffff;
}

/** The middle of its cell. */
export function pointOf(score: number): Point {
  const { longitude, latitude } = areaOf(cellOf(score));
  const within = (value: number, { least, most }: Range) => Math.min(most, Math.max(least, value));
  return {
    longitude: within((longitude.least + longitude.most) / 2, LONGITUDES),
    latitude: within((latitude.least + latitude.most) / 2, LATITUDES),
  };
}

const ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz";
const EARTH: Range = { least: -90, most: 90 };

/** Eleven letters of the geohash that others write, whose latitudes go up to the poles; for the last there are no bits. */
export function geohashOf(point: Point): string {
  const { least: bits } = scoresOf(cellAt(point, STEPS, EARTH));
  let text = "";
  for (let letter = 1; letter <= 10; letter++) text += ALPHABET[Math.floor(bits / 2 ** (52 - letter * 5)) % 32];
  return `${text}0`;
}
