import fc from "fast-check";
import { expect, test } from "vitest";
import { crc16, hashTag, keySlot } from "./key-slot";

const bytes = (text: string) => new TextEncoder().encode(text);

test("the vector of the cluster specification", () => {
  expect(crc16(bytes("123456789"))).toBe(0x31c3);
});

test.each([
  ["foo", 12182],
  ["bar", 5061],
  ["hello", 866],
  ["", 0],
  ["{user1000}.following", keySlot("user1000")],
  ["{user1000}.followers", keySlot("user1000")],
  ["foo{}{bar}", crc16(bytes("foo{}{bar}")) % 16384],
  ["foo{{bar}}zap", keySlot("{bar")],
  ["foo{bar}{zap}", keySlot("bar")],
  ["}{a}", keySlot("a")],
])("slot of %j", (key, slot) => {
  expect(keySlot(key)).toBe(slot);
});

test("a tag without an end hashes the whole key", () => {
  expect(hashTag(bytes("a{b"))).toEqual(bytes("a{b"));
});

test("every key has a slot, and its tag alone has the same", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string({ minLength: 1 }), (noise, tag) => {
      fc.pre(!tag.includes("}") && !tag.includes("{"));
      const slot = keySlot(noise);
      expect(slot).toBeGreaterThanOrEqual(0);
      expect(slot).toBeLessThan(16384);
      expect(keySlot(`{${tag}}x`)).toBe(keySlot(tag));
    }),
  );
});
