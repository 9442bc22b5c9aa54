import { plural } from "@/lib/format";
import type { ImportWay } from "@/lib/import-source";
import { preflight } from "./preflight";

type Who = { readonly node: string };

/** A plan as it is shown: preflight lines, steps in their order with their way back, risk, what Confirm asks. */
export const plans = {
  preflight,
  verbs: {
    create: "Create a cluster",
    reshard: "Reshard",
    rebalance: "Rebalance",
    "add-node": "Add a node",
    "remove-node": "Remove a node",
    "scale-out": "Scale out",
    "scale-in": "Scale in",
    drain: "Drain",
    failover: "Fail over",
    replicate: "Follow another primary",
    fix: "Repair slots",
    config: "Change settings",
    "set-timeout": "Set the node timeout",
    call: "Call on many nodes",
    meet: "Meet",
    forget: "Forget",
    "add-slots": "Add slots",
    "del-slots": "Delete slots",
    "set-slot-stable": "Close open slots",
    backup: "Back up",
    restore: "Restore",
    "rolling-restart": "Rolling restart",
    "rolling-config": "Rolling settings",
    "rolling-upgrade": "Rolling upgrade",
    maintenance: "Host maintenance",
    drill: "Drill",
    decommission: "Decommission",
    "stop-cluster": "Stop the cluster",
    "start-cluster": "Start the cluster",
    import: "Import keys",
  },
  confirm: {
    why: (reasons: readonly string[]) => reasons.join("\n"),
    force: ({ node }: Who) => `FORCE makes ${node} primary without asking the old one: writes it never got are lost.`,
    delSlots: ({ slots, keys }: { slots: number; keys: number }) =>
      `${plural(slots, "slot belongs", "slots belong")} to nobody afterwards${keys > 0 ? `, and at least ${plural(keys, "key", "keys")} in ${slots === 1 ? "it" : "them"} can be reached by nobody` : ""}. Unless cluster-require-full-coverage is no, the whole cluster refuses its clients then.`,
    replace: () => "Keys that are in the cluster and in the backup get the value of the backup; theirs is lost.",
    importReplace: () =>
      "Keys that the cluster has with another value get that of the source. Theirs is kept in this console's journal.",
    takeover: ({ node }: Who) =>
      `TAKEOVER makes ${node} primary without any vote: two primaries may claim the same slots.`,
    abandon: ({ node, keys }: { node: string; keys?: number }) =>
      `The slots of ${node} are given away. What it still holds of them (${keys === undefined ? "nobody knows how many keys" : `${plural(keys, "key", "keys")} when it was last seen`}) is lost when it comes back.`,
    drill: ({ node }: Who) => `${node} is hurt on purpose, and this is no sandbox: its clients feel it.`,
    decommission: () => "The cluster stops for good, and this console forgets how it was reached.",
    deleteAll: ({ nodes }: { nodes: number }) =>
      `The cluster stops for good, and ${plural(nodes, "folder is", "folders are")} deleted with all the data in ${nodes === 1 ? "it" : "them"}. Nothing of that can be taken back.`,
    stopAll: () => "The whole cluster stops: nobody is served until it is started again.",
    kill: () => "Every process is ended by SIGKILL: what is not on disk yet is lost.",
    deleteStrays: () =>
      "Keys that nobody owns are deleted where they are. They stand in a file of this console's data folder first.",
  },
  /** One column of "In this order": title, what happens, how it is taken back. */
  steps: {
    "start-node": {
      title: "Start",
      caption: ({ node }: Who) => `the process of ${node} starts`,
      back: "stop it",
    },
    "set-epoch": {
      title: "Number",
      caption: ({ nodes }: { nodes: number }) =>
        `${plural(nodes, "node gets", "nodes get")} an epoch of ${nodes === 1 ? "its" : "their"} own`,
      back: "RESET, empty again",
    },
    "add-slots": {
      title: "Assign",
      caption: ({ nodes }: { nodes: number }) => `16 384 slots to ${plural(nodes, "primary", "primaries")}`,
      some: ({ slots, node }: { slots: number; node: string }) => `${plural(slots, "slot", "slots")} to ${node}`,
      back: "RESET, empty again",
    },
    "del-slots": {
      title: "Give up",
      caption: ({ slots }: { slots: number }) => `${plural(slots, "slot", "slots")}, on every member`,
      back: "add them again",
    },
    "set-stable": {
      title: "Close",
      caption: ({ nodes, slots }: { nodes: readonly string[]; slots: number }) =>
        `${plural(slots, "slot", "slots")} on ${nodes.join(", ")}`,
      back: "nothing to undo",
    },
    "set-config": {
      title: "Set",
      caption: ({ settings, nodes }: { settings: readonly string[]; nodes: number }) =>
        `${settings.join(", ")} on ${plural(nodes, "node", "nodes")}`,
      back: "set what was before",
    },
    call: {
      title: "Call",
      caption: ({ command, nodes }: { command: string; nodes: number }) =>
        `${command} on ${plural(nodes, "node", "nodes")}`,
      back: "nothing to undo",
    },
    meet: {
      title: "Join",
      caption: ({ nodes }: { nodes: number }) => `${plural(nodes, "node meets", "nodes meet")} the cluster`,
      back: "FORGET, RESET",
    },
    "await-joined": {
      title: "Serve",
      caption: ({ nodes, serving }: { nodes: number; serving: boolean }) =>
        serving ? `${nodes === 1 ? "it says" : `all ${nodes} say`} cluster_state:ok` : `every node lists all ${nodes}`,
      back: "nothing to undo",
    },
    replicate: {
      title: "Replicate",
      caption: ({ nodes }: { nodes: readonly string[] }) => `${nodes.join(", ")}, in sync`,
      follows: ({ node, primary }: { node: string; primary: string }) => `${node} follows ${primary}`,
      back: "follow the old primary, or RESET",
    },
    "move-slots": {
      title: "Move",
      caption: ({ pairs, slots }: { pairs: number; slots: number }) =>
        `${plural(pairs, "pair", "pairs")}, ${plural(slots, "slot", "slots")}`,
      back: "reverse plan",
    },
    "assign-slots": {
      title: "Settle",
      caption: ({ slots, node }: { slots: number; node: string }) =>
        `${node} is the one owner of ${plural(slots, "slot", "slots")}`,
      back: "reshard",
    },
    "gather-keys": {
      title: "Gather",
      caption: ({ from, to, way }: { from: string; to: string; way: string }) =>
        way === "move"
          ? `keys of ${from} go to ${to}, which owns their slots`
          : way === "export"
            ? `keys of ${from} that are not its own go into a file`
            : `keys of ${from} that are not its own go into a file, and from the node`,
      back: "nothing to undo",
    },
    "clear-flags": {
      title: "Close",
      caption: ({ slots, nodes }: { slots: number; nodes: readonly string[] }) =>
        `${nodes.join(", ")} ${nodes.length === 1 ? "shows" : "show"} ${plural(slots, "slot", "slots")} as closed`,
      back: "nothing to undo",
    },
    failover: {
      title: "Hand over",
      caption: ({ replica, primary }: { replica: string; primary: string }) =>
        `${replica} takes the place of ${primary}`,
      back: "fail over to the old primary",
    },
    forget: {
      title: "Forget",
      caption: ({ nodes }: { nodes: readonly string[] }) => `every member forgets ${nodes.join(", ")}`,
      back: "add it again",
    },
    reset: {
      title: "Reset",
      caption: ({ nodes }: { nodes: readonly string[] }) => `${nodes.join(", ")} can join again`,
      back: "add it again",
    },
    "stop-node": {
      title: "Stop",
      caption: ({ nodes }: { nodes: readonly string[] }) => `the process of ${nodes.join(", ")} ends`,
      back: "start it",
    },
    "hurt-node": {
      title: "Hurt",
      caption: ({ nodes, how }: { nodes: readonly string[]; how: "kill" | "segfault" | "freeze" }) =>
        `${nodes.join(", ")} is ${{ kill: "killed", segfault: "crashed", freeze: "frozen" }[how]}, watched, and brought back`,
      back: "fail over to the old primary",
    },
    "drop-node": {
      title: "Delete",
      caption: ({ nodes }: { nodes: readonly string[] }) => `the folders of ${nodes.join(", ")}, with all their data`,
      back: "restore a backup",
    },
    "forget-cluster": {
      title: "Forget",
      caption: () => "addresses, user and password of the cluster",
      back: "connect to it again",
    },
    "restart-node": {
      title: "Restart",
      caption: ({ nodes }: { nodes: readonly string[] }) =>
        `${nodes.join(", then ")}, and in sync again before anything else`,
      withSettings: ({ nodes, settings }: { nodes: readonly string[]; settings: readonly string[] }) =>
        `${nodes.join(", then ")}, with ${settings.join(", ")} in its file, and in sync again`,
      withEngine: ({ nodes, engine }: { nodes: readonly string[]; engine: string }) =>
        `${nodes.join(", then ")} on ${engine}, and in sync again`,
      byHand: ({ nodes }: { nodes: readonly string[] }) =>
        `${nodes.join(", then ")}: restart ${nodes.length === 1 ? "it" : "each in turn"} by hand now, this waits until it is back in sync`,
      back: "nothing to undo",
    },
    "watch-gone": {
      title: "Stay away",
      caption: ({ seconds }: { seconds: number }) => `not seen again for ${seconds} s`,
      back: "nothing to undo",
    },
    "save-shard": {
      title: "Save",
      caption: ({ shards }: { shards: number }) => `${plural(shards, "snapshot", "snapshots")}, side by side`,
      from: ({ shard, node }: { shard: number; node: string }) => `shard ${shard} from ${node}`,
      back: "delete the file",
    },
    "seal-backup": {
      title: "Seal",
      caption: () => "every file read back, settings saved, the manifest last",
      back: "delete the folder",
    },
    "check-backup": {
      title: "Check",
      caption: () => "every file verifies, every key can be written here",
      back: "nothing to undo",
    },
    "load-functions": {
      title: "Load functions",
      caption: ({ libraries, nodes }: { libraries: number; nodes: readonly string[] }) =>
        `${plural(libraries, "library", "libraries")} on ${nodes.join(", ")}`,
      back: "FUNCTION DELETE what was not there before",
    },
    "restore-shard": {
      title: "Restore",
      caption: ({ files, keys }: { files: number; keys: number }) =>
        `${plural(keys, "key", "keys")} from ${plural(files, "file", "files")}`,
      one: ({ shard, keys }: { shard: number; keys: number }) => `shard ${shard}, ${plural(keys, "key", "keys")}`,
      back: "flush what was empty before",
    },
    "import-keys": {
      title: "Import",
      caption: ({ sources, keys, way }: { sources: readonly string[]; keys: number; way: ImportWay }) => {
        const after = { copy: "", move: ", which loses them", follow: ", and every write until cut over" }[way];
        return `${plural(keys, "key", "keys")} of ${sources.join(", ")}${after}`;
      },
      back: "not by itself: the source of a copy keeps its keys",
    },
    prove: {
      title: "Prove",
      caption: ({ views }: { views: number }) => plural(views, "view agrees", "views agree"),
      back: "nothing to undo",
    },
  },
  madeFor: ({ epoch, signature }: { epoch: number; signature: string }) =>
    `Made for epoch ${epoch}, signature ${signature}. If the cluster changes, it is planned again before anything runs.`,
  redisCliDiffers: {
    ranges: "redis-cli takes the lowest slots of each source; it cannot take just these.",
    exitsZero: "redis-cli leaves out nodes that are down without a word, and exits with 0 whatever they say.",
    byHand: "redis-cli checks nothing before and nothing after.",
    bySlotsOnly: "redis-cli balances by slots only.",
    thresholdZero: "redis-cli does nothing at threshold 0; here it means exact.",
    rounding: "redis-cli rounds each share by itself and may move fewer than asked.",
    drain: "redis-cli needs one reshard a target, and a calculator.",
    rehome: "redis-cli gives all orphaned replicas to one primary.",
    fix: "redis-cli chooses the side by key count, raises epochs while the other side still holds keys, and may lose them.",
    backup: "redis-cli saves one primary after the other, verifies nothing, and cannot restore.",
    restore: "redis-cli cannot restore a backup.",
    drill: "redis-cli hurts nobody and watches nothing: kill -9 the process, and look.",
    rolling: "redis-cli restarts nothing: this is what is typed at each node, and nothing of it waits or checks.",
    processes:
      "redis-cli starts no process and knows no order; on the machine of each node it is SHUTDOWN, or its service.",
    import:
      "redis-cli sends key after key, proves nothing, and cannot go on where it stopped. Without --cluster-copy it deletes at the source.",
    importFollow: "redis-cli cannot follow a source that is written to.",
    importSentinel: "redis-cli does not ask Sentinels; give it the address that they tell.",
    serve: "redis-cli does not wait until the new node serves; a reshard right after fails.",
  },
  changes: {
    owner: ({ ranges, now, was }: { ranges: string; now: string; was: string }) =>
      `slots ${ranges} belong to ${now} now, to ${was} then`,
    role: ({ node, role }: { node: string; role: string }) => `${node} is a ${role} now`,
    parent: ({ node, primary }: { node: string; primary: string }) => `${node} follows ${primary} now`,
    epoch: ({ node, now, was }: { node: string; now: number; was: number }) =>
      `the config epoch of ${node} is ${now} now, ${was} then`,
    joined: ({ node }: Who) => `${node} has joined`,
    left: ({ node }: Who) => `${node} has left`,
    silent: ({ node }: Who) => `${node} does not answer any more`,
    otherNode: ({ node }: Who) => `another node answers at ${node} now`,
    more: ({ count }: { count: number }) => `and ${count} more`,
    other: "its signature is another one",
  },
} as const;
