import { expect, test } from "vitest";
import { plain, plainJson, toneOf } from "./out";

test("whatever a server said reaches the terminal as one line of plain characters", () => {
  expect(plain("\u001b]0;owned\u0007\u001b[2J")).toBe("\\x1b]0;owned\\x07\\x1b[2J");
  expect(plain("no\n[OK] All 16384 slots covered.")).toBe("no\\x0a[OK] All 16384 slots covered.");
  expect(plain("\u009b31m a\u202eb \u2028 \u200b")).toBe("\\x9b31m a\\x202eb \\x2028 \\x200b");
  expect(plain("5\u202f461 slots, 密钥 ключ é")).toBe("5 461 slots, 密钥 ключ é");
});

test("JSON on a terminal is as safe, and is the same value", () => {
  const value = { text: "\u001b[2J \u009b \u202e é" };
  expect(plainJson(value)).toMatch(/^[\x20-\x7eé]+$/);
  expect(JSON.parse(plainJson(value))).toEqual(value);
});

test("only the marks at the head of a line give it a tone", () => {
  expect([toneOf("[OK] a"), toneOf("[ERR] a"), toneOf(">>> a"), toneOf("a [OK]")]).toEqual([
    "good",
    "bad",
    "head",
    undefined,
  ]);
});
