import { formatBytes, formatMs, plural } from "@/lib/format";
import type { RefusalReason } from "@/lib/import-source";

type Nodes = readonly string[];
const say = (nodes: Nodes): string => (nodes.length === 1 ? "says" : "say");

/** What the proof of an operation says, by the code of its line (I19), and the reasons the step loop stops with. */
const refusals: Readonly<Record<RefusalReason, string>> = {
  differs: "the cluster has another value",
  "on-two-sources": "another source has a key of this name",
  "too-big": "too big for half of the node timeout",
  "not-readable": "the owner could not read it",
};

export const proof = {
  refusals,
  lines: {
    heard: {
      pass: ({ heard, expected }: { heard: number; expected: number }) =>
        `${heard} of ${expected} nodes were heard again.`,
      fail: ({ heard, expected, nodes }: { heard: number; expected: number; nodes: Nodes }) =>
        `${heard} of ${expected} nodes were heard; ${nodes.join(", ")} answered at the start and ${nodes.length === 1 ? "does" : "do"} not now, so it is not proved there.`,
    },
    "silent-before": {
      unknown: ({ nodes }: { nodes: Nodes }) =>
        `${nodes.join(", ")} did not answer at the start either and ${nodes.length === 1 ? "was" : "were"} not heard.`,
    },
    agreement: {
      pass: ({ views }: { views: number }) => `${plural(views, "view agrees", "views agree")} on owners and roles.`,
      fail: ({ beliefs }: { beliefs: Nodes }) => `The views do not agree: ${beliefs.join("; ")}`,
    },
    "no-open-slots": {
      pass: ({ nodes }: { nodes: number }) =>
        `No slot is open on any of ${plural(nodes, "node", "nodes")}, replicas included.`,
      fail: ({ slots }: { slots: Nodes }) => `Slots are still open: ${slots.join("; ")}.`,
    },
    moved: {
      pass: ({ moved, asked }: { moved: number; asked: number }) =>
        `Asked ${asked}, moved ${moved}: every slot belongs to its new shard.`,
      fail: ({ moved, asked, left }: { moved: number; asked: number; left: string }) =>
        `Asked ${asked}, moved ${moved}: slots ${left} do not belong to their new shard.`,
    },
    owned: {
      pass: ({ slots }: { slots: number }) =>
        `${plural(slots, "slot has", "slots have")} the one owner that was planned.`,
      fail: ({ left }: { left: string }) => `Slots ${left} do not have the owner that was planned.`,
    },
    "keys-left-behind": {
      pass: ({ slots, nodes }: { slots: number; nodes: number }) =>
        `${plural(slots, "moved slot holds", "moved slots hold")} no key on any of ${plural(nodes, "other primary", "other primaries")}.`,
      fail: ({ where }: { where: Nodes }) => `Keys were left behind: ${where.join("; ")}.`,
    },
    "keys-uncertain": {
      unknown: ({ keys }: { keys: number }) =>
        `${plural(keys, "key was", "keys were")} gone from the source after a lost reply: moved, or deleted by a client meanwhile.`,
    },
    covered: {
      pass: () => "All 16384 slots have an owner.",
      fail: ({ ranges }: { ranges: string }) => `Slots ${ranges} have no owner.`,
    },
    joined: {
      pass: ({ nodes }: { nodes: Nodes }) =>
        `${nodes.join(", ")} ${nodes.length === 1 ? "is a member" : "are members"} in every view.`,
      fail: ({ nodes }: { nodes: Nodes }) => `Not every view lists ${nodes.join(", ")}.`,
    },
    serving: {
      pass: ({ nodes }: { nodes: number }) => `${plural(nodes, "node says", "nodes say")} cluster_state:ok.`,
      fail: ({ nodes }: { nodes: Nodes }) => `${nodes.join(", ")} ${say(nodes)} cluster_state:fail.`,
    },
    following: {
      pass: ({ replicas }: { replicas: number }) =>
        `${plural(replicas, "replica follows its primary", "replicas follow their primaries")}, links up.`,
      fail: ({ nodes }: { nodes: Nodes }) => `Not following as planned, or the link is down: ${nodes.join(", ")}.`,
    },
    promoted: {
      pass: ({ node, epoch }: { node: string; epoch: number }) => `${node} is primary, with config epoch ${epoch}.`,
      fail: ({ node }: { node: string }) => `${node} is not primary.`,
    },
    assigned: {
      pass: ({ slots, node }: { slots: number; node: string }) =>
        `${plural(slots, "slot belongs", "slots belong")} to ${node} in every view.`,
      fail: ({ ranges, node }: { ranges: string; node: string }) => `Not every view gives slots ${ranges} to ${node}.`,
    },
    unassigned: {
      pass: ({ slots }: { slots: number }) =>
        `${plural(slots, "slot belongs", "slots belong")} to nobody in every view.`,
      fail: ({ nodes }: { nodes: Nodes }) => `Slots still have an owner in the view of ${nodes.join(", ")}.`,
    },
    called: {
      pass: ({ nodes }: { nodes: number }) => `${plural(nodes, "node has", "nodes have")} answered.`,
    },
    "settings-read-back": {
      pass: ({ settings, nodes }: { settings: number; nodes: number }) =>
        `${plural(settings, "value was", "values were")} read back from ${plural(nodes, "node", "nodes")} as wanted.`,
      fail: ({ where }: { where: Nodes }) => `Not as wanted when read back: ${where.join("; ")}.`,
    },
    "settings-kept": {
      unknown: ({ nodes }: { nodes: Nodes }) =>
        `Lost at the next restart of ${nodes.join(", ")}, started without a file.`,
    },
    absent: {
      unknown: ({ nodes }: { nodes: Nodes }) => `Not reached: ${nodes.join(", ")}. Nothing was sent there.`,
    },
    restarted: {
      pass: ({ nodes }: { nodes: number }) =>
        `${plural(nodes, "node runs", "nodes run")} as another process than before (run_id).`,
      fail: ({ nodes }: { nodes: Nodes }) =>
        `${nodes.join(", ")} ${nodes.length === 1 ? "runs" : "run"} as the same process as before, or ${nodes.length === 1 ? "does" : "do"} not answer.`,
    },
    configured: {
      pass: ({ settings, nodes }: { settings: number; nodes: number }) =>
        `${plural(settings, "value stands", "values stand")} in the files of ${plural(nodes, "node", "nodes")}, and each node tells the same.`,
      fail: ({ where }: { where: Nodes }) => `Not as wanted: ${where.join("; ")}.`,
    },
    upgraded: {
      pass: ({ nodes, version }: { nodes: number; version: string }) =>
        `${plural(nodes, "node says", "nodes say")} that ${nodes === 1 ? "it runs" : "they run"} ${version}.`,
      fail: ({ nodes, version }: { nodes: Nodes; version: string }) => `Not on ${version}: ${nodes.join(", ")}.`,
    },
    "host-clear": {
      pass: ({ host, nodes }: { host: string; nodes: number }) =>
        `No primary with slots stands on ${host} (${plural(nodes, "node", "nodes")}).`,
      fail: ({ host, nodes }: { host: string; nodes: Nodes }) => `Still primary on ${host}: ${nodes.join(", ")}.`,
      unknown: ({ host, nodes }: { host: string; nodes: Nodes }) =>
        `Still primary on ${host}, as it was accepted: ${nodes.join(", ")}.`,
    },
    drilled: {
      pass: ({ events }: { events: Nodes }) => `${events.join("; ")}.`,
      unknown: () => "The console was away meanwhile: what happened when is not known.",
    },
    "drill-not-seen": {
      unknown: ({ what }: { what: Nodes }) => `Nobody said so before it was brought back: ${what.join(", ")}.`,
    },
    "drill-state": {
      pass: () => "No other node said cluster_state:fail meanwhile.",
      unknown: ({ ms, nodes }: { ms: number; nodes: Nodes }) =>
        `cluster_state:fail was said for ${formatMs(ms)} by ${nodes.join(", ")}.`,
    },
    "stayed-up": {
      pass: ({ looks, nodes }: { looks: number; nodes: number }) =>
        `No node said cluster_state:fail meanwhile: ${nodes - 1} others were asked ${looks} times.`,
      fail: ({ ms, nodes }: { ms: number; nodes: Nodes }) =>
        `cluster_state:fail was said for ${formatMs(ms)} by ${nodes.join(", ")}.`,
      unknown: ({ ms, nodes }: { ms: number; nodes: Nodes }) =>
        `cluster_state:fail was said for ${formatMs(ms)} by ${nodes.join(", ")} while nodes without a stand-in were away, as it was accepted.`,
    },
    "in-sync": {
      pass: ({ shards, replicas }: { shards: number; replicas: number }) =>
        `${plural(shards, "shard has its primary", "shards have their primaries")} and ${plural(replicas, "replica", "replicas")}, links up.`,
      fail: ({ nodes }: { nodes: Nodes }) => `Not in sync, or not there: ${nodes.join(", ")}.`,
    },
    "handed-over": {
      pass: ({ nodes }: { nodes: Nodes }) => `${nodes.join(", ")} are primaries, as planned.`,
      fail: ({ nodes }: { nodes: Nodes }) => `Not primary as planned: ${nodes.join(", ")}.`,
    },
    "processes-gone": {
      pass: ({ nodes }: { nodes: number }) =>
        `${plural(nodes, "process is", "processes are")} gone, by pid and start time; nothing answers on ${nodes === 1 ? "its port" : "their ports"}.`,
      fail: ({ nodes }: { nodes: Nodes }) => `Still there: ${nodes.join(", ")}.`,
    },
    "still-answering": {
      unknown: ({ nodes }: { nodes: Nodes }) => `Not managed here, and still answering: ${nodes.join(", ")}.`,
    },
    "started-again": {
      pass: ({ nodes }: { nodes: number }) =>
        `${plural(nodes, "node that was started says", "nodes that were started say")} cluster_state:ok.`,
      fail: ({ nodes }: { nodes: Nodes }) => `Started, and not serving: ${nodes.join(", ")}.`,
    },
    gone: {
      pass: ({ nodes }: { nodes: Nodes }) => `No member lists ${nodes.join(", ")} any more.`,
      fail: ({ nodes }: { nodes: Nodes }) => `Still listed by a member: ${nodes.join(", ")}.`,
    },
    "backup-kept": {
      pass: ({ shards, keys, bytes }: { shards: number; keys: number; bytes: number }) =>
        `${plural(shards, "file was", "files were")} read back whole, with ${plural(keys, "key", "keys")} in ${formatBytes(bytes)}; the manifest was written last.`,
      fail: ({ reason }: { reason: string }) => `The backup is not whole: ${reason}`,
    },
    restored: {
      pass: ({ keys, files }: { keys: number; files: number }) =>
        `All ${plural(keys, "key", "keys")} of ${plural(files, "file", "files")} were sent and answered for.`,
      fail: ({ keys, done }: { keys: number; done: number }) => `Only ${done} of ${keys} keys were answered for.`,
    },
    "restore-counts": {
      pass: ({ keys }: { keys: number }) => `The primaries count ${plural(keys, "key", "keys")}, as the backup does.`,
      unknown: ({ keys, found }: { keys: number; found: number }) =>
        `The backup counts ${plural(keys, "key", "keys")}, the primaries ${found}: keys expired, were there before, or clients wrote meanwhile.`,
    },
    "restore-sample": {
      pass: ({ sampled }: { sampled: number }) =>
        `${plural(sampled, "key was", "keys were")} compared with the files: values and expiries are equal.`,
      fail: ({ sampled, keys }: { sampled: number; keys: Nodes }) =>
        `Of ${plural(sampled, "key", "keys")} compared with the files these differ or are missing: ${keys.join(", ")}.`,
    },
    "restore-functions": {
      pass: ({ libraries, nodes }: { libraries: number; nodes: number }) =>
        `${plural(libraries, "function library", "function libraries")} of the backup ${libraries === 1 ? "is" : "are"} on ${nodes === 1 ? "the owner" : `all ${nodes} owners`}.`,
      unknown: ({ libraries }: { libraries: Nodes }) =>
        `Function libraries that are not the same on all shards of the backup were left out: ${libraries.join(", ")}. Load the ones that you want with FUNCTION LOAD.`,
      fail: ({ missing }: { missing: Nodes }) => `Function libraries are missing: ${missing.join("; ")}.`,
    },
    "import-counts": {
      pass: ({ source, types }: { source: string; types: string }) =>
        `${source} and the cluster were read again: both hold ${types}.`,
      unknown: ({ source, keys, named }: { source: string; keys: number; named: Nodes }) =>
        `${source} was written to meanwhile: ${plural(keys, "key is", "keys are")} there and not in the cluster (${named.join(", ")}). Import again, or stop its writers first.`,
      fail: ({ source, keys, named }: { source: string; keys: number; named: Nodes }) =>
        `${plural(keys, "key", "keys")} of ${source} ${keys === 1 ? "is" : "are"} missing in the cluster: ${named.join(", ")}.`,
    },
    "import-moved": {
      pass: ({ source, types }: { source: string; types: string }) =>
        `${source} has lost what the cluster has: ${types}.`,
      unknown: ({ source, keys, named }: { source: string; keys: number; named: Nodes }) =>
        `${source} holds ${plural(keys, "key", "keys")} that ${keys === 1 ? "was" : "were"} written after it had been read (${named.join(", ")}). Stop its writers, then import again.`,
    },
    "import-refused": {
      pass: ({ source }: { source: string }) => `No key of ${source} was refused.`,
      fail: ({ source, reasons, named }: { source: string; reasons: Nodes; named: Nodes }) =>
        `Keys of ${source} were not taken: ${reasons.join("; ")}. These among them: ${named.join(", ")}.`,
    },
    "import-sample": {
      pass: ({ source, sampled }: { source: string; sampled: number }) =>
        `${plural(sampled, "key was", "keys were")} compared with ${source} by digest: all are equal.`,
      unknown: ({ source, sampled, named }: { source: string; sampled: number; named: Nodes }) =>
        `Of ${plural(sampled, "key", "keys")} compared with ${source} these differ, and somebody has written to it meanwhile: ${named.join(", ")}.`,
      fail: ({ source, sampled, named }: { source: string; sampled: number; named: Nodes }) =>
        `Of ${plural(sampled, "key", "keys")} compared with ${source} these differ: ${named.join(", ")}.`,
    },
    "import-expiry": {
      pass: ({ source, timed, mostMs }: { source: string; timed: number; mostMs: number }) =>
        `${plural(timed, "expiry was", "expiries were")} compared with ${source}, at most ${mostMs} ms off.`,
      unknown: ({ source, keys }: { source: string; keys: number }) =>
        `${plural(keys, "key has", "keys have")} an expiry on one side only; somebody has written to ${source} meanwhile.`,
      fail: ({ source, keys }: { source: string; keys: number }) =>
        `${plural(keys, "key has", "keys have")} an expiry on one side only, compared with ${source}.`,
    },
    "import-passed": {
      pass: ({ source, expired, gone }: { source: string; expired: number; gone: number }) =>
        `Of ${source}, ${plural(expired, "key", "keys")} expired on the way and ${gone} ${gone === 1 ? "was" : "were"} deleted by clients.`,
    },
    "backup-skew": {
      pass: ({ ms, bytes }: { ms: number; bytes: number }) =>
        `The snapshots were taken within ${formatMs(ms)}, at most ${formatBytes(bytes)} behind their primaries.`,
      unknown: ({ ms, nodes }: { ms: number; nodes: Nodes }) =>
        `The snapshots were taken within ${formatMs(ms)}; how far behind their primaries those of ${nodes.join(", ")} are could not be told.`,
    },
  },
  marks: {
    pfail: ({ at, by }: { at: string; by: string }) => `PFAIL after ${at}, first said by ${by}`,
    fail: ({ at, by }: { at: string; by: string }) => `FAIL after ${at}, first said by ${by}`,
    promoted: ({ at, by, node }: { at: string; by: string; node: string }) =>
      `${node} primary after ${at}, first said by ${by}`,
    healed: ({ at }: { at: string }) => `brought back after ${at}`,
    back: ({ at }: { at: string }) => `in sync and in every view after ${at}`,
    at: ({ ms, withinMs }: { ms: number; withinMs: number }) =>
      `${ms} ms${withinMs > 0 ? ` (at most ${withinMs} ms less)` : ""}`,
    names: { pfail: "PFAIL", fail: "FAIL", promoted: "a promotion", healed: "", back: "" },
  },
  notes: {
    coolDown: ({ seconds }: { seconds: number }) =>
      `Waited ${seconds} s first: a vote about this primary was held or asked for a moment ago, and nobody votes for a replica of the same primary twice within two node timeouts.`,
    drillCutShort: () => "It was hurt by an earlier life of the console; it was only brought back now.",
    droppedBefore: () => "It was deleted before.",
    lostAtRestart: () => "Started without a file: lost at the next restart.",
    restoredKeys: ({ keys, skipped, bare }: { keys: number; skipped: number; bare: Nodes }) =>
      `${plural(keys, "key", "keys")}${skipped > 0 ? `; ${skipped} were there already and stayed` : ""}.${bare.length > 0 ? ` Unprotected: ${bare.join(", ")} ${bare.length === 1 ? "has" : "have"} no replica.` : ""}`,
    loadedFunctions: ({ libraries, stayed, differing }: { libraries: number; stayed: Nodes; differing: Nodes }) =>
      [
        `${plural(libraries, "function library", "function libraries")}.`,
        ...(stayed.length > 0 ? [`There already, and stayed: ${stayed.join(", ")}.`] : []),
        ...(differing.length > 0
          ? [`Left out, because the shards of the backup differ: ${differing.join(", ")}.`]
          : []),
      ].join(" "),
    followed: ({ behindMs, waits }: { behindMs: number; waits: boolean }) =>
      `${formatMs(behindMs)} behind the source${waits ? ". It can be cut over." : ""}`,
    cutting: () => "Its writers are held; the rest comes over.",
    cutOver: ({ seconds }: { seconds: number }) =>
      ` Its writers are held for about ${seconds} s more: send its clients to the cluster now.`,
    imported: (told: {
      keys: number;
      identical: number;
      kept: number;
      replaced: number;
      refused: number;
      direct: number;
      restarts: number;
      followed: number;
    }) =>
      `${[
        `${plural(told.keys, "key", "keys")} arrived`,
        ...(told.direct > 0 ? [`${told.direct} of them by the source's own MIGRATE`] : []),
        ...(told.replaced > 0 ? [`${told.replaced} replaced others`] : []),
        ...(told.identical > 0 ? [`${told.identical} were there already`] : []),
        ...(told.kept > 0 ? [`${told.kept} stay as the cluster has them`] : []),
        ...(told.followed > 0 ? [`${told.followed} times one was read again because it was written to`] : []),
        ...(told.refused > 0 ? [`${told.refused} were refused`] : []),
        ...(told.restarts > 0
          ? [`begun anew ${plural(told.restarts, "time", "times")}, as another process answered`]
          : []),
      ].join("; ")}.`,
    kept: () => "Its file was there already and verifies.",
    saved: ({ keys, bytes, node }: { keys: number; bytes: number; node: string }) =>
      `${plural(keys, "key", "keys")}, ${formatBytes(bytes)} from ${node}.`,
    banned: ({ seconds }: { seconds: number }) =>
      `It had been removed from this cluster a moment before: members refuse such a name for a minute, of which ${plural(seconds, "second was", "seconds were")} left.`,
    stillToTell: ({ nodes }: { nodes: Nodes }) => `Still to be told when they are back: ${nodes.join(", ")}.`,
    toldLater: () => "Members that were down meanwhile have been told since.",
    cameBack: ({ times }: { times: number }) =>
      `It came back ${plural(times, "time", "times")} meanwhile and was forgotten again.`,
    runsAlready: () => "It runs already.",
    restartedBefore: () => "It was restarted before.",
    stopped: () => "It does not run any more.",
    exported: ({ keys, path }: { keys: string; path: string }) => `${keys} written to ${path}.`,
    resetBefore: () => "It was reset before.",
  },
  reasons: {
    user: ({ by }: { by: string }) => `Paused by ${by}.`,
    cancelled: ({ by }: { by: string }) => `Cancelled by ${by}.`,
    windowOver: () => "The window is over. No slot is open; it goes on by itself in the next one.",
    missed: ({ reason }: { reason: string }) => `It could not begin at its time: ${reason}`,
    notAsConfirmed: ({ lines }: { lines: Nodes }) =>
      `The cluster is not as it was when this was confirmed, so it was not begun: ${lines.join(" ")} Plan it again.`,
    askedBefore: () => "As it was asked before the console was restarted.",
    neverBegun: () => "The console stopped before anything of it was sent.",
    clusterGone: () => "This console no longer knows the cluster, so it cannot go on.",
    notProved: ({ lines }: { lines: Nodes }) =>
      `Everything was done, but it could not be proved: ${lines.join(" ")} Resume to look again.`,
    stepDefect: ({ reason }: { reason: string }) =>
      `An error inside the console: ${reason}. What was done so far is in the transcript; resume looks at the cluster first.`,
    journalFailed: ({ reason }: { reason: string }) =>
      `The journal could not be written (${reason}), so nothing more was sent. Make room or repair the data folder, then resume.`,
    notClosed: ({ reason }: { reason: string }) =>
      `What was half-moved when the console stopped could not be closed yet: ${reason} Resume to try again.`,
    restarted: () => "The console was restarted. Nothing is half-moved. Go on, or stop here.",
  },
} as const;
