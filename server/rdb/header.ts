import { refuse } from "@/server/refuse";
import type { Cursor } from "./cursor";
import { damaged } from "./damage";
import { type Family, familyOf, isKnownVersion, knownVersions } from "./types";

const BYTES = 9;

/** `REDIS0011`, or `VALKEY080` from Valkey 9 on: always nine bytes. */
export function readHeader(cursor: Cursor): { readonly family: Family; readonly version: number } {
  const { offset } = cursor;
  const text = cursor.take(BYTES, "the name and version of an RDB file").toString("latin1");
  const match = /^(REDIS)(\d{4})$/.exec(text) ?? /^(VALKEY)(\d{3})$/.exec(text);
  if (!match) throw damaged(offset, "REDIS or VALKEY with a version", JSON.stringify(text));
  const [, magic = ""] = match;
  const version = Number(match[2]);
  const family = familyOf(version);
  if (magic !== family.toUpperCase() || !isKnownVersion(version))
    throw refuse("invalid", "rdbVersion", { magic, version, known: knownVersions });
  return { family, version };
}

export function headerOf(version: number): Buffer {
  const family = familyOf(version);
  return Buffer.from(`${family.toUpperCase()}${String(version).padStart(family === "redis" ? 4 : 3, "0")}`, "latin1");
}
