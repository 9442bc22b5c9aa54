import { chmod, lstat, mkdir, realpath, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { refuse } from "@/server/refuse";
import { files } from "./node-config";

/** `<data>/nodes`, as it really is: every folder of a node lies directly in it. */
export async function nodesRoot(dataFolder: string): Promise<string> {
  const root = join(dataFolder, "nodes");
  await mkdir(root, { recursive: true, mode: 0o700 });
  return realpath(root);
}

/** A new folder, 0700, with its redis.conf, 0600. A folder that is there already is never used. */
export async function makeNodeFolder({ folder, config }: { folder: string; config: string }): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw refuse("refused", "folderTaken", { folder });
  }
  await chmod(folder, 0o700);
  await writeFile(join(folder, files.config), config, { flag: "wx", mode: 0o600 });
}

/** Deletes it, if it is a real folder directly below the root. Links are never followed. */
export async function removeNodeFolder(root: string, folder: string): Promise<void> {
  const stat = await lstat(folder).catch(() => undefined);
  if (!stat) return;
  if (!stat.isDirectory() || (await realpath(folder)) !== folder || dirname(folder) !== root)
    throw refuse("refused", "folderOutside", { folder, root });
  await rm(folder, { recursive: true });
}
