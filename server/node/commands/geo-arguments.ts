import { CommandError } from "../command";
import { LATITUDES, LONGITUDES, type Point, type Range } from "../geo/cell";
import { upper } from "./numbers";
import { scoreOf } from "./zset-values";

const isIn = (value: number, { least, most }: Range): boolean => value >= least && value <= most;

/** As C prints %f. */
const sixPlaces = (value: number): string => {
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Math.abs(value) < 1e21 ? value.toFixed(6) : `${BigInt(value)}.000000`;
};

export function readPoint(args: readonly Buffer[], at: number): Point {
  const [longitude, latitude] = [scoreOf(args[at]), scoreOf(args[at + 1])];
  if (!isIn(longitude, LONGITUDES) || !isIn(latitude, LATITUDES))
    throw new CommandError(`ERR invalid longitude,latitude pair ${sixPlaces(longitude)},${sixPlaces(latitude)}`);
  return { longitude, latitude };
}

const UNITS: Readonly<Record<string, number>> = { M: 1, KM: 1000, FT: 0.3048, MI: 1609.34 };

/** Metres. */
export function readUnit(arg: Buffer | undefined): number {
  const metres = UNITS[upper(arg)];
  if (metres === undefined) throw new CommandError("ERR unsupported unit provided. please use M, KM, FT, MI");
  return metres;
}

/** `metres`: of one unit, in which distances are answered. */
export type Sized<T> = T & { readonly metres: number };

export function readRadius(args: readonly Buffer[], at: number): Sized<{ readonly radius: number }> {
  const radius = scoreOf(args[at], "ERR need numeric radius");
  if (radius < 0) throw new CommandError("ERR radius cannot be negative");
  const metres = readUnit(args[at + 1]);
  return { radius: radius * metres, metres };
}

export function readBox(
  args: readonly Buffer[],
  at: number,
): Sized<{ readonly width: number; readonly height: number }> {
  const width = scoreOf(args[at], "ERR need numeric width");
  const height = scoreOf(args[at + 1], "ERR need numeric height");
  if (width < 0 || height < 0) throw new CommandError("ERR height or width cannot be negative");
  const metres = readUnit(args[at + 2]);
  return { width: width * metres, height: height * metres, metres };
}
