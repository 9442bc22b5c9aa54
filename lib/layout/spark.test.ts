import { describe, expect, it } from "vitest";
import { sparkPath } from "./spark";

const box = { width: 58, height: 20 };
const points = (path: string) => [...path.matchAll(/[ML]([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);

describe("sparkPath", () => {
  it("draws nothing of a few values", () => {
    expect(sparkPath({ ...box, values: [1, 2, 3] })).toEqual({ line: "", area: "" });
  });

  it("begins at the right and keeps its scale", () => {
    const [first, ...rest] = points(sparkPath({ ...box, values: [5, 6, 5, 6, 5, 6] }).line);
    expect(first?.[0]).toBeCloseTo(48);
    expect(rest.at(-1)?.[0]).toBe(58);
  });

  it("leaves gaps", () => {
    const { line } = sparkPath({ ...box, values: [1, 2, 3, undefined, 4, 5, 6] });
    expect(line.match(/M/g)).toHaveLength(2);
  });

  it("shows a change of a few per cent as one", () => {
    const ys = points(sparkPath({ ...box, values: [100, 101, 100, 102, 100, 100] }).line).map(([, y]) => y ?? 0);
    expect(Math.max(...ys) - Math.min(...ys)).toBeLessThan(3);
  });
});
