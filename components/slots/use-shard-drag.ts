"use client";
import { type PointerEvent as ReactPointerEvent, useCallback, useEffect, useRef, useState } from "react";

/** A selection in the hand, or a number of slots, still to be said, of one shard. */
export type Carried = { readonly kind: "selection" } | { readonly kind: "pull"; readonly index: number };
export type Point = { readonly x: number; readonly y: number };
export type ShardDrag = {
  readonly carried: Carried;
  /** Where it was taken from, in the window. */
  readonly from: Point;
  readonly at: Point;
  /** The shard whose card is under the pointer. */
  readonly over: number | undefined;
};

const LIFT_PX = 5;
const EDGE_PX = 44;

/** A card says itself whose it is: `data-shard="3"`. */
function shardAt({ x, y }: Point): number | undefined {
  const card = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-shard]");
  return card ? Number(card.dataset.shard) : undefined;
}

/** Near the upper or lower edge of a list of cards that is longer than its room, the list moves along. */
function scrollNear({ x, y }: Point): void {
  const list = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-shard-list]");
  if (!list) return;
  const box = list.getBoundingClientRect();
  if (y < box.top + EDGE_PX) list.scrollBy({ top: -14 });
  else if (y > box.bottom - EDGE_PX) list.scrollBy({ top: 14 });
}

/** Carries with the pointer until it is let go over a card, let go elsewhere, or given up with Escape. */
export function useShardDrag(onDrop: (carried: Carried, index: number) => void) {
  const [drag, setDrag] = useState<ShardDrag>();
  const latest = useRef(onDrop);
  useEffect(() => {
    latest.current = onDrop;
  });
  const stop = useRef<() => void>(undefined);
  useEffect(() => () => stop.current?.(), []);

  const start = useCallback(
    (
      event: ReactPointerEvent<HTMLElement>,
      carried: Carried,
      from: Point,
      options?: { readonly isLifted: boolean },
    ) => {
      const pressed = { x: event.clientX, y: event.clientY };
      let lifted = options?.isLifted ?? false;
      const follow = (at: Point) => setDrag({ carried, from, at, over: shardAt(at) });
      const move = (next: PointerEvent) => {
        const at = { x: next.clientX, y: next.clientY };
        if (!lifted && Math.hypot(at.x - pressed.x, at.y - pressed.y) < LIFT_PX) return;
        lifted = true;
        next.preventDefault();
        scrollNear(at);
        follow(at);
      };
      const up = (next: PointerEvent) => {
        const over = shardAt({ x: next.clientX, y: next.clientY });
        stop.current?.();
        if (!lifted) return;
        swallowClick();
        if (over !== undefined) latest.current(carried, over);
      };
      const cancel = () => stop.current?.();
      const key = (next: KeyboardEvent) => {
        if (next.key !== "Escape") return;
        // Escape gives up the drag, not the selection.
        next.stopPropagation();
        stop.current?.();
      };
      stop.current?.();
      stop.current = () => {
        window.removeEventListener("pointermove", move);
        window.removeEventListener("pointerup", up);
        window.removeEventListener("pointercancel", cancel);
        window.removeEventListener("keydown", key, { capture: true });
        document.documentElement.style.removeProperty("cursor");
        setDrag(undefined);
      };
      window.addEventListener("pointermove", move);
      window.addEventListener("pointerup", up);
      window.addEventListener("pointercancel", cancel);
      window.addEventListener("keydown", key, { capture: true });
      if (lifted) follow(pressed);
    },
    [],
  );
  return { drag, start };
}

/** The click that ends a drag is no click on what lies under it. */
function swallowClick(): void {
  const swallow = (event: MouseEvent) => {
    event.stopPropagation();
    event.preventDefault();
  };
  window.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", swallow, { capture: true }), 0);
}
