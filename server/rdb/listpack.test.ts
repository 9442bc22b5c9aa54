import fc from "fast-check";
import { expect, test } from "vitest";
import { hasBorderElement, type Item, readItems, writeListpack } from "./listpack";

const same = (items: readonly Item[]) =>
  items.map((item) => (Buffer.isBuffer(item) ? item.toString("hex") : String(item)));

test("what is packed comes back", () => {
  const item: fc.Arbitrary<Item> = fc.oneof(
    fc.uint8Array({ maxLength: 70 }).map((array) => Buffer.from(array)),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.integer(),
  );
  fc.assert(
    fc.property(fc.array(item), (items) => {
      expect(same(readItems(writeListpack(items)))).toEqual(same(items));
    }),
  );
});

test.each([0, 63, 64, 125, 126, 127, 4095, 4096, 16377, 16378, 16379, 2_097_140, 2_097_146])(
  "a string of %i bytes",
  (length) => {
    const items = [Buffer.alloc(length, 1), Buffer.from("behind")];
    expect(same(readItems(writeListpack(items)))).toEqual(same(items));
  },
);

test("both ways to pack an element of 16383 bytes are read", () => {
  const items = [Buffer.alloc(16378, 1), Buffer.from("behind")];
  const older = writeListpack(items);
  const back = 6 + 16383;
  expect(older.subarray(back, back + 3)).toEqual(Buffer.from([0, 255, 255]));
  const newer = Buffer.concat([older.subarray(0, back), Buffer.from([127, 255]), older.subarray(back + 3)]);
  newer.writeUInt32LE(newer.length, 0);
  for (const bytes of [older, newer]) {
    expect(same(readItems(bytes))).toEqual(same(items));
    expect(hasBorderElement(bytes)).toBe(true);
  }
});

test.each([127, 128, -1, 4095, -4096, 4096, 32767, -32769, 8388607, 8388608, 2147483647, -2147483649])(
  "the integer %i",
  (value) => {
    expect(readItems(writeListpack([value])).map(Number)).toEqual([value]);
  },
);
