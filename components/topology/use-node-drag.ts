"use client";
import { type PointerEvent as ReactPointerEvent, useCallback, useEffect, useRef, useState } from "react";
import type { Carried, DropTarget, Gesture } from "@/lib/layout/gestures";

/** How far the pointer must travel before a press becomes a drag. */
const THRESHOLD = 6;

export type NodeDrag = {
  readonly carried: Carried;
  readonly label: string;
  readonly at: { readonly x: number; readonly y: number };
  readonly over: { readonly target: DropTarget; readonly gesture: Gesture } | undefined;
};

type Options = {
  readonly judge: (carried: Carried, target: DropTarget) => Gesture;
  readonly onDrop: (gesture: Extract<Gesture, { allowed: true }>) => void;
};

/** What stands under the pointer says so itself: `data-drop="shard:3"`, `free` or `bin`. */
function targetAt(x: number, y: number): DropTarget | undefined {
  const element = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-drop]");
  const [kind, index] = element?.dataset.drop?.split(":") ?? [];
  if (kind === "shard") return { kind, index: Number(index) };
  return kind === "free" || kind === "bin" ? { kind } : undefined;
}

/**
 * Carries a node with the pointer. A press that does not travel stays a click. Escape lets go without a drop.
 * The keyboard has its own way to every drop: the actions of the selected node.
 */
export function useNodeDrag({ judge, onDrop }: Options) {
  const [drag, setDrag] = useState<NodeDrag>();
  const latest = useRef({ judge, onDrop });
  useEffect(() => {
    latest.current = { judge, onDrop };
  });
  const stop = useRef<() => void>(undefined);
  useEffect(() => () => stop.current?.(), []);

  const start = useCallback((event: ReactPointerEvent<HTMLElement>, carried: Carried, label: string) => {
    if (event.button !== 0) return;
    const from = { x: event.clientX, y: event.clientY };
    let lifted = false;
    let over: NodeDrag["over"];
    const move = (next: PointerEvent) => {
      if (!lifted && Math.hypot(next.clientX - from.x, next.clientY - from.y) < THRESHOLD) return;
      lifted = true;
      next.preventDefault();
      const target = targetAt(next.clientX, next.clientY);
      over = target && { target, gesture: latest.current.judge(carried, target) };
      setDrag({ carried, label, at: { x: next.clientX, y: next.clientY }, over });
    };
    const end = () => {
      stop.current?.();
      if (lifted) swallowClick();
      if (lifted && over?.gesture.allowed) latest.current.onDrop(over.gesture);
    };
    const key = (next: KeyboardEvent) => {
      if (next.key === "Escape") stop.current?.();
    };
    stop.current = () => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", end);
      window.removeEventListener("pointercancel", cancel);
      window.removeEventListener("keydown", key);
      setDrag(undefined);
    };
    const cancel = () => stop.current?.();
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", cancel);
    window.addEventListener("keydown", key);
  }, []);

  return { drag, start };
}

/** The click that ends a drag is not a click on the card it began on. */
function swallowClick(): void {
  const swallow = (event: MouseEvent) => {
    event.stopPropagation();
    event.preventDefault();
  };
  window.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", swallow, { capture: true }), 0);
}
