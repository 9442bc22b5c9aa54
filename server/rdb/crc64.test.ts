import fc from "fast-check";
import { expect, test } from "vitest";
import { Crc64, crc64 } from "./crc64";

test.each([
  ["", "0000000000000000"],
  ["123456789", "e9c6d914c4b8d9ca"],
  [
    "This is a test of the emergency broadcast system.",
    bitwise(Buffer.from("This is a test of the emergency broadcast system.")),
  ],
])("of %j", (text, expected) => {
  expect(
    Buffer.from(crc64(Buffer.from(text)))
      .reverse()
      .toString("hex"),
  ).toBe(expected);
});

/** The definition itself, bit after bit. */
function bitwise(bytes: Uint8Array): string {
  let crc = 0n;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x95ac9329ac4bc9b5n : crc >> 1n;
  }
  return crc.toString(16).padStart(16, "0");
}

test("is the definition's, in pieces as in one", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, cut) => {
      const whole = crc64(bytes);
      expect(Buffer.from(whole).reverse().toString("hex")).toBe(bitwise(bytes));
      const at = Math.min(cut, bytes.length);
      expect(new Crc64().update(bytes, 0, at).update(bytes, at).digest()).toEqual(whole);
    }),
  );
});
