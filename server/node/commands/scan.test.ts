import { expect, test } from "vitest";
import { Database } from "../keyspace/database";
import { cursorText, readCursor, walk } from "./scan";

const clock = { now: () => 0 };

function scanAll(db: Database, between: (step: number) => void): { readonly keys: string[]; readonly longest: number } {
  const keys: string[] = [];
  let longest = 0;
  let cursor = "0";
  for (let step = 0; ; step++) {
    const from = readCursor(Buffer.from(cursor));
    if (!from) throw new Error(`the cursor ${cursor} is not read back`);
    const found = walk(db, from, 10);
    keys.push(...found.keys);
    longest = Math.max(longest, found.keys.length);
    if (!found.next) return { keys, longest };
    cursor = cursorText(found.next);
    between(step);
  }
}

test.each([
  ["one slot", (index: number) => `{tag}${index}`],
  ["all slots", (index: number) => `key:${index}`],
])("whoever stays is told, while others come and go, in %s", (_, nameOf) => {
  const db = new Database(0, new Set(), clock);
  const add = (index: number) => db.set(nameOf(index), { type: "string", bytes: Buffer.from("x") });
  const stay = Array.from({ length: 20_000 }, (_, index) => index);
  for (const index of stay) add(index);
  for (let index = 20_000; index < 30_000; index++) add(index);
  let next = 30_000;
  const { keys, longest } = scanAll(db, (step) => {
    db.delete(nameOf(20_000 + (step % 10_000)));
    add(next++);
    add(next++);
  });
  const told = new Set(keys);
  expect(stay.filter((index) => !told.has(nameOf(index)))).toEqual([]);
  expect(longest).toBeLessThan(2048);
});
