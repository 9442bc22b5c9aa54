import { formatBytes, formatMs, plural } from "@/lib/format";
import { TASK_BYTES } from "@/lib/plans/tasks";
import { moveWays } from "./move-ways";
import { backupPreflight } from "./preflight-backup";
import { byHandPreflight } from "./preflight-by-hand";
import { configPreflight } from "./preflight-config";
import { fixPreflight } from "./preflight-fix";
import { importPreflight } from "./preflight-import";
import { memberPreflight } from "./preflight-members";
import { rollingPreflight } from "./preflight-rolling";
import { settingsPreflight } from "./preflight-settings";

/** Lines of preflight by code: what it says when it passes, when it fails, when it could not be asked. */
export const preflight = {
  "no-other-operation": {
    pass: () => "No other operation writes to this cluster.",
    fail: ({ operation, verb, by }: { operation: number; verb: string; by: string }) =>
      `Operation ${operation} (${verb}, started by ${by}) is not over. Wait for its end, or cancel it first.`,
  },
  "involved-answer": {
    pass: ({ nodes }: { nodes: number }) =>
      `${nodes === 1 ? "The node" : `All ${nodes} nodes`} this plan touches answer.`,
    fail: ({ node, reason }: { node: string; reason: string }) =>
      `${node} does not answer (${reason}), and this plan needs it. Start it, or fail over to its replica first.`,
  },
  "others-answer": {
    pass: () => "Every other node of the cluster answers too.",
    fail: ({ nodes }: { nodes: readonly string[] }) =>
      `${nodes.join(", ")} ${nodes.length === 1 ? "does" : "do"} not answer. The plan does not need ${nodes.length === 1 ? "it" : "them"}, but what ${nodes.length === 1 ? "it believes" : "they believe"} cannot be proved until ${nodes.length === 1 ? "it is" : "they are"} back.`,
  },
  majority: {
    pass: ({ up, size }: { up: number; size: number }) => `${up} of ${size} primaries with slots can vote.`,
    fail: ({ up, size, needed }: { up: number; size: number; needed: number }) =>
      `Only ${up} of ${size} primaries with slots answer; a vote needs ${needed}. Bring primaries back first.`,
  },
  "involved-views-agree": {
    pass: ({ agree }: { agree: number }) => `All ${agree} answering views agree on the nodes of this plan.`,
    fail: ({ node, believes }: { node: string; believes: string }) =>
      `${node} sees the nodes of this plan differently. It says: ${believes}. Wait until the views agree, or repair it first.`,
  },
  "other-views-agree": {
    pass: () => "The views agree on the rest of the cluster.",
    fail: ({ node, believes }: { node: string; believes: string }) =>
      `${node} sees another part of the cluster differently. It says: ${believes}.`,
  },
  "involved-slots-closed": {
    pass: () => "No slot is open on the nodes of this plan.",
    fail: ({ slot, count, nodes }: { slot: number; count: number; nodes: readonly string[] }) =>
      `${plural(count, "slot is", "slots are")} open on ${nodes.join(", ")}, slot ${slot} first, and no operation here opened ${count === 1 ? "it" : "them"}. Find out who moves slots, or finish ${count === 1 ? "it" : "them"} first.`,
  },
  "other-slots-closed": {
    pass: () => "No slot is open elsewhere.",
    fail: ({ slot, count, nodes }: { slot: number; count: number; nodes: readonly string[] }) =>
      `${plural(count, "slot is", "slots are")} open between other nodes (${nodes.join(", ")}; slot ${slot}).`,
  },
  "slots-covered": {
    pass: () => "All 16384 slots have an owner.",
    fail: ({ slots, ranges }: { slots: number; ranges: string }) =>
      `${plural(slots, "slot has", "slots have")} no owner (${ranges}). This plan does not repair that.`,
  },
  rights: {
    pass: ({ nodes }: { nodes: number }) =>
      `The console's user may send every command of this plan (asked on ${plural(nodes, "node", "nodes")}).`,
    fail: ({ node, commands }: { node: string; commands: readonly string[] }) =>
      `On ${node} the console's user may not use ${commands.join(", ")}. Allow it with ACL SETUSER.`,
    unknown: ({ nodes }: { nodes: readonly string[] }) =>
      `${nodes.join(", ")} cannot tell beforehand which commands the console's user may send (ACL DRYRUN exists from 7.0 on).`,
  },

  "second-writer-seen": {
    pass: () => "Another console at work on this cluster would be seen.",
    fail: ({ node, commands }: { node: string; commands: readonly string[] }) =>
      `On ${node} the console's user may not use ${commands.join(", ")}: another console that moves slots at the same time would not be seen.`,
  },

  "move-way": {
    pass: ({ why, atomic }: { why: string; atomic: boolean }) =>
      atomic ? `${why} ${moveWays.atomic({ bytes: formatBytes(TASK_BYTES) })}` : why,
  },
  "no-foreign-task": {
    pass: () => "No atomic migration of somebody else runs on the nodes of this plan.",
    fail: ({ node, task, ranges }: { node: string; task: string; ranges: string }) =>
      `An atomic migration of slots ${ranges} runs on ${node} (task ${task}), and no operation here started it. Let it end, or cancel it first.`,
  },

  "target-guarded": {
    pass: ({ node, replicas }: { node: string; replicas: number }) =>
      `${node} has ${plural(replicas, "replica", "replicas")} in sync: each batch waits until a replica holds it.`,
    fail: ({ node }: { node: string }) =>
      `Unprotected: ${node} has no replica in sync. What has come to it is lost if it dies before it has one.`,
  },
  "memory-headroom": {
    pass: ({ node, afterBytes, maxBytes }: { node: string; afterBytes: number; maxBytes: number }) =>
      maxBytes === 0
        ? `${node} has no memory limit (maxmemory 0).`
        : `${node} will hold ${formatBytes(afterBytes)} of its maxmemory of ${formatBytes(maxBytes)}.`,
    fail: ({ node, afterBytes, maxBytes }: { node: string; afterBytes: number; maxBytes: number }) =>
      `${node} would hold ${formatBytes(afterBytes)}, more than 90 % of its maxmemory of ${formatBytes(maxBytes)}. It would refuse writes. Raise its maxmemory, or let less come.`,
    unknown: ({ node }: { node: string }) => `Whether ${node} has room for what comes could not be measured.`,
  },
  "eviction-risk": {
    pass: ({ node }: { node: string }) => `${node} will not have to evict keys.`,
    fail: ({
      node,
      policy,
      afterBytes,
      maxBytes,
    }: {
      node: string;
      policy: string;
      afterBytes: number;
      maxBytes: number;
    }) =>
      `${node} would hold ${formatBytes(afterBytes)} of ${formatBytes(maxBytes)} and evicts by ${policy}: keys would be lost silently. Raise maxmemory first.`,
    unknown: ({ node, policy }: { node: string; policy: string }) =>
      `${node} evicts by ${policy}, and what comes could not be measured. The operation stops at the first evicted key.`,
  },
  "big-keys": {
    pass: ({ sampled }: { sampled: number }) =>
      `No key too big to move was met among ${plural(sampled, "sampled key", "sampled keys")}.`,
    fail: ({
      node,
      key,
      slot,
      bytes,
      blockMs,
    }: {
      node: string;
      key: string;
      slot: number;
      bytes: number;
      blockMs: number;
    }) =>
      `On ${node} the key ${key} (slot ${slot}, ${formatBytes(bytes)}) would block both nodes for about ${formatMs(blockMs)}, more than half of node timeout. Its slot may cause a failover.`,
    unknown: ({ nodes }: { nodes: readonly string[] }) =>
      `The sizes of keys on ${nodes.join(", ")} could not be sampled.`,
  },
  "versions-fit": {
    pass: () => "Every target reads what its sources write.",
    fail: ({
      source,
      sourceVersion,
      target,
      targetVersion,
    }: {
      source: string;
      sourceVersion: string;
      target: string;
      targetVersion: string;
    }) =>
      `${source} runs ${sourceVersion}, ${target} the older ${targetVersion}: it may not read what is sent. Upgrade ${target} first.`,
  },
  "functions-match": {
    pass: () => "Functions are the same on sources and targets.",
    fail: ({ source, target }: { source: string; target: string }) =>
      `${target} does not hold the functions of ${source}: FCALL would fail for what moves. Load them on ${target} first.`,
  },
  "sources-emptied": {
    pass: () => "Every source keeps slots.",
    fail: ({ node, follows }: { node: string; follows: string }) =>
      `${node} gives its last slot. By its settings it ${follows ? `becomes a replica of ${follows} and drops its data to copy that one` : "stays a primary without slots"}.`,
  },
  "already-there": {
    pass: () => "Every slot asked for changes its owner.",
    fail: ({ slots, ranges, node }: { slots: number; ranges: string; node: string }) =>
      `${plural(slots, "slot", "slots")} (${ranges}) belong${slots === 1 ? "s" : ""} to ${node} already and stay${slots === 1 ? "s" : ""}.`,
  },
  "load-measured": {
    pass: ({ by, seconds }: { by: string; seconds: number }) =>
      seconds > 0
        ? `Every primary told its ${by} slot by slot, twice within ${seconds} s.`
        : `Every slot was measured by ${by}.`,
    fail: ({ by, seconds }: { by: string; seconds: number }) =>
      seconds > 0
        ? `The ${by} of each node was read twice within ${seconds} s; what of it each slot makes is estimated from its keys, because the nodes do not tell (CLUSTER SLOT-STATS).`
        : `The ${by} of each slot is estimated from its keys and from keys drawn at random.`,
  },
  "blocked-clients": {
    pass: () => "No client waits in a blocking command on a source.",
    fail: ({ node, clients }: { node: string; clients: number }) =>
      `${plural(clients, "client waits", "clients wait")} in a blocking command on ${node}. When ${clients === 1 ? "its key's slot moves, it is" : "their keys' slots move, they are"} redirected.`,
  },
  "replicas-in-sync": {
    pass: () => "The replicas of the targets are in sync.",
    fail: ({ node, bytes }: { node: string; bytes: number }) =>
      `${node} is ${formatBytes(bytes)} behind its primary. Batches wait until it has caught up.`,
  },
  ...fixPreflight,
  ...importPreflight,
  ...backupPreflight,
  ...memberPreflight,
  ...rollingPreflight,
  ...settingsPreflight,
  ...configPreflight,
  ...byHandPreflight,
} as const;
