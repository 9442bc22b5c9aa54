import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Names this data folder among all consoles that may know a cluster; made once, and kept with the folder. */
export function consoleIdOf(dataFolder: string): string {
  const path = join(dataFolder, "console-id");
  try {
    const kept = readFileSync(path, "utf8").trim();
    if (/^[a-z0-9]{12}$/.test(kept)) return kept;
  } catch {
    // The first start of this folder.
  }
  const made = randomUUID().replaceAll("-", "").slice(0, 12);
  writeFileSync(path, made, { mode: 0o600 });
  return made;
}
