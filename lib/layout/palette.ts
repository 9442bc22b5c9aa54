import { type Oklch, oklchToLinear, toHex } from "./oklab";

/**
 * The twelve shard hues and the patterns that go with them. A shard is known by colour, pattern and printed number
 * together, never by colour alone. Above twelve the hue comes again with the next pattern.
 */
export const HUES = 12;
export type Theme = "dark" | "light";

/** Lightness is uneven on purpose: neighbours stay apart for protan, deutan and tritan eyes (see the test). */
const dark: readonly Oklch[] = [
  [0.72, 0.125, 255],
  [0.6, 0.125, 42],
  [0.875, 0.098, 97],
  [0.86, 0.11, 195],
  [0.58, 0.13, 287],
  [0.72, 0.125, 12],
  [0.61, 0.095, 345],
  [0.72, 0.12, 75],
  [0.64, 0.11, 228],
  [0.58, 0.1, 165],
  [0.65, 0.1, 135],
  [0.8, 0.08, 315],
];

export const patternNames = [
  "solid",
  "slash",
  "dots",
  "backslash",
  "horizontal",
  "vertical",
  "grid",
  "checker",
  "cross-hatch",
  "rings",
  "chevrons",
  "fine-dots",
] as const;
export type PatternName = (typeof patternNames)[number];

/** Which of the twelve hues: 1–12. Shard 13 has the hue of shard 1. */
export const hueOf = (index: number): number => ((((Math.max(1, index) - 1) % HUES) + HUES) % HUES) + 1;

export function patternOf(index: number): PatternName {
  const i = Math.max(1, index) - 1;
  return patternNames[(i + Math.floor(i / HUES)) % HUES] ?? "solid";
}

export function shardOklch(index: number, theme: Theme): Oklch {
  const [lightness, chroma, hue] = dark[hueOf(index) - 1] ?? [0.6, 0.1, 255];
  return theme === "dark" ? [lightness, chroma, hue] : [0.5 + (lightness - 0.58) * 0.85, chroma, hue];
}

/** For canvas painters; SVG and CSS use the token `--shard-<hue>`. `dim` scales lightness (an empty slot: 0.26). */
export function shardHex(index: number, theme: Theme, dim = 1): string {
  const [lightness, chroma, hue] = shardOklch(index, theme);
  return toHex(oklchToLinear([lightness * dim, chroma * Math.min(1, dim + 0.2), hue]));
}

/** The 1 px inner edge that marks carry in the light theme. */
export function shardEdgeHex(index: number, theme: Theme): string {
  const [lightness, chroma, hue] = shardOklch(index, theme);
  return toHex(oklchToLinear([lightness - 0.13, chroma, hue]));
}

/** Ink on a plate of the shard's own colour: white below L .57, else near black. */
export function plateInk(index: number, theme: Theme): "white" | "black" {
  return shardOklch(index, theme)[0] < 0.57 ? "white" : "black";
}
