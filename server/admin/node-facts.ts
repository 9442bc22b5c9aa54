import { createHash } from "node:crypto";
import type { NodeStats } from "@/lib/cluster/node";
import { assertNever } from "@/lib/of";
import type { NodeFacts } from "@/lib/plans/facts";
import { NO_FUNCTIONS } from "@/lib/plans/preflight/move-rows";
import type { AtomicWay, MoveWay } from "@/lib/plans/way";
import type { Wish } from "@/lib/plans/wish";
import type { BackupManifest } from "@/lib/wire/backups";
import type { Command, Link, Settled } from "@/server/link";
import { askOffer } from "@/server/migrate/choose";

type Asked = { readonly wish: Wish; readonly manifest?: BackupManifest | undefined };

/** What a node's settings, functions and access rules say about a plan. Absent is what it could not or would not tell. */
export async function nodeFacts(link: Link, stats: NodeStats, { wish, manifest }: Asked): Promise<NodeFacts> {
  const [migration, timeout, libraries, dump, user, appendonly, save] = await link.pipeline(
    [
      ["CONFIG", "GET", "cluster-allow-replica-migration"],
      ["CONFIG", "GET", "cluster-node-timeout"],
      ["FUNCTION", "LIST"],
      ["FUNCTION", "DUMP"],
      ["ACL", "WHOAMI"],
      ["CONFIG", "GET", "appendonly"],
      ["CONFIG", "GET", "save"],
    ],
    { buffers: true },
  );
  const allows = settingOf(migration);
  const nodeTimeoutMs = Number(settingOf(timeout));
  const keepsData = keeps(settingOf(appendonly), settingOf(save));
  const hasNone = libraries?.ok && Array.isArray(libraries.value) && libraries.value.length === 0;
  const digest = dump?.ok && Buffer.isBuffer(dump.value) ? sha256(dump.value) : undefined;
  const ask = async (commands: readonly Command[]) =>
    user?.ok ? deniedCommands(link, String(user.value), commands) : undefined;
  const { ways, tasks } = await askOffer(link);
  const hasFunctions = manifest?.shards.some((shard) => shard.functions > 0) === true;
  const wanted = [...neededBy(wish), ...(hasFunctions && libraries?.ok ? loading : [])];
  const rest = wanted.filter((command) => !moving.includes(command));
  const denied = await ask([...asking, ...rest]);
  const deniedMoving = rest.length < wanted.length ? await deniedByWay(ways, ask) : undefined;
  const unguarded = await ask(guarding);
  return {
    usedBytes: stats.usedBytes,
    maxBytes: stats.maxBytes,
    maxPolicy: stats.maxPolicy,
    version: stats.version,
    ...(keepsData === undefined ? {} : { keepsData }),
    ...(nodeTimeoutMs > 0 ? { nodeTimeoutMs } : {}),
    ...(allows === undefined ? {} : { allowsReplicaMigration: allows === "yes" }),
    ...(hasNone ? { functionsDigest: NO_FUNCTIONS } : digest === undefined ? {} : { functionsDigest: digest }),
    ...(denied === undefined ? {} : { deniedCommands: denied }),
    ...(deniedMoving === undefined ? {} : { deniedMoving }),
    offers: ways,
    tasks: tasks.map(({ id, ranges }) => ({ id, ranges })),
    ...(unguarded === undefined ? {} : { deniedGuards: unguarded }),
  };
}

function settingOf(reply: Settled | undefined): string | undefined {
  return reply?.ok && Array.isArray(reply.value) && reply.value.length > 1 ? String(reply.value[1]) : undefined;
}

const keeps = (appendonly: string | undefined, save: string | undefined): boolean | undefined =>
  appendonly === undefined || save === undefined ? undefined : appendonly === "yes" || save !== "";

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

