import {
  countSlots,
  normalizeRanges,
  SLOT_COUNT,
  type Slot,
  type SlotRange,
  type SlotRanges,
  subtractRanges,
  unionRanges,
} from "@/lib/cluster/slots";
import { rectBetween, runBetween } from "./slot-grid";

/**
 * What the hand has selected on the map. A stroke runs from where it was pressed (`anchor`) to where it is (`head`) and
 * joins, replaces or leaves what was selected before (`base`); `ranges` is the outcome, at every moment. Keys speak of
 * the last stroke too: growing moves its head, so that a brush begun with the mouse is finished with the keyboard.
 */
export type BrushShape = "run" | "rect";
export type BrushMode = "replace" | "add" | "subtract";

export type Brush = {
  readonly ranges: SlotRanges;
  readonly base: SlotRanges;
  readonly mode: BrushMode;
  readonly shape: BrushShape;
  readonly anchor?: Slot;
  readonly head?: Slot;
  readonly isDrawing: boolean;
};

export type BrushAction =
  | { readonly type: "press"; readonly slot: Slot; readonly mode: BrushMode }
  | { readonly type: "drag"; readonly slot: Slot }
  | { readonly type: "release" }
  /** A touch: the first one marks the start, the second the end of a run. */
  | { readonly type: "tap"; readonly slot: Slot }
  | { readonly type: "set"; readonly ranges: SlotRanges }
  | { readonly type: "shape"; readonly shape: BrushShape }
  | { readonly type: "move"; readonly by: number }
  | { readonly type: "grow"; readonly by: number }
  | { readonly type: "growTo"; readonly slot: Slot }
  | { readonly type: "clear" };

export const emptyBrush: Brush = { ranges: [], base: [], mode: "replace", shape: "run", isDrawing: false };

const clamp = (slot: number): Slot => Math.min(SLOT_COUNT - 1, Math.max(0, slot));

function strokeOf({ shape, anchor, head }: Brush): SlotRange[] {
  if (anchor === undefined || head === undefined) return [];
  return shape === "run" ? [runBetween(anchor, head)] : rectBetween(anchor, head);
}

function outcome(brush: Brush): SlotRange[] {
  const stroke = strokeOf(brush);
  switch (brush.mode) {
    case "replace":
      return normalizeRanges(stroke);
    case "add":
      return unionRanges(brush.base, stroke);
    case "subtract":
      return subtractRanges(brush.base, stroke);
  }
}

const drawn = (brush: Brush): Brush => ({ ...brush, ranges: outcome(brush) });

function selected(shape: BrushShape, ranges: SlotRanges): Brush {
  const normal = normalizeRanges(ranges);
  const [anchor, head] = [normal.at(-1)?.[0], normal.at(-1)?.[1]];
  return {
    ...emptyBrush,
    shape,
    ranges: normal,
    base: normal.slice(0, -1),
    mode: normal.length > 1 ? "add" : "replace",
    ...(anchor === undefined || head === undefined ? {} : { anchor, head }),
  };
}

/** All ranges by the same step, as far as the ends of the map allow. */
function moved(brush: Brush, by: number): Brush {
  const first = brush.ranges[0]?.[0];
  const last = brush.ranges.at(-1)?.[1];
  if (first === undefined || last === undefined) return selected(brush.shape, [[0, 0]]);
  const step = Math.max(-first, Math.min(SLOT_COUNT - 1 - last, by));
  return selected(
    brush.shape,
    brush.ranges.map(([from, to]) => [from + step, to + step] as const),
  );
}

function tapped(brush: Brush, slot: Slot): Brush {
  const isStarted = brush.anchor !== undefined && countSlots(brush.ranges) === 1;
  return isStarted && brush.anchor !== slot
    ? drawn({ ...brush, mode: "replace", base: [], head: slot })
    : selected(brush.shape, [[slot, slot]]);
}

export function brushed(brush: Brush, action: BrushAction): Brush {
  switch (action.type) {
    case "press": {
      const base = action.mode === "replace" ? [] : brush.ranges;
      return drawn({ ...brush, base, mode: action.mode, anchor: action.slot, head: action.slot, isDrawing: true });
    }
    case "drag":
      return brush.isDrawing && brush.head !== action.slot ? drawn({ ...brush, head: action.slot }) : brush;
    case "release":
      return { ...brush, isDrawing: false };
    case "tap":
      return tapped(brush, action.slot);
    case "set":
      return selected(brush.shape, action.ranges);
    case "shape":
      return { ...brush, shape: action.shape };
    case "move":
      return moved(brush, action.by);
    case "grow":
      return brush.head === undefined
        ? selected(brush.shape, [[0, 0]])
        : drawn({ ...brush, head: clamp(brush.head + action.by) });
    case "growTo":
      return brush.head === undefined ? brush : drawn({ ...brush, head: clamp(action.slot) });
    case "clear":
      return { ...emptyBrush, shape: brush.shape };
  }
}

/** The end of the range of `ranges` that holds the slot; of the next one when the slot stands at that end already. */
export function rangeEnd(ranges: SlotRanges, slot: Slot, direction: 1 | -1): Slot {
  const holds = (wanted: Slot) => ranges.find(([first, last]) => first <= wanted && wanted <= last);
  const own = holds(slot);
  const end = own && (direction > 0 ? own[1] : own[0]);
  if (end !== undefined && end !== slot) return end;
  const next = holds(clamp(slot + direction));
  return next ? (direction > 0 ? next[1] : next[0]) : clamp(slot + direction);
}
