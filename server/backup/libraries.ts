import type { BackupManifest } from "@/lib/wire/backups";
import { readRdb } from "@/server/rdb/read";
import type { BackupFolder } from "./backup-folder";

export type Library = { readonly name: string; readonly code: Buffer };

/**
 * The function libraries of a backup, by name. Every shard has its own, and a cluster is one only if all are the same:
 * of one name with two codes nobody knows which is meant, so it is in `differing` alone.
 */
export async function librariesOf(folder: BackupFolder, { shards }: BackupManifest) {
  const found = new Map<string, Buffer>();
  const differing = new Set<string>();
  for (const shard of shards)
    for (const { name, code } of shard.functions === 0 ? [] : await librariesIn(folder, shard.file)) {
      const known = found.get(name);
      if (known && !known.equals(code)) differing.add(name);
      found.set(name, code);
    }
  const libraries = [...found].flatMap(([name, code]): Library[] => (differing.has(name) ? [] : [{ name, code }]));
  return { libraries, differing: [...differing] };
}

/** They stand before the keys: the rest of the file is not read. */
async function librariesIn(folder: BackupFolder, file: string): Promise<readonly Library[]> {
  const libraries: Library[] = [];
  for await (const record of readRdb(folder.chunks(file))) {
    if (record.kind === "key") break;
    if (record.kind === "function") libraries.push({ name: nameIn(record.code), code: Buffer.from(record.code) });
  }
  return libraries;
}

/** `#!<engine> name=<library>` in the first line. */
const nameIn = (code: Buffer): string => /^#![^\n]*\sname=(\S+)/.exec(code.toString("latin1"))?.[1] ?? "";
