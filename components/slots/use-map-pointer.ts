"use client";
import {
  type Dispatch,
  type PointerEvent,
  type MouseEvent as ReactMouseEvent,
  useEffect,
  useMemo,
  useRef,
} from "react";
import { hasSlot, type Slot, type SlotRanges } from "@/lib/cluster/slots";
import type { BrushAction, BrushMode } from "@/lib/layout/brush";
import { nearestSlot, type SlotGrid, slotAt } from "@/lib/layout/slot-grid";
import type { Hover } from "./hover";

/** How far a press inside the selection must travel before it carries the selection away. */
const LIFT_PX = 5;

type Input = {
  readonly grid: SlotGrid;
  readonly selection: SlotRanges;
  readonly hover: Hover;
  readonly dispatch: Dispatch<BrushAction>;
  /** The whole range that holds a slot, for a double press. */
  readonly rangeOf: (slot: Slot) => SlotRanges;
  readonly onLift: (event: PointerEvent<HTMLElement>, slot: Slot) => void;
};

type Press =
  | { readonly kind: "brush" }
  | { readonly kind: "hold"; readonly x: number; readonly y: number; readonly slot: Slot };

function modeOf({ shiftKey, altKey }: { readonly shiftKey: boolean; readonly altKey: boolean }): BrushMode {
  return altKey ? "subtract" : shiftKey ? "add" : "replace";
}

function positionOf(event: ReactMouseEvent<HTMLElement>): { x: number; y: number } {
  const box = event.currentTarget.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

/**
 * The pointer on the map. Outside the selection a press begins a stroke; inside it, it is held until it travels, then
 * it carries the selection away, and if it never does, it was a click. A finger taps and never brushes: dragging it
 * scrolls the page.
 */
export function useMapPointer(input: Input) {
  const latest = useRef(input);
  useEffect(() => {
    latest.current = input;
  });
  const press = useRef<Press>(undefined);

  return useMemo(() => {
    const slotUnder = (event: ReactMouseEvent<HTMLElement>) => {
      const { x, y } = positionOf(event);
      return nearestSlot(latest.current.grid, x, y);
    };
    const onPointerDown = (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0 || event.pointerType === "touch") return;
      const slot = slotUnder(event);
      const mode = modeOf(event);
      if (mode === "replace" && hasSlot(latest.current.selection, slot)) {
        press.current = { kind: "hold", x: event.clientX, y: event.clientY, slot };
      } else {
        press.current = { kind: "brush" };
        latest.current.dispatch({ type: "press", slot, mode });
      }
      event.currentTarget.setPointerCapture(event.pointerId);
    };
    const onPointerMove = (event: PointerEvent<HTMLElement>) => {
      const { x, y } = positionOf(event);
      const { grid, hover, dispatch, onLift } = latest.current;
      const slot = slotAt(grid, x, y);
      hover.set(slot);
      // Inside the selection the hand may take hold of it.
      const mayHold = slot !== undefined && !press.current && hasSlot(latest.current.selection, slot);
      event.currentTarget.style.cursor = mayHold && modeOf(event) === "replace" ? "grab" : "";
      const pressed = press.current;
      if (pressed?.kind === "brush") dispatch({ type: "drag", slot: nearestSlot(grid, x, y) });
      if (pressed?.kind === "hold" && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) >= LIFT_PX) {
        press.current = undefined;
        event.currentTarget.releasePointerCapture(event.pointerId);
        hover.set(undefined);
        onLift(event, pressed.slot);
      }
    };
    const onPointerUp = (event: PointerEvent<HTMLElement>) => {
      const pressed = press.current;
      press.current = undefined;
      const { dispatch } = latest.current;
      if (event.pointerType === "touch") dispatch({ type: "tap", slot: slotUnder(event) });
      if (pressed?.kind === "hold") dispatch({ type: "set", ranges: [[pressed.slot, pressed.slot]] });
      if (pressed?.kind === "brush") dispatch({ type: "release" });
    };
    const onPointerCancel = () => {
      press.current = undefined;
      latest.current.dispatch({ type: "release" });
    };
    const onPointerLeave = () => latest.current.hover.set(undefined);
    const onDoubleClick = (event: ReactMouseEvent<HTMLElement>) =>
      latest.current.dispatch({ type: "set", ranges: latest.current.rangeOf(slotUnder(event)) });
    return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel, onPointerLeave, onDoubleClick };
  }, []);
}
