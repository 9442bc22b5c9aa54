import { execFileSync } from "node:child_process";

export type EngineKind = {
  readonly path: string;
  readonly text: string;
  readonly isValkey: boolean;
  /** The server carries slots by itself. */
  readonly isAtomic: boolean;
};

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
