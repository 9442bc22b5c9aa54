import { chmodSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ENTRY = fileURLToPath(new URL("../shell/main.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** The program as it is shipped, in a file of its own: what tests start as an engine. */
export async function embeddedServer(folder: string): Promise<string> {
  const path = join(folder, "shardboard-node.mjs");
  await build({
    entryPoints: [ENTRY],
    outfile: path,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "silent",
    absWorkingDir: ROOT,
    tsconfig: join(ROOT, "tsconfig.json"),
  });
  chmodSync(path, 0o755);
  return path;
}
