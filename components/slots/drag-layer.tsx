"use client";
import { type CSSProperties, useMemo } from "react";
import { createPortal } from "react-dom";
import { ShardSwatch } from "@/components/shards/shard-swatch";
import { type Point, tether } from "@/lib/layout/tether";

type DragLayerProps = {
  readonly from: Point;
  readonly at: Point;
  readonly index: number | undefined;
  readonly title: string;
  readonly text: string;
};

const GHOST = { width: 226, height: 52 };

/** Keeps the ghost inside the window, beside the pointer. */
function ghostAt({ x, y }: Point): Point {
  return {
    x: Math.max(8, Math.min(x + 20, window.innerWidth - GHOST.width - 8)),
    y: Math.max(8, Math.min(y - 16, window.innerHeight - GHOST.height - 8)),
  };
}

/** What the hand carries, and the line back to where it was taken from. Over everything, in the way of nothing. */
export function DragLayer({ from, at, index, title, text }: DragLayerProps) {
  const ghost = ghostAt(at);
  const line = useMemo(() => tether(from, { ...ghost, ...GHOST }), [from, ghost]);
  const place: CSSProperties = { left: ghost.x, top: ghost.y, width: GHOST.width, height: GHOST.height };
  return createPortal(
    <div className="pointer-events-none fixed inset-0 z-50">
      <svg className="absolute inset-0 size-full" aria-hidden>
        <path
          d={line}
          fill="none"
          className="stroke-keyline [[data-theme=light]_&]:stroke-ink"
          strokeWidth={5}
          strokeLinecap="round"
          opacity={0.85}
        />
        <path d={line} fill="none" stroke="var(--accent)" strokeWidth={1.8} strokeDasharray="5 4" />
        <circle
          cx={from.x}
          cy={from.y}
          r={4}
          fill="var(--accent)"
          className="stroke-keyline [[data-theme=light]_&]:stroke-ink"
          strokeWidth={2}
        />
      </svg>
      <div
        className="absolute flex items-center gap-3 rounded-panel border border-accent bg-bg2 px-2.5 shadow-float"
        style={place}
      >
        {index !== undefined && <ShardSwatch index={index} size={26} plain />}
        <div className="min-w-0">
          <p className="num truncate text-13 font-semibold text-ink">{title}</p>
          <p className="num truncate text-11 text-ink3">{text}</p>
        </div>
      </div>
    </div>,
    document.body,
  );
}
