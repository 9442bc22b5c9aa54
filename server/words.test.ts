import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errors } from "@/lib/words/en/errors";

const rooms = [import.meta.dirname, join(import.meta.dirname, "..", "lib")];

/** Sentences are named by strings, so the compiler does not see one that has no words. */
test("every sentence that is thrown has its words", () => {
  const missing = new Set<string>();
  for (const room of rooms)
    for (const entry of readdirSync(room, { recursive: true, withFileTypes: true })) {
      if (!entry.name.endsWith(".ts") || entry.name.endsWith(".test.ts")) continue;
      const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
      for (const [, name = ""] of text.matchAll(/OpsError\(\{(?:(?!\}\)).)*?\bsentence: "(\w+)"/gs))
        if (!Object.hasOwn(errors, name)) missing.add(`${entry.name}: ${name}`);
    }
  expect([...missing]).toEqual([]);
});
