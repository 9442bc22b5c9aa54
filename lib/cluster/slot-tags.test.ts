import { expect, test } from "vitest";
import { keySlot } from "./key-slot";
import { slotTags } from "./slot-tags";

test("every slot has a tag of its own, and a name with it lies there", () => {
  const tags = slotTags();
  expect(new Set(tags).size).toBe(16384);
  expect(tags.filter((tag, slot) => keySlot(`{${tag}}:name`) !== slot)).toEqual([]);
});
