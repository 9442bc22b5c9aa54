import { expect, test } from "vitest";
import { addLongDoubles, longDoubleText, readLongDouble } from "./long-double";

function sum(a: string, b: string): string | undefined {
  const [left, right] = [readLongDouble(a), readLongDouble(b)];
  return left && right && longDoubleText(addLongDoubles(left, right));
}

/** What redis-server 7.0.15 answers on x86. */
test.each([
  ["10.50", "0.1", "10.6"],
  ["0.1", "0.2", "0.3"],
  ["5.0e3", "2.0e2", "5200"],
  ["0", "1e-17", "0.00000000000000001"],
  ["-1.5", "1.5", "0"],
  ["1e20", "1", "100000000000000000000"],
])("%s and %s make %s", (a, b, c) => expect(sum(a, b)).toBe(c));

test.each(["", "abc", "1.2.3", " 1", "1e999", "nan", "."])("%j is no number", (text) =>
  expect(readLongDouble(text)).toBeUndefined(),
);
