"use client";
import { useSearchParams } from "next/navigation";
import { type Dispatch, type RefObject, useCallback, useMemo, useReducer, useState } from "react";
import type { Slot, SlotRanges } from "@/lib/cluster/slots";
import { type Brush, type BrushAction, brushed, emptyBrush, rangeEnd } from "@/lib/layout/brush";
import { type Found, findSlot } from "@/lib/layout/find-slot";
import { type SlotLayer, slotLayers } from "@/lib/layout/slot-tones";
import { type SlotCommand, useSlotKeys } from "./use-slot-keys";
import type { SlotView } from "./use-slot-view";

type Input = {
  readonly view: SlotView;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly onLayer: (layer: SlotLayer) => void;
  readonly onMove: () => void;
};

export type BrushTools = {
  readonly brush: Brush;
  readonly dispatch: Dispatch<BrushAction>;
  /** Where the keyboard stands, while the keyboard is what selects. */
  readonly head: Slot | undefined;
  readonly typed: string;
  readonly found: Found;
  readonly onType: (text: string) => void;
  /** Takes what the search found into the hand. */
  readonly onTake: () => void;
  readonly onKeyDown: ReturnType<typeof useSlotKeys>;
  /** The whole range of its owner that holds a slot. */
  readonly rangeOf: (slot: Slot) => SlotRanges;
};

/** What is searched for: typed here, or asked for from elsewhere by `?find=`. */
function useTyped() {
  const asked = useSearchParams().get("find") ?? "";
  const [typed, onType] = useState(asked);
  const [taken, setTaken] = useState(asked);
  if (asked !== taken) {
    setTaken(asked);
    onType(asked);
  }
  return { typed, onType };
}

/** What is selected, by mouse, touch, keys or search: one brush for all of them. */
export function useBrush({ view, search, onLayer, onMove }: Input): BrushTools {
  const [brush, dispatch] = useReducer(brushed, emptyBrush);
  const { typed, onType } = useTyped();
  const [isByKeys, setByKeys] = useState(false);
  const found = useMemo(() => findSlot(typed), [typed]);
  const all = useMemo(() => [...view.owners.values()].flat().sort((a, b) => a[0] - b[0]), [view.owners]);
  const rangeOf = useCallback(
    (slot: Slot): SlotRanges => all.filter(([first, last]) => first <= slot && slot <= last),
    [all],
  );
  const nextLayer = slotLayers[(slotLayers.indexOf(view.layer) + 1) % slotLayers.length] ?? "owner";
  const run = (command: SlotCommand) => {
    switch (command.type) {
      case "find":
        search.current?.focus();
        search.current?.select();
        return;
      case "layer":
        onLayer(nextLayer);
        return;
      case "shape":
        dispatch({ type: "shape", shape: brush.shape === "run" ? "rect" : "run" });
        return;
      case "move-to":
        if (brush.ranges.length > 0) onMove();
        return;
      case "clear":
        if (brush.ranges.length > 0) dispatch({ type: "clear" });
        else onType("");
        return;
      case "growToEnd":
        setByKeys(true);
        if (brush.head !== undefined) dispatch({ type: "growTo", slot: rangeEnd(all, brush.head, command.direction) });
        return;
      default:
        setByKeys(true);
        dispatch(command);
    }
  };
  const onKeyDown = useSlotKeys(run);
  const byHand = useCallback((action: BrushAction) => {
    setByKeys(false);
    dispatch(action);
  }, []);
  const onTake = () => {
    if (found.kind === "ranges") byHand({ type: "set", ranges: found.ranges });
    else if (found.kind !== "nothing") byHand({ type: "set", ranges: [[found.slot, found.slot]] });
  };
  const head = isByKeys ? brush.head : undefined;
  return { brush, dispatch: byHand, head, typed, found, onType, onTake, onKeyDown, rangeOf };
}
