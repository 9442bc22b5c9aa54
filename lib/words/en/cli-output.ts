import { plural } from "@/lib/format";

type Node = { readonly id: string; readonly address: string };

/** What the command line says while it works. Lines in redis-cli's own form keep its wire spellings, for scripts. */
export const cliOutput = {
  redisCli: {
    node: ({ id, address, keys, slots, replicas }: Node & { keys: string; slots: number; replicas: number }) =>
      `${address} (${id.slice(0, 8)}...) -> ${keys} keys | ${slots} slots | ${replicas} slaves.`,
    keysIn: ({ keys, primaries }: { keys: number; primaries: number }) => `[OK] ${keys} keys in ${primaries} masters.`,
    keysUnknown: ({ primaries }: { primaries: readonly string[] }) =>
      `[WARNING] ${primaries.join(", ")} did not say how many keys there are.`,
    average: ({ perSlot }: { perSlot: number }) => `${perSlot.toFixed(2)} keys per slot on average.`,
    performing: ({ address }: { address: string }) => `>>> Performing Cluster Check (using node ${address})`,
    primary: ({ id, address }: Node) => `M: ${id} ${address}`,
    replica: ({ id, address }: Node) => `S: ${id} ${address}`,
    slots: ({ ranges, slots, isReplica }: { ranges: string; slots: number; isReplica: boolean }) =>
      `   slots:${ranges} (${slots} slots) ${isReplica ? "slave" : "master"}`,
    additional: ({ replicas }: { replicas: number }) => `   ${replicas} additional replica(s)`,
    replicates: ({ id }: { id: string }) => `   replicates ${id}`,
    agree: () => "[OK] All nodes agree about slots configuration.",
    disagree: () => "[ERR] Nodes don't agree about configuration!",
    checkOpen: () => ">>> Check for open slots...",
    openSide: ({ address, side, slots }: { address: string; side: "migrating" | "importing"; slots: string }) =>
      `[WARNING] Node ${address} has slots in ${side} state ${slots}.`,
    openAll: ({ slots }: { slots: string }) => `[WARNING] The following slots are open: ${slots}.`,
    checkCoverage: () => ">>> Check slots coverage...",
    covered: () => "[OK] All 16384 slots covered.",
    uncovered: () => "[ERR] Not all 16384 slots are covered by nodes.",
    added: () => "[OK] New node added correctly.",
    removed: ({ address }: { address: string }) => `[OK] Node ${address} removed from the cluster.`,
    calling: ({ command }: { command: string }) => `>>> Calling ${command}`,
    reply: ({ node, text }: { node: string; text: string }) => `${node}: ${text}`,
    allocation: ({ nodes }: { nodes: number }) => `>>> Performing hash slots allocation on ${nodes} nodes...`,
    slotsOf: ({ index, ranges }: { index: number; ranges: string }) => `Master[${index}] -> Slots ${ranges}`,
  },
  calls: {
    refused: ({ node, text }: { node: string; text: string }) => `[ERR] ${node} refused: ${text}`,
    silent: ({ node, text }: { node: string; text: string }) => `[ERR] ${node} did not answer: ${text}`,
    cut: ({ node }: { node: string }) => `[NOTE] The reply of ${node} was longer, and is cut here.`,
  },
  findings: {
    notCounted: ({ nodes }: { nodes: readonly string[] }) =>
      `[ERR] Keys could not be counted on ${nodes.join(", ")}: what lies there is not known.`,
    title: () => ">>> Findings",
    none: () => "[OK] Nothing else is wrong.",
    bad: ({ text }: { text: string }) => `[ERR] ${text}`,
    warn: ({ text }: { text: string }) => `[WARNING] ${text}`,
    note: ({ text }: { text: string }) => `[NOTE] ${text}`,
  },
  plan: {
    title: ({ verb, cluster, id }: { verb: string; cluster: string; id: string }) =>
      `>>> Plan ${id}: ${verb}, on ${cluster}`,
    preflight: () => ">>> Checked before",
    passed: ({ lines }: { lines: number }) => `[OK] ${plural(lines, "check passes", "checks pass")}.`,
    refused: ({ text }: { text: string }) => `[ERR] ${text}`,
    held: ({ text }: { text: string }) => `[HOLD] ${text}`,
    noted: ({ text }: { text: string }) => `[NOTE] ${text}`,
    unknown: ({ text }: { text: string }) => `[UNKNOWN] ${text}`,
    before: () => ">>> Slots before and after",
    shard: ({ address, was, is }: { address: string; was: number; is: number }) =>
      `${address}: ${was}${was === is ? "" : ` -> ${is}`} slots`,
    moves: ({ from, to, slots, ranges, keys }: MoveWords) =>
      `${slots} slots from ${from} to ${to}: ${ranges}${keys === undefined ? "" : ` (about ${plural(keys, "key", "keys")})`}`,
    steps: () => ">>> In this order",
    step: ({ title, caption }: { title: string; caption: string }) => `${title}: ${caption}`,
    exposed: ({ target, keys, bytes }: { target: string; keys: number; bytes: string }) =>
      `If ${target} dies meanwhile, at most ${keys} keys and ${bytes} half-moved are at stake.`,
    unguarded: ({ target }: { target: string }) =>
      `${target} has no replica: what has moved is lost if it dies before it has one.`,
    commands: ({ count }: { count: number }) => `>>> The ${plural(count, "command", "commands")} that this sends`,
    byHand: () => ">>> The same with redis-cli, as near as it comes",
    duration: ({ time }: { time: string }) => `About ${time}.`,
    isRefused: () => "Nothing was changed: the plan is refused.",
    dryRun: () => "Nothing was changed: this was a dry run.",
    nothingToDo: ({ text }: { text: string }) => `[OK] ${text}`,
  },
  ask: {
    proceed: () => "Do you want to proceed with this plan (yes/no)? ",
    typed: ({ typed, why }: { typed: string; why: string }) => `${why}\nType ${typed} to go on: `,
    reason: () => "Why? This is kept in the audit: ",
    needsTyped: ({ typed, why }: { typed: string; why: string }) =>
      `${why} A script goes on with --confirm ${typed} --reason <why>.`,
    needsReason: () => "This plan wants a reason: --reason <why>.",
    no: () => "Nothing was changed.",
    password: () => "Please input password: ",
    sourcePassword: () => "Of the source:",
    sentinelPassword: () => "Of the Sentinels:",
    slots: ({ most }: { most: number }) => `How many slots do you want to move (from 1 to ${most})? `,
    target: () => "What is the receiving node ID? ",
    sources: () =>
      "Please enter all the source node IDs.\n  Type 'all' to use all the nodes as source nodes for the hash slots.\n  Type 'done' once you entered all the source nodes IDs.",
    source: ({ n }: { n: number }) => `Source node #${n}: `,
  },
  run: {
    scheduled: ({ id }: { id: number }) =>
      `Operation ${id} waits for its time at the console, and is planned anew then. cancel takes it back.`,
    started: ({ id }: { id: number }) => `>>> Operation ${id}`,
    moved: ({ moved, all, keys }: { moved: number; all: number; keys: number }) =>
      `moved ${moved} of ${all} slots, ${plural(keys, "key", "keys")}`,
    rate: ({ perSec, left }: { perSec: number; left: string }) => `${perSec} slots/s, ${left} left`,
    parking: () => "Parking: what is half-moved is finished first. Ctrl-C again leaves it as it is.",
    cannotPark: ({ state }: { state: string }) => `It is ${state} and ends by itself. Ctrl-C again leaves it as it is.`,
    leftUnknown: ({ resume }: { resume: string }) =>
      `Left while it was beginning. If anything was begun, finish it with: ${resume}`,
    left: ({ id, open, resume }: { id: number; open: readonly string[]; resume: string }) =>
      open.length === 0
        ? `Operation ${id} was left in the middle; no slot was open. Go on with: ${resume}`
        : `Operation ${id} was left with ${plural(open.length, "slot", "slots")} open (${open.join(", ")}); clients are still served. Finish with: ${resume}`,
    state: ({ id, state, reason }: { id: number; state: string; reason: string }) =>
      `Operation ${id} is ${state}${reason ? `: ${reason}` : "."}`,
    goOn: ({ resume }: { resume: string }) => `No slot is open. Go on with: ${resume}`,
    proved: ({ id, time }: { id: number; time: string }) => `[OK] Operation ${id} is done and proved, in ${time}.`,
    proofPass: ({ text }: { text: string }) => `[OK] ${text}`,
    proofFail: ({ text }: { text: string }) => `[ERR] ${text}`,
    proofUnknown: ({ text }: { text: string }) => `[UNKNOWN] ${text}`,
    settling: () => "Looking again two node timeouts after the proof…",
    settled: () => "[OK] Settled: the same picture was seen again.",
    undone: () => "[ERR] It came undone: the cluster does not look like the proof any more.",
    notSettled: () => "[ERR] It could not be seen again in time.",
  },
  operations: {
    none: () => "No operation is known here.",
    cluster: ({ name, addresses }: { name: string; addresses: string }) => `${name} (${addresses})`,
    line: ({ id, verb, state, started, by, slots }: OperationWords) =>
      `${id}  ${verb}  ${state}  ${started}  ${by}${slots === undefined ? "" : `  ${slots}`}`,
    slots: ({ moved, asked }: { moved: number; asked: number }) => `${moved} of ${asked} slots`,
  },
  backups: {
    none: () => "No backup of this cluster is here. shardboard cluster backup takes one.",
    saved: ({ backup, keys, size, shards, restore }: SavedWords) =>
      `[OK] Backup ${backup}: ${keys} keys of ${plural(shards, "shard", "shards")}, ${size}. Back with: ${restore}`,
    line: ({ id, at, what }: { id: string; at: string; what: string }) => `${id}  ${at}  ${what}`,
    holds: ({ shards, keys, size }: { shards: number; keys: string; size: string }) =>
      `${plural(shards, "shard", "shards")}  ${keys} keys  ${size}`,
    states: { partial: "not finished: it has no manifest", unreadable: "its manifest cannot be read" },
  },
  sandbox: {
    holds: ({ address, keys }: { address: string; keys: string }) => `${address}  ${keys} keys`,
    inAll: ({ keys }: { keys: string }) => `[OK] ${keys} keys in the sandbox.`,
    wipe: ({ keys }: { keys: string }) => `This deletes all ${keys} keys of the sandbox. Go on (yes/no)? `,
  },
  nodes: {
    none: () => "No node process is managed here. shardboard node prepare makes some.",
    row: ({ id, address, state, rest }: { id: string; address: string; state: string; rest: string }) =>
      `${id}  ${address}  ${state}  ${rest}`.trimEnd(),
    running: ({ pid, uptime, memory }: { pid: number; uptime: string; memory: string }) =>
      `pid ${pid}  up ${uptime}  ${memory}`,
    member: ({ cluster }: { cluster: string }) => `member of ${cluster}`,
    noMember: () => "no member",
    done: ({ id, state }: { id: string; state: string }) => `[OK] ${id} is ${state}.`,
    failed: ({ id, reason }: { id: string; reason: string }) => `[ERR] ${id}: ${reason}`,
    noClient: ({ address }: { address: string }) =>
      `No redis-cli or valkey-cli was found on PATH. The node answers at ${address}.`,
    sandboxDown: () => "The sandbox does not run. shardboard sandbox up starts it.",
  },
} as const;

type MoveWords = {
  readonly from: string;
  readonly to: string;
  readonly slots: number;
  readonly ranges: string;
  readonly keys: number | undefined;
};
type SavedWords = {
  readonly backup: string;
  readonly keys: string;
  readonly size: string;
  readonly shards: number;
  readonly restore: string;
};
type OperationWords = {
  readonly id: number;
  readonly verb: string;
  readonly state: string;
  readonly started: string;
  readonly by: string;
  readonly slots: string | undefined;
};
