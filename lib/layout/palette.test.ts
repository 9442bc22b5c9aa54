import { describe, expect, it } from "vitest";
import { distance, oklchToLinear, seenAs, sights } from "./oklab";
import { HUES, hueOf, patternOf, shardOklch, type Theme } from "./palette";

const themes: readonly Theme[] = ["dark", "light"];

function nearest(upTo: number, theme: Theme): number {
  const pairs = Array.from({ length: upTo }, (_, i) => oklchToLinear(shardOklch(i + 1, theme)));
  let least = Number.POSITIVE_INFINITY;
  for (const sight of sights)
    pairs.forEach((one, i) => {
      for (const other of pairs.slice(i + 1))
        least = Math.min(least, distance(seenAs(one, sight), seenAs(other, sight)));
    });
  return least;
}

describe("shard palette", () => {
  it.each(themes)("keeps up to five shards apart for every kind of sight: %s", (theme) => {
    expect(nearest(5, theme)).toBeGreaterThanOrEqual(0.11);
  });

  it.each(themes)("keeps twelve shards apart for every kind of sight: %s", (theme) => {
    expect(nearest(HUES, theme)).toBeGreaterThanOrEqual(0.04);
  });

  it("repeats the hue with another pattern above twelve", () => {
    for (let index = 1; index <= 60; index++) {
      expect(hueOf(index + HUES)).toBe(hueOf(index));
      expect(patternOf(index + HUES)).not.toBe(patternOf(index));
    }
    expect(patternOf(1)).toBe("solid");
    expect(patternOf(13)).toBe("slash");
  });
});
