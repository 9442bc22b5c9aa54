import { expect, test } from "vitest";
import type { Command } from "./link";
import { writesOf } from "./link-writes";

const setSlots = (count: number): readonly Command[] =>
  Array.from({ length: count }, (_, slot) => ["CLUSTER", "SETSLOT", 16_000 + slot, "IMPORTING", "f".repeat(40)]);
/** As it stands on the wire. */
const bytesOf = (commands: readonly Command[]): number =>
  commands
    .flat()
    .reduce<number>((sum, word) => sum + `$${String(word).length}\r\n${word}\r\n`.length, commands.length * 4);

test("many SETSLOTs go in writes that a server reads at once, in their order; anything else goes in one", () => {
  const many: readonly Command[] = [...setSlots(300), ["CLUSTER", "NODES"]];
  const writes = writesOf(many);
  expect(writes.flat()).toEqual(many);
  expect(writes.map((some) => some.length)).toEqual([128, 128, 45]);
  expect(Math.max(...writes.map(bytesOf))).toBeLessThan(16 * 1024);
  expect(writesOf(setSlots(128))).toHaveLength(1);
  expect(writesOf(Array.from({ length: 5000 }, (): Command => ["PING"]))).toHaveLength(1);
  expect(writesOf([])).toEqual([[]]);
});
