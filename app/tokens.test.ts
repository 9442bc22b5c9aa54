import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { HUES, plateInk, shardEdgeHex, shardHex } from "@/lib/layout/palette";

describe("tokens.css", () => {
  it("carries the shard colours that painters on canvas use", () => {
    const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
    const [darkCss, lightCss] = css.split('[data-theme="light"] {');
    for (let index = 1; index <= HUES; index++)
      for (const [theme, sheet] of [
        ["dark", darkCss],
        ["light", lightCss],
      ] as const) {
        const edge = theme === "dark" ? "transparent" : shardEdgeHex(index, theme);
        expect(sheet).toContain(`--shard-${index}: ${shardHex(index, theme)};`);
        expect(sheet).toContain(`--shard-${index}-edge: ${edge};`);
        expect(sheet).toContain(`--shard-${index}-ink: ${plateInk(index, theme) === "white" ? "#ffffff" : "#0b0d10"};`);
      }
  });
});
