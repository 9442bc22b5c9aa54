import { expect, it } from "vitest";
import { tether } from "./tether";

const ghost = { x: 100, y: 400, width: 200, height: 50 };
const endOf = (path: string) => path.split(" ").slice(-2).map(Number);

it.each([
  { name: "above", from: { x: 200, y: 100 }, end: [200, 400] },
  { name: "below", from: { x: 200, y: 700 }, end: [200, 450] },
  { name: "left", from: { x: 20, y: 420 }, end: [100, 425] },
  { name: "right", from: { x: 900, y: 420 }, end: [300, 425] },
  { name: "above, far left", from: { x: 0, y: 0 }, end: [124, 400] },
])("meets the edge of the ghost that faces it, from $name", ({ from, end }) => {
  const path = tether(from, ghost);
  expect(path.startsWith(`M${from.x} ${from.y}C`)).toBe(true);
  expect(endOf(path)).toEqual(end);
});
