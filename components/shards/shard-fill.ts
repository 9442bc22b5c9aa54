import { hueOf, patternOf } from "@/lib/layout/palette";

/** CSS values of a shard, for `style` and SVG attributes; they follow the theme by themselves. */
export const shardColor = (index: number): string => `var(--shard-${hueOf(index)})`;
export const shardEdge = (index: number): string => `var(--shard-${hueOf(index)}-edge)`;
export const shardInk = (index: number): string => `var(--shard-${hueOf(index)}-ink)`;

/** Paint over the colour; undefined for the solid one. */
export function shardPattern(index: number): string | undefined {
  const name = patternOf(index);
  return name === "solid" ? undefined : `url(#shard-pattern-${name})`;
}
