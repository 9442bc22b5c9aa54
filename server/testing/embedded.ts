import { rmSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "@/server/cli/bundle.mjs";

export type EmbeddedNode = {
  /** Of the executable, which takes what redis-server takes. */
  readonly path: string;
  close(): void;
};

/** The embedded node as it is shipped: bundled from this source. */
export async function bundledNode(): Promise<EmbeddedNode> {
  const root = join(import.meta.dirname, "..", "..");
  const folder = join(root, "dist", `test-node-${process.pid}`);
  await bundle(root, folder);
  return {
    path: join(folder, "shardboard-node.mjs"),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
