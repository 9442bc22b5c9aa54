import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { ExportFile } from "@/server/admin/steps/context";

/**
 * Keys as they are taken from a node, one JSON object a line: slot, key and DUMP in base64, milliseconds left to live
 * (−1: none) at `atMs`. `RESTORE <key> <ttl> <dump>` brings one back. A step that is done again appends: of two lines
 * with the same key the later one holds.
 */
export function exportFile(path: string, now: () => number): ExportFile {
  let count = 0;
  return {
    path,
    get keys() {
      return count;
    },
    append: (keys) => {
      const atMs = now();
      const lines = keys.map(({ slot, key, dump, ttlMs }) =>
        JSON.stringify({ slot, key: key.toString("base64"), ttlMs, atMs, dump: dump.toString("base64") }),
      );
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const file = openSync(path, "a", 0o600);
      try {
        if (lines.length > 0) writeSync(file, `${lines.join("\n")}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      count += keys.length;
    },
  };
}
