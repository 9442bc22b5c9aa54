/** Where notes beside marks go, so that none covers another note, another mark, or leaves the map. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
export type Note = {
  readonly key: string;
  /** What the note speaks of. */
  readonly mark: Box;
  readonly width: number;
  readonly height: number;
};
export type PlacedNote = Box & { readonly key: string };

const GAP = 14;

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

function places({ mark, width, height }: Note): Box[] {
  const left = mark.x - GAP - width;
  const right = mark.x + mark.width + GAP;
  const middle = mark.y + mark.height / 2 - height / 2;
  const above = mark.y - GAP - height;
  const below = mark.y + mark.height + GAP;
  return [
    { x: right, y: middle },
    { x: left, y: middle },
    { x: left, y: below },
    { x: right, y: below },
    { x: left, y: above },
    { x: right, y: above },
    { x: mark.x - width / 2, y: below },
    { x: mark.x - width / 2, y: above },
    // A row farther off, for when a neighbour's note took the near one.
    { x: mark.x - width / 2, y: below + height + GAP },
    { x: mark.x - width / 2, y: above - height - GAP },
    { x: mark.x - width / 2, y: below + 2 * (height + GAP) },
    { x: mark.x - width / 2, y: above - 2 * (height + GAP) },
  ].map((place) => ({ ...place, width, height }));
}

const inside = (box: Box, area: Box): Box => ({
  ...box,
  x: Math.min(area.x + area.width - box.width, Math.max(area.x, box.x)),
  y: Math.min(area.y + area.height - box.height, Math.max(area.y, box.y)),
});

/** In order of importance. Each takes the first place that is free, else the one that covers least. */
export function placeNotes({
  notes,
  obstacles,
  area,
}: {
  readonly notes: readonly Note[];
  readonly obstacles: readonly Box[];
  readonly area: Box;
}): PlacedNote[] {
  const taken: Box[] = [...obstacles, ...notes.map((note) => note.mark)];
  return notes.map((note) => {
    const tried = places(note).map((place) => {
      const box = inside(place, area);
      return { box, cost: taken.reduce((sum, other) => sum + overlap(box, other), 0) };
    });
    const best = tried.reduce((a, b) => (b.cost < a.cost ? b : a));
    taken.push(best.box);
    return { ...best.box, key: note.key };
  });
}