const NODE = "0".repeat(40);
const moving: readonly Command[] = [
  ["CLUSTER", "SETSLOT", "0", "STABLE"],
  ["CLUSTER", "GETKEYSINSLOT", "0", "1"],
  ["MIGRATE", "127.0.0.1", "7000", "", "0", "1000", "KEYS", "k"],
  ["MEMORY", "USAGE", "k"],
  // What MIGRATE sends to the target, by the same user.
  ["RESTORE-ASKING", "k", "0", "v"],
  ["SELECT", "0"],
];
const movingAtomically: Readonly<Record<AtomicWay, readonly Command[]>> = {
  "valkey-asm": [
    ["CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", "0", "0", "NODE", NODE],
    ["CLUSTER", "GETSLOTMIGRATIONS"],
    ["CLUSTER", "CANCELSLOTMIGRATIONS"],
    ["CLUSTER", "COUNTKEYSINSLOT", "0"],
  ],
  "redis-asm": [
    ["CLUSTER", "MIGRATION", "IMPORT", "0", "0"],
    ["CLUSTER", "COUNTKEYSINSLOT", "0"],
  ],
};
const leaving: readonly Command[] = [
  ["CLUSTER", "FORGET", NODE],
  ["CLUSTER", "RESET", "SOFT"],
  ["CLUSTER", "REPLICATE", NODE],
];
const joining: readonly Command[] = [
  ["CLUSTER", "MEET", "127.0.0.1", "7000"],
  ["CLUSTER", "REPLICATE", NODE],
];
const mending: readonly Command[] = [
  ["CLUSTER", "DELSLOTS", "0"],
  ["CLUSTER", "BUMPEPOCH"],
  ["DUMP", "k"],
  ["PTTL", "k"],
  ["RESTORE", "k", "0", "v"],
  ["UNLINK", "k"],
  ["ASKING"],
];
const loading: readonly Command[] = [
  ["FUNCTION", "LIST"],
  ["FUNCTION", "LOAD", "code"],
];
const asking: readonly Command[] = [
  ["CLUSTER", "NODES"],
  ["CLIENT", "SETNAME", "n"],
];
/** Without these another console's operation is not seen, and a frozen life of this one not stopped (I18). */
const guarding: readonly Command[] = [
  ["CLIENT", "LIST"],
  ["CLIENT", "KILL", "ID", "1"],
];

/** What an operation of this wish sends: to be asked beforehand with arguments of the right number. */
function neededBy(wish: Wish): readonly Command[] {
  switch (wish.verb) {
    case "create":
      return [];
    case "reshard":
    case "rebalance":
    case "drain":
      return moving;
    case "add-node":
    case "meet":
      return joining;
    case "remove-node":
    case "scale-in":
      return [...moving, ...leaving];
    case "scale-out":
      return [...joining, ...moving];
    case "fix":
      return [...moving, ...mending];
    case "failover":
    case "rolling-restart":
    case "rolling-config":
    case "rolling-upgrade":
    case "maintenance":
      return [["CLUSTER", "FAILOVER"]];
    case "drill":
      return wish.how === "segfault" ? [["DEBUG", "SEGFAULT"]] : [];
    case "decommission":
    case "start-cluster":
      return [];
    case "stop-cluster":
      return wish.how === "save" ? [["SHUTDOWN", "SAVE"]] : [];
    case "replicate":
      return [["CLUSTER", "REPLICATE", NODE]];
    case "config":
    case "set-timeout":
      return [
        ["CONFIG", "SET", "cluster-node-timeout", "15000"],
        ["CONFIG", "REWRITE"],
      ];
    case "call":
      return [[...wish.command]];
    case "forget":
      return [["CLUSTER", "FORGET", NODE]];
    case "add-slots":
      return [["CLUSTER", "ADDSLOTSRANGE", "0", "0"]];
    case "del-slots":
      return [["CLUSTER", "DELSLOTS", "0"]];
    case "set-slot-stable":
      return [["CLUSTER", "SETSLOT", "0", "STABLE"]];
    case "backup":
      return [
        ["REPLCONF", "rdb-only", "1"],
        ["PSYNC", "?", "-1"],
      ];
    case "restore":
      return [["RESTORE", "k", "0", "v"], ["DUMP", "k"], ["PTTL", "k"], ["DBSIZE"]];
    case "import":
      return [["RESTORE", "k", "0", "v"], ["DUMP", "k"], ["PTTL", "k"], ["TYPE", "k"], ["EXISTS", "k"], ["TIME"]];
    default:
      return assertNever(wish);
  }
}

/** ACL DRYRUN answers OK, or a sentence that says why not; before 7.0 it is not there. */
async function deniedCommands(
  link: Link,
  user: string,
  commands: readonly Command[],
): Promise<readonly string[] | undefined> {
  const replies = await link.pipeline(commands.map((command) => ["ACL", "DRYRUN", user, ...command]));
  if (replies.some((reply) => !reply.ok)) return undefined;
  return commands.flatMap((command, i) => {
    const reply = replies[i];
    return reply?.ok && String(reply.value) !== "OK" ? [nameOf(command)] : [];
  });
}

type Ask = (commands: readonly Command[]) => Promise<readonly string[] | undefined>;

async function deniedByWay(ways: readonly AtomicWay[], ask: Ask): Promise<NodeFacts["deniedMoving"]> {
  const denied: Partial<Record<MoveWay, readonly string[]>> = {};
  for (const way of ["setslot", ...ways] as const) {
    const commands = await ask(way === "setslot" ? moving : movingAtomically[way]);
    if (commands !== undefined) denied[way] = commands;
  }
  return denied;
}

const nameOf = ([name, sub]: Command): string =>
  ["CLUSTER", "CLIENT", "CONFIG", "FUNCTION", "MEMORY"].includes(String(name)) ? `${name} ${sub}` : String(name);
