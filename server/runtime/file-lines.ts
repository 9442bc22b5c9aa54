import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { expectedOf, fileSetting, isFit } from "@/lib/plans/file-settings";
import { refuse } from "@/server/refuse";
import { files } from "./node-config";

export type FileLine = { readonly name: string; readonly value: string };

/**
 * Lines of a node's redis.conf, changed by field. A value goes in only in a form of the table, which has no quote, no
 * backslash and no line end in it: the file gets no line but these. A directive that stands several times is left once.
 * The file is replaced as a whole, so that whoever dies in between leaves the old one or the new one.
 */
export async function writeSettings(folder: string, settings: readonly FileLine[]): Promise<void> {
  for (const { name, value } of settings) {
    const setting = fileSetting(name);
    if (!setting) throw refuse("invalid", "planNotInFile", { name });
    if (!isFit(setting, value)) throw refuse("invalid", "planFileValue", { name, expected: expectedOf(setting) });
  }
  const path = join(folder, files.config);
  const lines = (await readFile(path, "utf8")).split("\n");
  const names = new Set(settings.map(({ name }) => name));
  const kept = lines.filter((line) => !names.has(nameOf(line)));
  const tail = kept.at(-1) === "" ? kept.slice(0, -1) : kept;
  const added = settings.map(({ name, value }) => `${name} ${value === "" ? '""' : value}`);
  await replace(path, `${[...tail, ...added].join("\n")}\n`);
}

/** The last line of each name counts, as the server reads it. */
export async function readSettings(
  folder: string,
  names: readonly string[],
): Promise<Readonly<Record<string, string | undefined>>> {
  const lines = (await readFile(join(folder, files.config), "utf8")).split("\n");
  return Object.fromEntries(
    names.map((name) => {
      const line = lines.findLast((one) => nameOf(one) === name);
      const value = line?.trim().slice(name.length).trim();
      return [name, value?.replace(/^"(.*)"$/, "$1")];
    }),
  );
}

const nameOf = (line: string): string => line.trim().split(/\s/, 1)[0]?.toLowerCase() ?? "";

async function replace(path: string, text: string): Promise<void> {
  const next = `${path}.${randomUUID()}`;
  try {
    const file = await open(next, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  } finally {
    await rm(next, { force: true });
  }
}
