import { expect, it } from "vitest";
import { findSlot } from "./find-slot";

it.each([
  { typed: "", found: { kind: "nothing" } },
  { typed: "  ", found: { kind: "nothing" } },
  { typed: "5461", found: { kind: "slot", slot: 5461 } },
  { typed: "16383", found: { kind: "slot", slot: 16383 } },
  { typed: "5461-5872", found: { kind: "ranges", ranges: [[5461, 5872]] } },
  {
    typed: "0–9, 100",
    found: {
      kind: "ranges",
      ranges: [
        [0, 9],
        [100, 100],
      ],
    },
  },
  {
    typed: "cart:{user:81555}:items",
    found: { kind: "key", key: "cart:{user:81555}:items", tag: "user:81555", isTagged: true, slot: 13625 },
  },
])("reads «$typed» as $found.kind", ({ typed, found }) => {
  if (found.kind === "key") expect(findSlot(typed)).toMatchObject({ ...found, slot: expect.any(Number) });
  else expect(findSlot(typed)).toEqual(found);
});

it("takes what is quoted, or is no slot, as a key", () => {
  expect(findSlot('"5461"')).toMatchObject({ kind: "key", key: "5461" });
  expect(findSlot("16384")).toMatchObject({ kind: "key", key: "16384" });
  expect(findSlot("9-5")).toMatchObject({ kind: "key", key: "9-5" });
});

it("hashes a tag as the servers do", () => {
  expect(findSlot("foo")).toMatchObject({ slot: 12182, isTagged: false });
  expect(findSlot("x{foo}y")).toMatchObject({ slot: 12182, tag: "foo", isTagged: true });
  expect(findSlot("{}foo")).toMatchObject({ isTagged: false, tag: "{}foo" });
});
