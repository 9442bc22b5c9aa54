import type { Point } from "./cell";

export const EARTH_RADIUS_METRES = 6372797.560856;
const RADIANS = Math.PI / 180;

export const radians = (degrees: number): number => degrees * RADIANS;
export const degrees = (radians: number): number => radians / RADIANS;

/** Between two parallels, metres. */
export const latitudeDistance = (a: number, b: number): number =>
  EARTH_RADIUS_METRES * Math.abs(radians(b) - radians(a));

/** Along a great circle, metres. */
export function distance(from: Point, to: Point): number {
  const v = Math.sin((radians(to.longitude) - radians(from.longitude)) / 2);
  if (v === 0) return latitudeDistance(from.latitude, to.latitude);
  const [a, b] = [radians(from.latitude), radians(to.latitude)];
  const u = Math.sin((b - a) / 2);
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.sqrt(u * u + Math.cos(a) * Math.cos(b) * v * v));
}
