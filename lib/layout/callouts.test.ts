import fc from "fast-check";
import { expect, it } from "vitest";
import { type Box, placeNotes } from "./callouts";

const area: Box = { x: 0, y: 0, width: 640, height: 640 };
const touches = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const cell = (x: number, y: number): Box => ({ x, y, width: 5, height: 5 });

it("puts a note beside its mark", () => {
  const [placed] = placeNotes({
    notes: [{ key: "a", mark: cell(300, 300), width: 200, height: 40 }],
    obstacles: [],
    area,
  });
  expect(placed && touches(placed, cell(300, 300))).toBe(false);
});

it("never lets two notes cover each other or leave the map, wherever the marks are", () => {
  const place = fc.record({ x: fc.integer({ min: 0, max: 635 }), y: fc.integer({ min: 0, max: 635 }) });
  fc.assert(
    fc.property(place, place, (a, b) => {
      const notes = [
        { key: "a", mark: cell(a.x, a.y), width: 180, height: 24 },
        { key: "b", mark: cell(b.x, b.y), width: 210, height: 42 },
      ];
      const [one, other] = placeNotes({ notes, obstacles: [], area });
      if (!one || !other) throw new Error("a note was lost");
      expect(touches(one, other)).toBe(false);
      for (const box of [one, other]) {
        expect(box.x).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(640);
      }
    }),
  );
});
