import fc from "fast-check";
import { expect, test } from "vitest";
import { isOpsError } from "@/lib/errors";
import { decompress } from "./lzf";

test.each([
  ["as it is", [2, 97, 98, 99], "abc"],
  ["a copy", [2, 97, 98, 99, 0x20, 2], "abcabc"],
  ["a copy that overlaps itself", [0, 97, 0xe0, 3, 0], "a".repeat(13)],
  ["a copy and more", [1, 97, 98, 0x40, 1, 0, 99], "ababab" + "c"],
])("%s", (_, input, expected) => {
  expect(decompress(Buffer.from(input), expected.length).toString()).toBe(expected);
});

test.each([
  ["literals that are cut", [4, 97], 5],
  ["a copy from before the beginning", [0, 97, 0x20, 9], 4],
  ["a copy without its distance", [0, 97, 0x20], 4],
  ["a long copy without its length", [0, 97, 0xe0], 20],
  ["less than was promised", [0, 97], 2],
  ["more than was promised", [2, 97, 98, 99], 2],
  ["a promise that nothing keeps", [0, 97], 2 ** 31],
])("%s is an error", (_, input, length) => {
  expect(() => decompress(Buffer.from(input), length)).toThrow(/damaged at byte/);
});

test("any bytes end in bytes or an error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(2000), (input, length) => {
      try {
        expect(decompress(Buffer.from(input), length)).toHaveLength(length);
      } catch (error) {
        expect(isOpsError(error)).toBe(true);
      }
    }),
  );
});
