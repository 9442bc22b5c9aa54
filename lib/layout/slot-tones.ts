import { SLOT_COUNT } from "@/lib/cluster/slots";
import { isHatched, markedCells } from "./cell-pattern";
import { type Oklch, oklchToLinear, toHex } from "./oklab";
import { patternOf, shardOklch, type Theme } from "./palette";
import { columnOf, rowOf } from "./slot-grid";
import { KEY_STEPS, type KeySteps, keyStepOf } from "./slot-keys";
import type { SlotScene } from "./slot-scene";

/**
 * What colour each cell of the map has, in two steps: `tonesOf` gives each slot a small number that says why it looks
 * as it does (whose, marked by the pattern or not, how full), `toneTable` gives each such number its colour in a theme.
 * Two pictures are compared by these numbers, and only cells whose number changed are painted again.
 *
 * A number is shard × 32 + marked × 16 + level; shard 0 holds the tones that belong to no shard.
 */
export type SlotLayer = "owner" | "keys";
export const slotLayers: readonly SlotLayer[] = ["owner", "keys"];

const PER_SHARD = 32;
const MARKED = 16;
const LEVELS = 6;
const UNKNOWN = LEVELS + 1;
const SILENT = LEVELS + 2;
const WELL = 0;
const HATCH = 1;
const STEP_0 = 2;
const STEP_UNKNOWN = STEP_0 + KEY_STEPS + 1;

const LEAST_FULL = 0.78;
const EMPTY = 0.26;
const MARK = 0.6;

const well: Readonly<Record<Theme, Oklch>> = { dark: [0.125, 0.006, 255], light: [0.945, 0.005, 250] };
const page: Readonly<Record<Theme, Oklch>> = { dark: [0.15, 0.007, 255], light: [0.962, 0.004, 250] };
const bad: Readonly<Record<Theme, Oklch>> = { dark: [0.68, 0.205, 25], light: [0.54, 0.2, 26] };
export const keyHue: Readonly<Record<Theme, readonly Oklch[]>> = {
  dark: [0.36, 0.48, 0.6, 0.73, 0.87].map((l, i) => [l, 0.07 + 0.008 * i, 238] as const),
  light: [0.86, 0.74, 0.62, 0.5, 0.38].map((l, i) => [l, 0.06 + 0.012 * i, 242] as const),
};

export type ToneInput = {
  readonly scene: SlotScene;
  readonly layer: SlotLayer;
  readonly steps: KeySteps;
  /** The count that is drawn as full. */
  readonly full: number;
};

export function tonesOf({ scene, layer, steps, full }: ToneInput): Uint16Array {
  const tones = new Uint16Array(SLOT_COUNT);
  let owner = -1;
  let marked: Uint8Array = new Uint8Array();
  // In a cluster without a key every slot is empty: then it tells nothing, and the map shows who owns what.
  const isBare = !scene.keys.some((count) => count > 0);
  for (let slot = 0; slot < SLOT_COUNT; slot++) {
    if (scene.owner[slot] !== owner) {
      owner = scene.owner[slot] ?? 0;
      marked = markedCells(patternOf(owner));
    }
    const count = scene.keys[slot] ?? -1;
    if (owner === 0) tones[slot] = isHatched(columnOf(slot), rowOf(slot)) ? HATCH : WELL;
    else if (!scene.served[slot])
      tones[slot] = isHatched(columnOf(slot), rowOf(slot)) ? HATCH : owner * PER_SHARD + SILENT;
    else if (layer === "keys") tones[slot] = count < 0 ? STEP_UNKNOWN : STEP_0 + keyStepOf(steps, count);
    // An empty slot is one colour, pattern or not.
    else if (count === 0 && !isBare) tones[slot] = owner * PER_SHARD;
    else tones[slot] = owner * PER_SHARD + (marked[slot] ? MARKED : 0) + levelOf(isBare ? -1 : count, full);
  }
  return tones;
}

function levelOf(count: number, full: number): number {
  return count < 0 ? UNKNOWN : 1 + Math.round(Math.min(1, count / full) * (LEVELS - 1));
}

