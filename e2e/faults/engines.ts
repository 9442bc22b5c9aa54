import { execFileSync } from "node:child_process";
import { existsSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Debian's multi-call binary: it is the server when the name it is called by says so. */
const MULTI_CALL = "/usr/bin/redis-check-rdb";

export type EngineKind = {
  readonly path: string;
  readonly text: string;
  readonly isValkey: boolean;
  /** The server carries slots by itself. */
  readonly isAtomic: boolean;
};

/** The server that was asked for, else the first on PATH; undefined where there is none. */
export function findEngine(given: string | undefined, folder: string): string | undefined {
  if (given) return existsSync(given) ? given : undefined;
  for (const at of (process.env.PATH ?? "").split(delimiter))
    for (const name of ["redis-server", "valkey-server"]) if (existsSync(join(at, name))) return join(at, name);
  if (!existsSync(MULTI_CALL)) return undefined;
  const link = join(folder, "redis-server");
  if (!existsSync(link)) symlinkSync(MULTI_CALL, link);
  return link;
}

export function kindOf(path: string): EngineKind {
  const text = execFileSync(path, ["--version"]).toString().trim();
  const [, major = "0", minor = "0"] = /v=(\d+)\.(\d+)/.exec(text) ?? [];
  const isValkey = !/^redis/i.test(text);
  const version = /v=([\w.-]+)/.exec(text)?.[1] ?? "?";
  const number = Number(major) + Number(minor) / 100;
  return {
    path,
    text: `${isValkey ? "valkey" : "redis"} ${version}`,
    isValkey,
    isAtomic: number >= (isValkey ? 9 : 8.04),
  };
}
