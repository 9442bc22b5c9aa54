import type { Box } from "./callouts";

export type Point = { readonly x: number; readonly y: number };

/**
 * The line that joins what is carried to where it was taken from, as an SVG path: it leaves upright, hangs in one soft
 * curve, and meets the nearest edge of the ghost squarely.
 */
export function tether(from: Point, ghost: Box): string {
  const isBelow = ghost.y > from.y + 24;
  const isAbove = ghost.y + ghost.height < from.y - 24;
  const round = (n: number) => Math.round(n * 10) / 10;
  if (isBelow || isAbove) {
    const endX = Math.min(ghost.x + ghost.width - 24, Math.max(ghost.x + 24, from.x));
    const endY = isBelow ? ghost.y : ghost.y + ghost.height;
    const reach = (endY - from.y) * 0.5;
    return `M${round(from.x)} ${round(from.y)}C${round(from.x)} ${round(from.y + reach)} ${round(endX)} ${round(endY - reach)} ${round(endX)} ${round(endY)}`;
  }
  const isRight = ghost.x > from.x;
  const endX = isRight ? ghost.x : ghost.x + ghost.width;
  const endY = ghost.y + ghost.height / 2;
  const reach = (endX - from.x) * 0.5;
  return `M${round(from.x)} ${round(from.y)}C${round(from.x + reach)} ${round(from.y)} ${round(endX - reach)} ${round(endY)} ${round(endX)} ${round(endY)}`;
}
