import { createHash } from "node:crypto";
import type { NodeStats } from "@/lib/cluster/node";
import type { NodeFacts } from "@/lib/plans/facts";
import type { Verb } from "@/lib/plans/plan";
import { NO_FUNCTIONS } from "@/lib/plans/preflight/move-rows";
import type { Command, Link, Settled } from "@/server/link";

/** What a node's settings, functions and access rules say about a plan. Absent is what it could not or would not tell. */
export async function nodeFacts(link: Link, stats: NodeStats, verb: Verb): Promise<NodeFacts> {
  const [migration, timeout, libraries, dump, user] = await link.pipeline(
    [
      ["CONFIG", "GET", "cluster-allow-replica-migration"],
      ["CONFIG", "GET", "cluster-node-timeout"],
      ["FUNCTION", "LIST"],
      ["FUNCTION", "DUMP"],
      ["ACL", "WHOAMI"],
    ],
    { buffers: true },
  );
  const allows = settingOf(migration);
  const nodeTimeoutMs = Number(settingOf(timeout));
  const hasNone = libraries?.ok && Array.isArray(libraries.value) && libraries.value.length === 0;
  const digest = dump?.ok && Buffer.isBuffer(dump.value) ? sha256(dump.value) : undefined;
  const ask = async (commands: readonly Command[]) =>
    user?.ok ? deniedCommands(link, String(user.value), commands) : undefined;
  const denied = await ask([...asking, ...needed[verb]]);
  const unguarded = await ask(guarding);
  return {
    usedBytes: stats.usedBytes,
    maxBytes: stats.maxBytes,
    maxPolicy: stats.maxPolicy,
    version: stats.version,
    ...(nodeTimeoutMs > 0 ? { nodeTimeoutMs } : {}),
    ...(allows === undefined ? {} : { allowsReplicaMigration: allows === "yes" }),
    ...(hasNone ? { functionsDigest: NO_FUNCTIONS } : digest === undefined ? {} : { functionsDigest: digest }),
    ...(denied === undefined ? {} : { deniedCommands: denied }),
    ...(unguarded === undefined ? {} : { deniedGuards: unguarded }),
  };
}

function settingOf(reply: Settled | undefined): string | undefined {
  return reply?.ok && Array.isArray(reply.value) && reply.value.length > 1 ? String(reply.value[1]) : undefined;
}

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
const leaving: readonly Command[] = [
  ["CLUSTER", "FORGET", NODE],
  ["CLUSTER", "RESET", "SOFT"],
  ["CLUSTER", "REPLICATE", NODE],
];
const joining: readonly Command[] = [
  ["CLUSTER", "MEET", "127.0.0.1", "7000"],
  ["CLUSTER", "REPLICATE", NODE],
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

/** What an operation of each verb sends: to be asked beforehand with arguments of the right number. */
const needed: Readonly<Record<Verb, readonly Command[]>> = {
  create: [],
  reshard: moving,
  rebalance: moving,
  "add-node": joining,
  "remove-node": [...moving, ...leaving],
  "scale-out": [...joining, ...moving],
  "scale-in": [...moving, ...leaving],
  failover: [["CLUSTER", "FAILOVER"]],
  replicate: [["CLUSTER", "REPLICATE", NODE]],
};

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

const nameOf = ([name, sub]: Command): string =>
  name === "CLUSTER" || name === "CLIENT" || name === "MEMORY" ? `${name} ${sub}` : String(name);
