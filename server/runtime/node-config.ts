import { isIP } from "node:net";
import { isAbsolute } from "node:path";
import { maxmemoryPolicies, type PrepareNodes } from "@/lib/wire/runtime";
import { refuse } from "@/server/refuse";
import { checkPort } from "./ports";

/**
 * A node's redis.conf, written field by field.
 *
 * A directive ends at the end of its line, and quotes and backslashes change how a line is read: a value that carries
 * one could add directives of its own (`x\nrename-command …`). So nothing is ever escaped. Each field is checked
 * against the few characters that it needs, and anything else is refused by name before a file is touched. Guaranteed:
 * the file has exactly the lines written here, one a directive. Not guaranteed: that the engine likes the values; it
 * says so in its log when it starts.
 */
export type NodeConfig = {
  readonly port: number;
  /** Where it listens: loopback first. */
  readonly bind: readonly string[];
  /** Absolute. The files in it have names of their own, known to all. */
  readonly folder: string;
  readonly fields: PrepareNodes["fields"];
};

export const files = {
  config: "redis.conf",
  nodes: "nodes.conf",
  log: "node.log",
  pid: "node.pid",
} as const;

const DEFAULT_NODE_TIMEOUT_MS = 5000;
const policies: ReadonlySet<string> = new Set(maxmemoryPolicies);

/** The whole text. Throws OpsError invalid, naming the field and what it expected; the value itself is never repeated. */
export function renderConfig({ port, bind, folder, fields }: NodeConfig): string {
  checkPort(port);
  const appendonly = fields.appendonly ?? true;
  const { password, announceIp } = fields;
  const lines: readonly (readonly [directive: string, value: string])[] = [
    ["port", String(port)],
    ["bind", bind.map((address) => ip("bind", address)).join(" ")],
    ["protected-mode", "yes"],
    ["daemonize", "no"],
    ["dir", path("dir", folder)],
    ["logfile", files.log],
    ["pidfile", files.pid],
    ["cluster-enabled", "yes"],
    ["cluster-config-file", files.nodes],
    ["cluster-node-timeout", int("nodeTimeoutMs", fields.nodeTimeoutMs ?? DEFAULT_NODE_TIMEOUT_MS, 200, 600_000)],
    ...(announceIp === undefined ? [] : [["cluster-announce-ip", ip("announceIp", announceIp)] as const]),
    ["appendonly", appendonly ? "yes" : "no"],
    // With an append-only file a snapshot at every stop would only take time; without one it is all that is kept.
    ...(appendonly ? [["save", '""'] as const] : []),
    // A replica of a local node need not wait five seconds for others that might want the same snapshot.
    ["repl-diskless-sync-delay", "0"],
    ["maxmemory", int("maxmemoryBytes", fields.maxmemoryBytes ?? 0, 0, Number.MAX_SAFE_INTEGER)],
    ["maxmemory-policy", policy(fields.maxmemoryPolicy ?? "noeviction")],
    ...(password === undefined
      ? []
      : ([
          ["requirepass", secret("password", password)],
          ["masterauth", secret("password", password)],
        ] as const)),
  ];
  return `${lines.map(([directive, value]) => `${directive} ${value}`).join("\n")}\n`;
}

function int(field: string, value: number, least: number, most: number): string {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return String(value);
  throw refuse("invalid", "configField", { field, expected: `a whole number from ${least} to ${most}` });
}

function ip(field: string, value: string): string {
  if (isIP(value) && !value.includes("%")) return value;
  throw refuse("invalid", "configField", { field, expected: "an IP address" });
}

function policy(value: string): string {
  if (policies.has(value)) return value;
  throw refuse("invalid", "configField", { field: "maxmemoryPolicy", expected: [...policies].join(", ") });
}

/** Printable ASCII without space, quotes and backslash: nothing in it means anything to the reader of the file. */
function secret(field: string, value: string): string {
  if (value.length <= 512 && /^[\x21\x23-\x26\x28-\x5b\x5d-\x7e]+$/.test(value)) return value;
  throw refuse("invalid", "configField", {
    field,
    expected: "1 to 512 printable ASCII characters without spaces, quotes and backslashes",
  });
}

/** In double quotes, because folders have spaces; so no quote, backslash or control character may be inside. */
function path(field: string, value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (isAbsolute(value) && !/["'\\\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(value)) return `"${value}"`;
  throw refuse("invalid", "configField", {
    field,
    expected: "an absolute path without quotes, backslashes and control characters",
  });
}
