import type { PatternName } from "./palette";

/** One pattern is one path on an 8 px tile, drawn by SVG and by canvas (`Path2D`) alike. */
export const TILE = 8;

export type Pattern = { readonly path: string; readonly draw: "fill" | "stroke"; readonly width: number };

const dot = (x: number, y: number, r: number) =>
  `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;

/** Diagonals run past the tile's corners, so that the line is whole where four tiles meet. */
const slash = "M-2 2L2 -2M-2 6L6 -2M-2 10L10 -2M2 10L10 2M6 10L10 6";
const backslash = "M-2 -2L10 10M-2 2L6 10M-2 6L2 10M2 -2L10 6M6 -2L10 2";

export const patterns: Readonly<Record<PatternName, Pattern | undefined>> = {
  solid: undefined,
  slash: { path: slash, draw: "stroke", width: 1.2 },
  dots: { path: dot(2, 2, 0.9) + dot(6, 6, 0.9), draw: "fill", width: 0 },
  backslash: { path: backslash, draw: "stroke", width: 1.2 },
  horizontal: { path: "M0 2H8M0 6H8", draw: "stroke", width: 1.2 },
  vertical: { path: "M2 0V8M6 0V8", draw: "stroke", width: 1.2 },
  grid: { path: "M0 4H8M4 0V8", draw: "stroke", width: 1.3 },
  checker: { path: "M0 0H4V4H0ZM4 4H8V8H4Z", draw: "fill", width: 0 },
  "cross-hatch": { path: "M-2 2L2 -2M-2 10L10 -2M6 10L10 6M-2 -2L10 10M-2 6L2 10M6 -2L10 2", draw: "stroke", width: 1 },
  rings: { path: dot(4, 4, 2.4), draw: "stroke", width: 1.1 },
  chevrons: { path: "M0 4L4 0L8 4M0 8L4 4L8 8", draw: "stroke", width: 1.1 },
  "fine-dots": {
    path: [1, 3, 5, 7].flatMap((x) => [1, 5].map((y) => dot(x, x % 4 === 1 ? y : y + 2, 0.55))).join(""),
    draw: "fill",
    width: 0,
  },
};
