import type { PlacedNote } from "@/lib/layout/callouts";
import type { SlotGrid } from "@/lib/layout/slot-grid";
import { firstOf, markBox, type OpenNote } from "./open-note";

type LeadersProps = {
  readonly placed: readonly PlacedNote[];
  readonly open: readonly OpenNote[];
  readonly grid: SlotGrid;
};

/** A line from each open slot to its note. */
export function NoteLeaders({ placed, open, grid }: LeadersProps) {
  return (
    <svg className="absolute inset-0 overflow-visible" width={grid.size} height={grid.size} aria-hidden>
      {open.map((one) => {
        const slot = firstOf(one);
        const note = placed.find((box) => box.key === `open-${slot}`);
        if (!note) return null;
        const mark = markBox(slot, one.group.slots, grid);
        const isLeft = note.x + note.width / 2 < mark.x + mark.width / 2;
        const start = { x: isLeft ? mark.x + 2 : mark.x + mark.width - 2, y: mark.y + mark.height / 2 };
        const end = {
          x: isLeft ? Math.min(note.x + note.width, start.x) : Math.max(note.x, start.x),
          y: Math.min(note.y + note.height, Math.max(note.y, note.y + note.height / 3)),
        };
        const bend = (start.x + end.x) / 2;
        return (
          <path
            key={slot}
            d={`M${start.x} ${start.y}C${bend} ${start.y} ${bend} ${end.y} ${end.x} ${end.y}`}
            fill="none"
            stroke="var(--info)"
            strokeWidth={1.2}
          />
        );
      })}
    </svg>
  );
}
