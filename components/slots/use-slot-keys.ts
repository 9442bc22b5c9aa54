"use client";
import { type KeyboardEvent as ReactKeyboardEvent, useEffect, useMemo, useRef } from "react";
import { SLOTS_PER_ROW } from "@/lib/layout/slot-grid";

/** What a key means on this screen. */
export type SlotCommand =
  | { readonly type: "move" | "grow"; readonly by: number }
  | { readonly type: "growToEnd"; readonly direction: 1 | -1 }
  | { readonly type: "clear" | "find" | "layer" | "shape" | "move-to" };

type Pressed = Pick<KeyboardEvent, "key" | "shiftKey" | "altKey" | "ctrlKey" | "metaKey">;

const steps: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -SLOTS_PER_ROW,
  ArrowDown: SLOTS_PER_ROW,
};
const letters: Readonly<Record<string, SlotCommand>> = {
  f: { type: "find" },
  l: { type: "layer" },
  r: { type: "shape" },
  m: { type: "move-to" },
  Escape: { type: "clear" },
};

export function commandOf({ key, shiftKey, altKey, ctrlKey, metaKey }: Pressed): SlotCommand | undefined {
  if (ctrlKey || metaKey) return undefined;
  const by = steps[key];
  if (by !== undefined && altKey) return { type: "growToEnd", direction: by > 0 ? 1 : -1 };
  if (by !== undefined) return { type: shiftKey ? "grow" : "move", by };
  return altKey ? undefined : letters[key.length === 1 ? key.toLowerCase() : key];
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable], [role=dialog]") !== null;

/**
 * Letters work wherever the focus is, as long as nobody types; arrows only on the map, so that they scroll and walk
 * everywhere else. Returns the handler for the map.
 */
export function useSlotKeys(onCommand: (command: SlotCommand) => void) {
  const latest = useRef(onCommand);
  useEffect(() => {
    latest.current = onCommand;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target)) return;
      const command = commandOf(event);
      const isArrow = event.key in steps;
      if (!command || (isArrow && event.target !== document.body)) return;
      event.preventDefault();
      latest.current(command);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
  return useMemo(
    () => (event: ReactKeyboardEvent<HTMLElement>) => {
      const command = commandOf(event);
      if (!command || !(event.key in steps)) return;
      event.preventDefault();
      latest.current(command);
    },
    [],
  );
}
