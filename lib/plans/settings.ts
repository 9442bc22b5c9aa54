import type { NodeId } from "@/lib/cluster/node";
import type { Facts } from "./facts";

/**
 * Which settings may be changed here, and when two spellings of a value are the same.
 *
 * CONFIG SET is also a way into a machine: `dir` and `dbfilename` write files where they like, others load code, open
 * ports or tell secrets. Those are denied to everybody, by name; so are settings that only a restart can change, because
 * the server would refuse them half way. A name that no node knows is refused by what the nodes tell (preflight).
 */
export type WhyDenied = "file" | "code" | "network" | "secret" | "replication" | "restart";

const denied: Readonly<Record<WhyDenied, readonly string[]>> = {
  file: [
    "dir",
    "dbfilename",
    "appendfilename",
    "appenddirname",
    "logfile",
    "pidfile",
    "aclfile",
    "cluster-config-file",
    "syslog-ident",
    "include",
  ],
  code: [
    "loadmodule",
    "enable-protected-configs",
    "enable-debug-command",
    "enable-module-command",
    "rename-command",
    "proc-title-template",
  ],
  network: [
    "bind",
    "bind-source-addr",
    "port",
    "protected-mode",
    "unixsocket",
    "unixsocketperm",
    "cluster-port",
    "cluster-announce-ip",
    "cluster-announce-port",
    "cluster-announce-bus-port",
    "cluster-announce-tls-port",
    "cluster-announce-hostname",
    "tcp-backlog",
  ],
  secret: ["requirepass", "masterauth", "masteruser", "primaryauth", "primaryuser", "user", "acl-pubsub-default"],
  replication: ["slaveof", "replicaof"],
  restart: [
    "cluster-enabled",
    "databases",
    "daemonize",
    "supervised",
    "io-threads",
    "io-threads-do-reads",
    "always-show-logo",
    "set-proc-title",
    "rdbchecksum",
    "server-cpulist",
    "server_cpulist",
    "bio_cpulist",
    "aof_rewrite_cpulist",
    "bgsave_cpulist",
    "disable-thp",
    "ignore-warnings",
    "socket-mark-id",
    "syslog-enabled",
    "syslog-facility",
    "internal-lock",
  ],
};

const whyOf = new Map(
  Object.entries(denied).flatMap(([why, names]) => names.map((name) => [name, why as WhyDenied] as const)),
);

export function whyDenied(name: string): WhyDenied | undefined {
  if (isSecretSetting(name)) return "secret";
  return name.startsWith("tls-") ? "network" : whyOf.get(name);
}

/** Its value is never shown, kept or written down. */
export const isSecretSetting = (name: string): boolean =>
  denied.secret.includes(name) || /pass|secret|auth$|token|credential/.test(name);

const units: Readonly<Record<string, number>> = {
  b: 1,
  k: 1000,
  kb: 1024,
  m: 1_000_000,
  mb: 1_048_576,
  g: 1_000_000_000,
  gb: 1_073_741_824,
};

/** A server tells a value in its own spelling: `100mb` comes back as 104857600. */
export function isSameSetting(name: string, a: string, b: string): boolean {
  const [left, right] = [plain(a), plain(b)];
  if (left === right) return true;
  if (name === "notify-keyspace-events") return flags(a) === flags(b);
  if (name === "client-output-buffer-limit") return hasLimits(right, left) || hasLimits(left, right);
  return false;
}

/** Lower-case, one space between words, sizes in bytes. */
const plain = (value: string): string => value.trim().toLowerCase().split(/\s+/).map(inBytes).join(" ");

const inBytes = (word: string): string => (/^-?\d+$/.test(word) ? word : String(bytesOf(word) ?? word));

/** A size as settings write it: `100mb`, `1gb`, `5k`, or plain bytes. */
export function bytesOf(text: string): number | undefined {
  const match = /^(-?\d+)(b|kb?|mb?|gb?)?$/i.exec(text.trim());
  return match ? Number(match[1]) * (units[match[2]?.toLowerCase() ?? "b"] ?? 1) : undefined;
}

/** `A` stands for all classes of events; the order means nothing. */
const flags = (value: string): string => [...new Set(value.replace("A", "g$lshzxetd"))].sort().join("");

/** One of the three classes may be set alone; the server tells all of them. */
function hasLimits(told: string, asked: string): boolean {
  const classes = (text: string) =>
    new Map(
      [...text.matchAll(/(\S+) (\S+) (\S+) (\S+)/g)].map(([, name = "", ...limits]) => [
        name === "slave" ? "replica" : name,
        limits.join(" "),
      ]),
    );
  const all = classes(told);
  const some = [...classes(asked)];
  return some.length > 0 && some.every(([name, limits]) => all.get(name) === limits);
}

export const NODE_TIMEOUT = "cluster-node-timeout";

/** What the node told when the plan was made; undefined when it knows no such setting. */
export const settingOf = (facts: Pick<Facts, "settings">, id: NodeId, name: string): string | undefined =>
  facts.settings?.[id]?.values[name];
