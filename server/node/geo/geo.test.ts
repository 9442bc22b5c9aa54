import { expect, test } from "vitest";
import { cellAt, cellOf, geohashOf, pointOf, STEPS, scoresOf } from "./cell";
import { distance } from "./distance";
import { cellsOf, distanceWithin, type Shape } from "./shape";

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
let state = seed;
/** From 0 to 1 (mulberry32). */
function chance(): number {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
const anywhere = () => ({ longitude: chance() * 360 - 180, latitude: chance() * 170 - 85 });
const scoreOf = (point: { longitude: number; latitude: number }) => scoresOf(cellAt(point, STEPS)).least;

test(`a place is found again within a metre, and its cell is its score, seed ${seed}`, () => {
  for (let round = 0; round < 1000; round++) {
    const point = anywhere();
    const score = scoreOf(point);
    expect(distance(point, pointOf(score))).toBeLessThan(1);
    expect(scoresOf(cellOf(score)).least).toBe(score);
  }
});

test(`cells cover all of a shape up to half of the earth away from the poles, seed ${seed}`, () => {
  for (let round = 0; round < 150; round++) {
    const center = { longitude: chance() * 300 - 150, latitude: chance() * 120 - 60 };
    const size = 10 ** (1 + chance() * 5);
    const shape: Shape =
      round % 2 === 0
        ? { kind: "circle", center, radius: size }
        : { kind: "box", center, width: size * 2, height: size };
    const ranges = cellsOf(shape).map(scoresOf);
    for (let near = 0; near < 30; near++) {
      const spread = (size / 111_000) * 1.5;
      const point = {
        longitude: center.longitude + (chance() - 0.5) * spread,
        latitude: Math.max(-85, Math.min(85, center.latitude + (chance() - 0.5) * spread)),
      };
      const score = scoreOf(point);
      if (distanceWithin(shape, score) === undefined) continue;
      expect(ranges.some(({ least, most }) => score >= least && score < most)).toBe(true);
    }
  }
});

test("scores that no place has are read as the processor reads them", () => {
  for (const score of [-5, 1.5, Infinity, -Infinity, 1e300, 2 ** 63, 2 ** 64, -(2 ** 63)]) {
    const { longitude, latitude } = pointOf(score);
    expect(Number.isFinite(longitude) && Number.isFinite(latitude)).toBe(true);
    expect(geohashOf({ longitude, latitude })).toMatch(/^[0-9a-z]{11}$/);
  }
});
