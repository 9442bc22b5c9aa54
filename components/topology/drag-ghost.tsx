"use client";
import { useWords } from "@/components/data/words";
import { cx } from "@/components/ui/cx";
import { dropWords } from "./drop-words";
import type { NodeDrag } from "./use-node-drag";

/** What the hand carries, with what a release would mean. */
export function DragGhost({ drag }: { readonly drag: NodeDrag }) {
  const words = useWords().topology;
  const { over } = drag;
  const text = over && dropWords(over.target, over.gesture, words);
  return (
    <div
      role="status"
      className={cx(
        "pointer-events-none fixed z-70 max-w-72 rounded-panel border bg-bg2 px-3 py-2 shadow-float",
        over?.gesture.allowed ? "border-accent-ink" : over ? "border-warn-line" : "border-line3",
      )}
      style={{ left: drag.at.x + 14, top: drag.at.y + 10 }}
    >
      <p className="font-mono text-12 text-ink">{drag.label}</p>
      {text && <p className={cx("text-12", over?.gesture.allowed ? "text-accent-ink" : "text-warn")}>{text}</p>}
    </div>
  );
}
