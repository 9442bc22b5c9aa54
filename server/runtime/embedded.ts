import { realpath } from "node:fs/promises";
import { basename, join } from "node:path";

/**
 * The embedded node is a script that Node runs. So the process's executable is Node's, and what tells it from other
 * programs is the script: wherever an engine's path is compared, this is taken for the executable.
 */
export const EMBEDDED = "embedded";

const NAME = "shardboard-node";

/** Made by every start, so that a record outlives a build: a link to `dist/shardboard-node.mjs`. */
export const embeddedLink = (dataFolder: string): string => join(dataFolder, "bin", NAME);

export const isEmbedded = (path: string): boolean => basename(path, ".mjs") === NAME;

/** What to execute, and what stands before the arguments of a server. */
export const commandOf = (enginePath: string): readonly [file: string, before: readonly string[]] =>
  isEmbedded(enginePath) ? [process.execPath, [enginePath]] : [enginePath, []];

/** The script in the arguments of a process that runs `exe`, where it is the embedded node's; else `exe`. */
export async function programOf(exe: string, args: () => Promise<readonly string[]>): Promise<string> {
  if (basename(exe) !== "node") return exe;
  const script = (await args()).slice(1).find((arg) => !arg.startsWith("-"));
  return script !== undefined && isEmbedded(script) ? realpath(script).catch(() => script) : exe;
}
