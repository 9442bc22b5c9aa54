import type { Role } from "@/lib/wire/access";
import type { Verb } from "./plan";

/**
 * What may be called on a node, by command and subcommand, and who may: the one written table. What is not in it is
 * denied, whatever it is; what is in it takes no key and gives back no value of one, ends by itself, and widens no right.
 *
 * `read` needs no plan. `change` leaves the data and the topology as they are, may be repeated, and goes through a plan.
 * Commands that change more are verbs of their own: the denial names the verb.
 */
export type CallRule = { readonly effect: "read" | "change"; readonly role: Role };

const viewerReads = [
  "ACL CAT",
  "ACL DRYRUN",
  "ACL USERS",
  "ACL WHOAMI",
  "CLIENT GETNAME",
  "CLIENT ID",
  "CLIENT INFO",
  "CLIENT LIST",
  "CLUSTER COUNT-FAILURE-REPORTS",
  "CLUSTER COUNTKEYSINSLOT",
  "CLUSTER GETSLOTMIGRATIONS",
  "CLUSTER INFO",
  "CLUSTER KEYSLOT",
  "CLUSTER LINKS",
  "CLUSTER MYID",
  "CLUSTER MYSHARDID",
  "CLUSTER NODES",
  "CLUSTER REPLICAS",
  "CLUSTER SHARDS",
  "CLUSTER SLAVES",
  "CLUSTER SLOT-STATS",
  "CLUSTER SLOTS",
  "COMMAND",
  "COMMAND COUNT",
  "COMMAND DOCS",
  "COMMAND INFO",
  "COMMAND LIST",
  "CONFIG GET",
  "DBSIZE",
  "ECHO",
  "FUNCTION STATS",
  "INFO",
  "LASTSAVE",
  "LATENCY DOCTOR",
  "LATENCY GRAPH",
  "LATENCY HISTOGRAM",
  "LATENCY HISTORY",
  "LATENCY LATEST",
  "LOLWUT",
  "MEMORY DOCTOR",
  "MEMORY MALLOC-STATS",
  "MEMORY STATS",
  "MODULE LIST",
  "PING",
  "PUBSUB CHANNELS",
  "PUBSUB NUMPAT",
  "PUBSUB NUMSUB",
  "PUBSUB SHARDCHANNELS",
  "PUBSUB SHARDNUMSUB",
  "ROLE",
  "SCRIPT EXISTS",
  "SLOWLOG LEN",
  "TIME",
];

/** They show arguments of clients' commands, names of keys, or code. */
const operatorReads = ["ACL LOG", "CLUSTER GETKEYSINSLOT", "FUNCTION LIST", "SLOWLOG GET"];

const changes = [
  "ACL LOG RESET",
  "BGREWRITEAOF",
  "BGSAVE",
  "CLIENT UNPAUSE",
  "CLUSTER SAVECONFIG",
  "CONFIG RESETSTAT",
  "CONFIG REWRITE",
  "LATENCY RESET",
  "MEMORY PURGE",
  "SLOWLOG RESET",
];

const table: ReadonlyMap<string, CallRule> = new Map<string, CallRule>([
  ...viewerReads.map((name) => [name, { effect: "read", role: "viewer" }] as const),
  ...operatorReads.map((name) => [name, { effect: "read", role: "operator" }] as const),
  ...changes.map((name) => [name, { effect: "change", role: "operator" }] as const),
]);

const verbOf: ReadonlyMap<string, Verb> = new Map([
  ["CLUSTER ADDSLOTS", "add-slots"],
  ["CLUSTER ADDSLOTSRANGE", "add-slots"],
  ["CLUSTER CANCELSLOTMIGRATIONS", "reshard"],
  ["CLUSTER DELSLOTS", "del-slots"],
  ["CLUSTER DELSLOTSRANGE", "del-slots"],
  ["CLUSTER FAILOVER", "failover"],
  ["CLUSTER FLUSHSLOTS", "del-slots"],
  ["CLUSTER FORGET", "forget"],
  ["CLUSTER MEET", "meet"],
  ["CLUSTER MIGRATESLOTS", "reshard"],
  ["CLUSTER MIGRATION", "reshard"],
  ["CLUSTER REPLICATE", "replicate"],
  ["CLUSTER RESET", "remove-node"],
  ["CLUSTER SETSLOT", "reshard"],
  ["CONFIG SET", "config"],
  ["MIGRATE", "reshard"],
  ["REPLICAOF", "replicate"],
  ["SLAVEOF", "replicate"],
]);

/** Commands that do nothing by themselves but name what to do. */
const containers = new Set(
  "ACL CLIENT CLUSTER COMMAND CONFIG DEBUG FUNCTION LATENCY MEMORY MODULE OBJECT PUBSUB SCRIPT SENTINEL SLOWLOG XGROUP XINFO".split(
    " ",
  ),
);

export type CallVerdict = {
  /** As the table spells it. */
  readonly head: string;
  /** Absent: denied to everybody. */
  readonly rule?: CallRule | undefined;
  /** The verb of this product that does what the command would. */
  readonly instead?: Verb | undefined;
};

export function callVerdict(command: readonly string[]): CallVerdict {
  const [name = "", sub = "", third = ""] = command.map((word) => word.toUpperCase());
  const head = containers.has(name) && sub !== "" ? `${name} ${sub}` : name;
  if (head === "ACL LOG" && third === "RESET") return { head: "ACL LOG RESET", rule: table.get("ACL LOG RESET") };
  if (head === "CLUSTER SETSLOT" && command[3]?.toUpperCase() === "STABLE") return { head, instead: "set-slot-stable" };
  return { head, rule: table.get(head), instead: verbOf.get(head) };
}

/** Every entry, for the test that holds it against what servers say of their commands. */
export const callRules: ReadonlyMap<string, CallRule> = table;
