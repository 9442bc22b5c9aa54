import type { Family } from "./types";

/** RDB versions by release, newest first: rdb.h of each. A server's own DUMP ends with its version: `readDump` tells it. */
const RELEASES: Readonly<Record<Family, readonly (readonly [major: number, minor: number, version: number])[]>> = {
  redis: [
    [8, 8, 14],
    [8, 6, 13],
    [7, 4, 12],
    [7, 2, 11],
    [7, 0, 10],
    [5, 0, 9],
  ],
  valkey: [
    [9, 0, 80],
    [7, 2, 11],
  ],
};

/** What a server of that release reads and writes; undefined for one older than 5.0, or text that is no version. */
export function rdbVersionOf(family: Family, release: string): number | undefined {
  const match = /^(\d+)\.(\d+)/.exec(release);
  if (!match) return undefined;
  const major = Number(match[1]);
  const minor = Number(match[2]);
  return RELEASES[family].find(([a, b]) => major > a || (major === a && minor >= b))?.[2];
}
