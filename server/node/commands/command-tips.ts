import type { CommandFlag } from "../command";
import type { Known } from "../dispatch/known";

const TIPS: Readonly<Record<string, string>> = {
  "ping flushdb flushall": "request_policy:all_shards response_policy:all_succeeded",
  "client|info client|list time ttl pttl hrandfield hscan spop srandmember sscan zrandmember zscan dump":
    "nondeterministic_output",
  "object|encoding object|refcount object|idletime object|freq lastsave migrate": "nondeterministic_output",
  "config|set slowlog|reset latency|reset": "request_policy:all_nodes response_policy:all_succeeded",
  info: "nondeterministic_output request_policy:all_shards response_policy:special",
  "latency|latest latency|history latency|doctor latency|graph":
    "nondeterministic_output request_policy:all_nodes response_policy:special",
  "command command|info command|docs command|list hgetall hkeys hvals smembers sinter sunion sdiff":
    "nondeterministic_output_order",
  "slowlog|get": "request_policy:all_nodes nondeterministic_output",
  "slowlog|len": "request_policy:all_nodes response_policy:agg_sum nondeterministic_output",
  "del unlink exists touch": "request_policy:multi_shard response_policy:agg_sum",
  keys: "request_policy:all_shards nondeterministic_output_order",
  randomkey: "request_policy:all_shards nondeterministic_output",
  dbsize: "request_policy:all_shards response_policy:agg_sum",
  scan: "nondeterministic_output request_policy:special",
  mget: "request_policy:multi_shard",
  mset: "request_policy:multi_shard response_policy:all_succeeded",
  msetnx: "request_policy:multi_shard response_policy:agg_min",
  wait: "request_policy:all_shards response_policy:agg_min",
};

export function tipsOf(fullName: string): readonly string[] {
  for (const [names, tips] of Object.entries(TIPS)) if (names.split(" ").includes(fullName)) return tips.split(" ");
  return [];
}

/** In the order in which redis names them. */
export const CATEGORIES = [
  "keyspace",
  "read",
  "write",
  "set",
  "sortedset",
  "list",
  "hash",
  "string",
  "bitmap",
  "hyperloglog",
  "geo",
  "stream",
  "pubsub",
  "admin",
  "fast",
  "slow",
  "blocking",
  "dangerous",
  "connection",
  "transaction",
  "scripting",
] as const;

type Category = (typeof CATEGORIES)[number];

const BY_GROUP: Readonly<Record<string, Category>> = {
  generic: "keyspace",
  string: "string",
  bitmap: "bitmap",
  hash: "hash",
  list: "list",
  set: "set",
  "sorted-set": "sortedset",
  hyperloglog: "hyperloglog",
  geo: "geo",
  connection: "connection",
  transactions: "transaction",
};
const BY_FLAG: Readonly<Partial<Record<CommandFlag, readonly Category[]>>> = {
  write: ["write"],
  readonly: ["read"],
  admin: ["admin", "dangerous"],
  pubsub: ["pubsub"],
  blocking: ["blocking"],
};

/** Where a command is in other categories than its group and its flags say: besides them, or in their place. */
const BESIDES: Readonly<Record<string, readonly Category[]>> = {
  info: ["dangerous"],
  keys: ["dangerous"],
  dbsize: ["keyspace"],
  flushdb: ["keyspace", "dangerous"],
  flushall: ["keyspace", "dangerous"],
  swapdb: ["keyspace", "dangerous"],
  restore: ["dangerous"],
  "restore-asking": ["dangerous"],
  migrate: ["dangerous"],
  role: ["admin", "dangerous"],
  lastsave: ["admin", "dangerous"],
  asking: ["connection"],
  readonly: ["connection"],
  readwrite: ["connection"],
  command: ["connection"],
};
const INSTEAD: Readonly<Record<string, readonly Category[]>> = {
  sort: ["write", "set", "sortedset", "list", "dangerous"],
  sort_ro: ["read", "set", "sortedset", "list", "dangerous"],
  wait: ["connection"],
};

/** The ACL categories of a command, in the order of all. */
export function categoriesOf({ command, fullName }: Known): readonly Category[] {
  const { flags, group, subcommands } = command;
  const [container = ""] = fullName.split("|");
  const found = new Set<Category>(INSTEAD[fullName]);
  if (found.size === 0) {
    for (const flag of flags) for (const category of BY_FLAG[flag] ?? []) found.add(category);
    const ofGroup = BY_GROUP[group];
    // A container is nothing by itself: what it can do stands with its subcommands.
    if (ofGroup && !(subcommands && flags.length === 0)) found.add(ofGroup);
    for (const category of BESIDES[container] ?? []) found.add(category);
  }
  found.add(flags.includes("fast") ? "fast" : "slow");
  return CATEGORIES.filter((category) => found.has(category));
}

export const isCategory = (name: string): name is Category => CATEGORIES.some((category) => category === name);
