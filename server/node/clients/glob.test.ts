import { expect, test } from "vitest";
import { matches } from "./glob";

test.each([
  ["*", "anything", true],
  ["", "", true],
  ["h?llo", "hello", true],
  ["h?llo", "hllo", false],
  ["h*llo", "heeeello", true],
  ["h[ae]llo", "hallo", true],
  ["h[^e]llo", "hello", false],
  ["h[a-b]llo", "hbllo", true],
  ["h[b-a]llo", "hallo", true],
  ["h\\*llo", "h*llo", true],
  ["h\\*llo", "hello", false],
  ["a*b*c", "aXbXbXc", true],
  ["a*b*c", "aXbXbX", false],
  ["[", "[", false],
  ["a**b", "ab", true],
])("%s against %s: %s", (pattern, text, expected) => expect(matches(pattern, text)).toBe(expected));

test("a hostile pattern ends", () => {
  expect(matches("a*".repeat(200), "a".repeat(5000).concat("b"))).toBe(true);
  expect(matches(`${"a*".repeat(200)}c`, "a".repeat(5000))).toBe(false);
});
