import { describe, expect, it } from "vitest";
import { type Brush, type BrushAction, brushed, emptyBrush, rangeEnd } from "./brush";

const doing = (...actions: BrushAction[]): Brush => actions.reduce(brushed, emptyBrush);
const stroke = (from: number, to: number, mode: "replace" | "add" | "subtract" = "replace"): BrushAction[] => [
  { type: "press", slot: from, mode },
  { type: "drag", slot: to },
  { type: "release" },
];

describe("the brush", () => {
  it("draws a run in slot order, whichever way the hand goes", () => {
    expect(doing(...stroke(5461, 5872)).ranges).toEqual([[5461, 5872]]);
    expect(doing(...stroke(5872, 5461)).ranges).toEqual([[5461, 5872]]);
  });

  it("draws a rectangle when asked to", () => {
    expect(doing({ type: "shape", shape: "rect" }, ...stroke(1, 130)).ranges).toEqual([
      [1, 2],
      [129, 130],
    ]);
  });

  it("adds with shift and takes away with alt", () => {
    expect(doing(...stroke(0, 9), ...stroke(20, 29, "add")).ranges).toEqual([
      [0, 9],
      [20, 29],
    ]);
    expect(doing(...stroke(0, 9), ...stroke(4, 5, "subtract")).ranges).toEqual([
      [0, 3],
      [6, 9],
    ]);
    expect(doing(...stroke(0, 9), ...stroke(0, 99, "subtract")).ranges).toEqual([]);
  });

  it("keeps what was there while a stroke shrinks again", () => {
    const shrunk = doing(
      ...stroke(0, 9),
      { type: "press", slot: 20, mode: "add" },
      { type: "drag", slot: 99 },
      { type: "drag", slot: 21 },
    );
    expect(shrunk.ranges).toEqual([
      [0, 9],
      [20, 21],
    ]);
  });

  it("ignores a move that no press began", () => {
    expect(doing({ type: "drag", slot: 7 }).ranges).toEqual([]);
    expect(doing(...stroke(1, 2), { type: "drag", slot: 7 }).ranges).toEqual([[1, 2]]);
  });

  it("moves whole, and stops at the ends of the map", () => {
    expect(doing(...stroke(10, 20), { type: "move", by: 1 }).ranges).toEqual([[11, 21]]);
    expect(doing(...stroke(10, 20), { type: "move", by: -128 }).ranges).toEqual([[0, 10]]);
    expect(doing(...stroke(16380, 16383), { type: "move", by: 1 }).ranges).toEqual([[16380, 16383]]);
  });

  it("grows and shrinks at its head, and to a range's end", () => {
    expect(doing(...stroke(10, 20), { type: "grow", by: 1 }).ranges).toEqual([[10, 21]]);
    expect(doing(...stroke(10, 20), { type: "grow", by: -1 }).ranges).toEqual([[10, 19]]);
    expect(doing(...stroke(10, 20), { type: "growTo", slot: 5460 }).ranges).toEqual([[10, 5460]]);
    expect(doing({ type: "grow", by: 1 }).ranges).toEqual([[0, 0]]);
  });

  it("grows the last of several ranges after moving them", () => {
    const many = doing(...stroke(0, 9), ...stroke(20, 29, "add"), { type: "move", by: 1 }, { type: "grow", by: 2 });
    expect(many.ranges).toEqual([
      [1, 10],
      [21, 32],
    ]);
  });

  it("takes two taps for a run, a third begins anew", () => {
    const tap = (slot: number): BrushAction => ({ type: "tap", slot });
    expect(doing(tap(100)).ranges).toEqual([[100, 100]]);
    expect(doing(tap(100), tap(40)).ranges).toEqual([[40, 100]]);
    expect(doing(tap(100), tap(40), tap(7)).ranges).toEqual([[7, 7]]);
  });

  it("is empty after clear, and remembers its shape", () => {
    expect(doing({ type: "shape", shape: "rect" }, ...stroke(1, 130), { type: "clear" })).toEqual({
      ...emptyBrush,
      shape: "rect",
    });
  });

  it("finds the end of the range that it stands in, then of the next", () => {
    const ranges = [
      [0, 99],
      [100, 199],
    ] as const;
    expect(rangeEnd(ranges, 10, 1)).toBe(99);
    expect(rangeEnd(ranges, 99, 1)).toBe(199);
    expect(rangeEnd(ranges, 100, -1)).toBe(0);
    expect(rangeEnd(ranges, 199, 1)).toBe(200);
  });
});
