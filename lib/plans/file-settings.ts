import { bytesOf } from "./settings";

/**
 * Settings that may be written into the redis.conf of a node managed here, to hold from its restart on. A value is
 * checked against the few forms that it can have, because a line of that file is code. Not in the table: where files
 * lie, what code is loaded, who can connect, secrets; and `appendonly`, because a server that is restarted with it newly
 * on reads an append-only file that is not there and comes up empty (CONFIG SET writes one first).
 */
export type FileSetting =
  | { readonly kind: "number"; readonly least: number; readonly most: number }
  | { readonly kind: "size" }
  | { readonly kind: "choice"; readonly of: readonly string[] }
  | { readonly kind: "save" };

const number = (least: number, most: number): FileSetting => ({ kind: "number", least, most });
const yesNo: FileSetting = { kind: "choice", of: ["yes", "no"] };
const size: FileSetting = { kind: "size" };
const MOST = 2 ** 31 - 1;

const policies = ["noeviction", ...["allkeys", "volatile"].flatMap((of) => [`${of}-lru`, `${of}-lfu`, `${of}-random`])];

const fileSettings: Readonly<Record<string, FileSetting>> = {
  activedefrag: yesNo,
  activerehashing: yesNo,
  "always-show-logo": yesNo,
  "aof-use-rdb-preamble": yesNo,
  appendfsync: { kind: "choice", of: ["always", "everysec", "no"] },
  "auto-aof-rewrite-percentage": number(0, MOST),
  "cluster-allow-reads-when-down": yesNo,
  "cluster-allow-replica-migration": yesNo,
  "cluster-migration-barrier": number(0, MOST),
  "cluster-node-timeout": number(200, 600_000),
  "cluster-replica-validity-factor": number(0, MOST),
  "cluster-require-full-coverage": yesNo,
  "disable-thp": yesNo,
  "dynamic-hz": yesNo,
  hz: number(1, 500),
  "io-threads": number(1, 128),
  "io-threads-do-reads": yesNo,
  "jemalloc-bg-thread": yesNo,
  "latency-monitor-threshold": number(0, MOST),
  "lazyfree-lazy-eviction": yesNo,
  "lazyfree-lazy-expire": yesNo,
  "lazyfree-lazy-server-del": yesNo,
  "lazyfree-lazy-user-del": yesNo,
  "lazyfree-lazy-user-flush": yesNo,
  "lfu-decay-time": number(0, MOST),
  "lfu-log-factor": number(0, MOST),
  maxclients: number(1, MOST),
  maxmemory: size,
  "maxmemory-policy": { kind: "choice", of: [...policies, "volatile-ttl"] },
  "maxmemory-samples": number(1, 64),
  "no-appendfsync-on-rewrite": yesNo,
  rdbchecksum: yesNo,
  rdbcompression: yesNo,
  "repl-backlog-size": size,
  "repl-backlog-ttl": number(0, MOST),
  "repl-disable-tcp-nodelay": yesNo,
  "repl-diskless-sync": yesNo,
  "repl-diskless-sync-delay": number(0, MOST),
  "repl-timeout": number(1, MOST),
  save: { kind: "save" },
  "set-proc-title": yesNo,
  "slowlog-log-slower-than": number(-1, MOST),
  "slowlog-max-len": number(0, MOST),
  "tcp-keepalive": number(0, MOST),
  timeout: number(0, MOST),
};

export const fileSetting = (name: string): FileSetting | undefined =>
  Object.hasOwn(fileSettings, name) ? fileSettings[name] : undefined;

export function isFit(setting: FileSetting, value: string): boolean {
  switch (setting.kind) {
    case "number":
      return /^-?\d{1,10}$/.test(value) && Number(value) >= setting.least && Number(value) <= setting.most;
    case "size":
      return (bytesOf(value) ?? -1) >= 0;
    case "choice":
      return setting.of.includes(value);
    case "save":
      return value === "" || /^\d{1,9} \d{1,9}( \d{1,9} \d{1,9})*$/.test(value);
  }
}

export function expectedOf(setting: FileSetting): string {
  switch (setting.kind) {
    case "number":
      return `a whole number from ${setting.least} to ${setting.most}`;
    case "size":
      return "a size such as 100mb";
    case "choice":
      return `one of ${setting.of.join(", ")}`;
    case "save":
      return "pairs of seconds and changes such as 3600 1, or nothing";
  }
}
