"use client";
import { useMemo } from "react";
import { useWords } from "@/components/data/words";
import type { Slot, SlotRanges } from "@/lib/cluster/slots";
import { formatCount } from "@/lib/format";
import { type Note, type PlacedNote, placeNotes } from "@/lib/layout/callouts";
import type { Found } from "@/lib/layout/find-slot";
import { selectionPlates } from "@/lib/layout/selection-plates";
import type { SlotGrid } from "@/lib/layout/slot-grid";
import { NoteLeaders } from "./note-leaders";
import { OpenCallout } from "./open-callout";
import { firstOf, markBox, type OpenNote } from "./open-note";

type MapNotesProps = {
  readonly grid: SlotGrid;
  readonly selection: SlotRanges;
  readonly found: Found;
  readonly foundSlot: Slot | undefined;
  readonly open: readonly OpenNote[];
};

const MOST_NOTES = 3;

/** Words over the cells: the ends of the selection, the key that was found, what is open. */
export function MapNotes({ grid, selection, found, foundSlot, open }: MapNotesProps) {
  const words = useWords().slots;
  const plates = useMemo(() => selectionPlates(selection, grid), [selection, grid]);
  const shown = open.slice(0, MOST_NOTES);
  const placed = useMemo(() => {
    const notes: Note[] = [];
    if (foundSlot !== undefined)
      notes.push({ key: "found", mark: markBox(foundSlot, 1, grid), width: foundWidth(found, foundSlot), height: 25 });
    for (const note of shown) {
      const mark = markBox(firstOf(note), note.group.slots, grid);
      notes.push({ key: `open-${firstOf(note)}`, mark, width: 226, height: 44 });
    }
    const area = { x: 2, y: 2, width: grid.size - 4, height: grid.size - 4 };
    return placeNotes({ notes, obstacles: plates.map((plate) => plate.box), area });
  }, [found, foundSlot, shown, plates, grid]);
  return (
    <div className="pointer-events-none absolute inset-0" aria-hidden>
      <NoteLeaders placed={placed} open={shown} grid={grid} />
      {plates.map(({ slot, box }) => (
        <span
          key={slot}
          className="num absolute flex items-center justify-center rounded-chip bg-accent font-mono text-11 font-semibold text-on-accent shadow-[0_0_0_1.5px_var(--keyline)] [[data-theme=light]_&]:shadow-[0_0_0_1.5px_var(--ink)]"
          style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
        >
          {slot}
        </span>
      ))}
      {placed.map((box) => {
        const note = shown.find((open) => `open-${firstOf(open)}` === box.key);
        return note ? (
          <OpenCallout key={box.key} note={note} box={box} words={words} />
        ) : (
          <FoundPlate key={box.key} found={found} slot={foundSlot ?? 0} box={box} />
        );
      })}
    </div>
  );
}

const foundText = (found: Found): string =>
  found.kind === "key" ? (found.isTagged ? `{${found.tag}}` : found.key) : "";

function foundWidth(found: Found, slot: Slot): number {
  return Math.min(240, 30 + foundText(found).length * 7 + formatCount(slot).length * 7);
}

function FoundPlate({ found, slot, box }: { readonly found: Found; readonly slot: Slot; readonly box: PlacedNote }) {
  return (
    <span
      className="absolute flex items-center justify-between gap-3 rounded-chip bg-ink px-2.5 text-12 text-bg0 shadow-float"
      style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
    >
      <span className="truncate font-mono text-11">{foundText(found)}</span>
      <b className="num font-semibold">{formatCount(slot)}</b>
    </span>
  );
}