/** How much of the shard's own colour stands over the page. */
function strengthOf(level: number, isMark: boolean): number {
  if (level === 0) return EMPTY;
  if (level === SILENT) return EMPTY;
  const full = level === UNKNOWN ? 0.88 : LEAST_FULL + ((1 - LEAST_FULL) * (level - 1)) / (LEVELS - 1);
  return isMark ? full * MARK : full;
}

const hexOf = (colour: Oklch): string => toHex(oklchToLinear(colour));
const channels = (hex: string): number[] => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/** As a canvas keeps it in memory: red in the lowest byte. */
function packed(hex: string, ground: string, strength: number): number {
  const under = channels(ground);
  const [r, g, b] = channels(hex).map((over, i) => Math.round((under[i] ?? 0) * (1 - strength) + over * strength));
  return ((255 << 24) | ((b ?? 0) << 16) | ((g ?? 0) << 8) | (r ?? 0)) >>> 0;
}

type TableInput = {
  readonly theme: Theme;
  readonly maxIndex: number;
  readonly strength: number;
  readonly look: (colour: Oklch) => Oklch;
};

/** The colour of each tone, for shards up to `maxIndex`; `strength` below 1 lets the whole map step back. */
export function toneTable(theme: Theme, maxIndex: number, strength = 1): Uint32Array {
  return tableOf({ theme, maxIndex, strength, look: (colour) => colour });
}

function tableOf({ theme, maxIndex, strength, look }: TableInput): Uint32Array {
  const ground = hexOf(page[theme]);
  const table = new Uint32Array((maxIndex + 1) * PER_SHARD);
  table[WELL] = packed(hexOf(well[theme]), ground, 1);
  table[HATCH] = packed(hexOf(look(bad[theme])), ground, 0.72 * strength);
  keyHue[theme].forEach((colour, i) => {
    table[STEP_0 + 1 + i] = packed(hexOf(look(colour)), ground, strength);
  });
  table[STEP_0] = packed(hexOf(look(keyHue[theme][2] ?? page[theme])), ground, 0.14 * strength);
  table[STEP_UNKNOWN] = packed(hexOf(well[theme]), ground, 1);
  for (let index = 1; index <= maxIndex; index++) {
    const hex = hexOf(look(shardOklch(index, theme)));
    for (let level = 0; level <= SILENT; level++) {
      for (const isMark of [false, true]) {
        const at = index * PER_SHARD + (isMark ? MARKED : 0) + level;
        table[at] = packed(hex, ground, strengthOf(level, isMark) * strength);
      }
    }
  }
  return table;
}

/** How a selection is lit: nearer to the light on a dark page, deeper on a light one, in the shard's own hue. */
const lift: Readonly<Record<Theme, { readonly lightness: number; readonly chroma: number }>> = {
  dark: { lightness: 0.11, chroma: 1.12 },
  light: { lightness: -0.07, chroma: 1.25 },
};

/** The same tones as a selection shows them, so that the brush reads on every hue. */
export function litTable(theme: Theme, maxIndex: number): Uint32Array {
  const { lightness, chroma } = lift[theme];
  const lit = ([l, c, h]: Oklch): Oklch => [Math.min(0.97, l + lightness), c * chroma, h];
  return tableOf({ theme, maxIndex, strength: 1, look: lit });
}

const ink: Readonly<Record<Theme, Oklch>> = { dark: [0.955, 0.004, 255], light: [0.235, 0.015, 255] };

/** What a cell fades through when it changes its owner. */
export const inkOf = (theme: Theme): number => packed(hexOf(ink[theme]), hexOf(ink[theme]), 1);

/** Between two packed colours; alpha of the first. */
export function mixPacked(from: number, to: number, t: number): number {
  const channel = (shift: number) => {
    const a = (from >>> shift) & 255;
    return Math.round(a + (((to >>> shift) & 255) - a) * t) << shift;
  };
  return ((from & 0xff000000) | channel(16) | channel(8) | channel(0)) >>> 0;
}

/** Shard whose change of owner a tone tells; cells that only grew fuller change without a motion. */
export const shardOfTone = (tone: number): number => Math.floor(tone / PER_SHARD);
