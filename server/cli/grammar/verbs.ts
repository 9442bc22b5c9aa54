import type { Positional, VerbRow } from "./asked";
import type { FlagName } from "./flags";

/**
 * The table of verbs. A new one is a row here, its summary in lib/words/en/cli.ts, and one file that it loads: parsing,
 * the errors for wrong flags, help and completion all come from the row. Nothing here loads the engine.
 */
const output: readonly FlagName[] = ["json"];
const reach: readonly FlagName[] = [
  ...(["a", "user", "askpass", "no-auth-warning", "tls", "cacert", "cert", "key", "insecure", "sni"] as const),
  ...(["console", "token"] as const),
];
const plain: readonly FlagName[] = ["cluster-yes", "c", "raw", "no-raw"];
const change: readonly FlagName[] = ["cluster-yes", "dry-run", "confirm", "reason", "settle", "at", "window"];
const pace: readonly FlagName[] = ["pace"];
/** redis-cli's own way of pacing; here batches follow measured time and bytes. */
const redisCliPace: readonly FlagName[] = ["cluster-timeout", "cluster-pipeline", "cluster-replace"];

/** Of the servers that keys are imported from. */
const sourceLogin = [
  "cluster-from-user",
  "cluster-from-pass",
  "cluster-from-askpass",
  "from-sentinel-askpass",
] as const satisfies readonly FlagName[];

const cluster: Positional = { name: "cluster", kind: "cluster" };
const slots: Positional = { name: "slots", kind: "word" };

type Own = Omit<VerbRow, "room">;
const looks = (row: Own): VerbRow => ({
  ...row,
  room: "cluster",
  flags: [...row.flags, ...reach, ...output],
  noEffect: [...(row.noEffect ?? []), ...plain],
});
const changes = (row: Own): VerbRow => ({
  ...row,
  room: "cluster",
  flags: [...row.flags, ...change, ...reach, ...output],
  noEffect: [...(row.noEffect ?? []), ...plain.filter((name) => !change.includes(name))],
});
const onNodes = (row: Own): VerbRow => ({ ...row, room: "node", flags: [...row.flags, ...output] });
const onSandbox = (row: Own): VerbRow => ({ ...row, room: "sandbox", flags: [...row.flags, ...output] });

export const verbs = [
  changes({
    name: "create",
    takes: [{ name: "nodes", kind: "address", many: true }],
    flags: ["cluster-replicas", "name"],
    load: async () => (await import("../cluster/create")).create,
  }),
  looks({ name: "info", takes: [cluster], flags: [], load: async () => (await import("../cluster/info")).info }),
  looks({
    name: "check",
    takes: [cluster],
    flags: ["cluster-search-multiple-owners"],
    load: async () => (await import("../cluster/check")).check,
  }),
  changes({
    name: "reshard",
    takes: [cluster],
    flags: ["cluster-from", "cluster-to", "cluster-slots", "ranges", "keys", ...pace],
    noEffect: redisCliPace,
    load: async () => (await import("../cluster/reshard")).reshard,
  }),
  changes({
    name: "rebalance",
    takes: [cluster],
    flags: [
      ...(["cluster-weight", "cluster-threshold", "cluster-use-empty-masters", "cluster-simulate", "by"] as const),
      ...pace,
    ],
    noEffect: redisCliPace,
    load: async () => (await import("../cluster/rebalance")).rebalance,
  }),
  changes({
    name: "fix",
    takes: [cluster],
    flags: [
      ...(["ranges", "open", "finish", "back", "leave", "strays", "owner", "abandon"] as const),
      "cluster-fix-with-unreachable-masters",
    ],
    noEffect: ["cluster-search-multiple-owners"],
    load: async () => (await import("../cluster/fix")).fix,
  }),
  changes({
    name: "add-node",
    takes: [{ name: "node", kind: "address" }, cluster],
    flags: ["cluster-slave", "cluster-master-id"],
    load: async () => (await import("../cluster/add-node")).addNode,
  }),
  changes({
    name: "del-node",
    also: ["remove-node"],
    takes: [cluster, { name: "node", kind: "node" }],
    flags: ["afterwards", ...pace],
    load: async () => (await import("../cluster/del-node")).delNode,
  }),
  changes({
    name: "scale-out",
    takes: [cluster, { name: "shards", kind: "word", many: true }],
    flags: [...pace],
    load: async () => (await import("../cluster/scale-out")).scaleOut,
  }),
  changes({
    name: "scale-in",
    takes: [cluster, { name: "primaries", kind: "node", many: true }],
    flags: ["replicas", "afterwards", ...pace],
    load: async () => (await import("../cluster/scale-in")).scaleIn,
  }),
  changes({
    name: "drain",
    takes: [cluster, { name: "primaries", kind: "node", many: true }],
    flags: [...pace],
    load: async () => (await import("../cluster/drain")).drain,
  }),
  changes({
    name: "failover",
    takes: [cluster, { name: "replica", kind: "node" }],
    flags: ["force", "takeover"],
    load: async () => (await import("../cluster/failover")).failover,
  }),
  changes({
    name: "replicate",
    takes: [cluster, { name: "node", kind: "node" }, { name: "primary", kind: "node" }],
    flags: [],
    load: async () => (await import("../cluster/replicate")).replicate,
  }),
  changes({
    name: "call",
    takes: [cluster, { name: "command", kind: "word", many: true }],
    flags: ["cluster-only-masters", "cluster-only-replicas", "node"],
    load: async () => (await import("../cluster/call")).call,
  }),
  changes({
    name: "set-timeout",
    takes: [cluster, { name: "milliseconds", kind: "word" }],
    flags: [],
    load: async () => (await import("../cluster/set-timeout")).setTimeout,
  }),
  changes({
    name: "config",
    takes: [cluster, { name: "settings", kind: "word", many: true }],
    flags: ["node"],
    load: async () => (await import("../cluster/config")).config,
  }),
  changes({
    name: "rolling-restart",
    takes: [cluster],
    flags: ["node", "hand-back"],
    load: async () => (await import("../cluster/rolling-restart")).rollingRestart,
  }),
  changes({
    name: "rolling-config",
    takes: [cluster, { name: "settings", kind: "word", many: true }],
    flags: ["node", "hand-back"],
    load: async () => (await import("../cluster/rolling-change")).rollingConfig,
  }),
  changes({
    name: "rolling-upgrade",
    takes: [cluster, { name: "engine", kind: "word" }],
    flags: ["node", "hand-back"],
    load: async () => (await import("../cluster/rolling-change")).rollingUpgrade,
  }),
  changes({
    name: "maintenance",
    takes: [cluster, { name: "host", kind: "word" }],
    flags: ["end", "stop"],
    load: async () => (await import("../cluster/maintenance")).maintenance,
  }),
  changes({
    name: "drill",
    takes: [cluster, { name: "node", kind: "node" }],
    flags: ["hurt"],
    load: async () => (await import("../cluster/drill")).drill,
  }),
  changes({
    name: "decommission",
    takes: [cluster],
    flags: ["delete-folders"],
    load: async () => (await import("../cluster/whole-cluster")).decommission,
  }),
  changes({
    name: "stop-cluster",
    takes: [cluster],
    flags: ["how"],
    load: async () => (await import("../cluster/whole-cluster")).stopCluster,
  }),
  changes({
    name: "start-cluster",
    takes: [cluster],
    flags: [],
    load: async () => (await import("../cluster/whole-cluster")).startCluster,
  }),
  changes({
    name: "backup",
    takes: [cluster],
    flags: [],
    load: async () => (await import("../cluster/backup")).backup,
  }),
  changes({
    name: "restore",
    takes: [cluster, { name: "backup", kind: "word" }],
    flags: ["existing", "accept"],
    load: async () => (await import("../cluster/restore")).restore,
  }),
  looks({
    name: "backups",
    takes: [cluster],
    flags: [],
    load: async () => (await import("../cluster/backups")).backups,
  }),
  changes({
    name: "meet",
    takes: [cluster, { name: "newcomer", kind: "address" }],
    flags: [],
    load: async () => (await import("../cluster/meet")).meet,
  }),
  changes({
    name: "forget",
    takes: [cluster, { name: "node", kind: "node" }],
    flags: [],
    load: async () => (await import("../cluster/forget")).forget,
  }),
  changes({
    name: "add-slots",
    takes: [cluster, { name: "node", kind: "node" }, slots],
    flags: [],
    load: async () => (await import("../cluster/add-slots")).addSlots,
  }),
  changes({
    name: "del-slots",
    takes: [cluster, slots],
    flags: [],
    load: async () => (await import("../cluster/del-slots")).delSlots,
  }),
  changes({
    name: "set-slot-stable",
    takes: [cluster, slots],
    flags: [],
    load: async () => (await import("../cluster/set-slot-stable")).setSlotStable,
  }),
  changes({
    name: "import",
    takes: [cluster],
    flags: [
      ...(["cluster-from", "cluster-copy", "cluster-replace", "cluster-timeout", "cluster-pipeline"] as const),
      ...sourceLogin,
      ...(["from-sentinel", "from-name", "follow", "cut-over", "db", "other-databases", "present"] as const),
    ],
    load: async () => (await import("../cluster/import")).importKeys,
  }),
  looks({
    name: "cut-over",
    takes: [cluster, { name: "operation", kind: "word", optional: true }],
    flags: [],
    load: async () => (await import("../cluster/cut-over")).cutOver,
  }),
  looks({
    name: "operations",
    takes: [{ ...cluster, optional: true }],
    flags: [],
    load: async () => (await import("../cluster/operations")).operations,
  }),
  looks({
    name: "resume",
    takes: [cluster, { name: "operation", kind: "word", optional: true }],
    flags: ["settle", ...sourceLogin],
    load: async () => (await import("../cluster/resume")).resume,
  }),
  looks({
    name: "cancel",
    takes: [cluster, { name: "operation", kind: "word", optional: true }],
    flags: [],
    load: async () => (await import("../cluster/cancel")).cancel,
  }),

  onNodes({
    name: "prepare",
    takes: [],
    flags: ["count", "port", "node-timeout", "no-start"],
    load: async () => (await import("../node/prepare")).prepare,
  }),
  ...(["start", "stop", "restart", "kill"] as const).map((name) =>
    onNodes({
      name,
      takes: [{ name: "nodes", kind: "node", many: true }],
      flags: [],
      load: async () => (await import("../node/act")).act,
    }),
  ),
  onNodes({ name: "ps", takes: [], flags: [], load: async () => (await import("../node/ps")).ps }),
  onNodes({
    name: "status",
    takes: [{ name: "nodes", kind: "node", many: true, optional: true }],
    flags: [],
    load: async () => (await import("../node/ps")).status,
  }),
  {
    room: "node",
    name: "tail",
    takes: [{ name: "nodes", kind: "node", many: true }],
    flags: ["lines", "follow"],
    load: async () => (await import("../node/tail")).tail,
  },
  {
    room: "node",
    name: "login",
    takes: [{ name: "node", kind: "node" }],
    flags: [],
    load: async () => (await import("../node/login")).login,
  },

  onSandbox({ name: "up", takes: [], flags: [], load: async () => (await import("../node/sandbox")).up }),
  onSandbox({ name: "down", takes: [], flags: [], load: async () => (await import("../node/sandbox")).down }),
  onSandbox({ name: "status", takes: [], flags: [], load: async () => (await import("../node/sandbox")).state }),
  onSandbox({
    name: "fill",
    takes: [],
    flags: ["count"],
    load: async () => (await import("../node/sandbox-data")).fill,
  }),
  onSandbox({
    name: "clean",
    takes: [],
    flags: ["cluster-yes"],
    load: async () => (await import("../node/sandbox-data")).clean,
  }),
  {
    room: "sandbox",
    name: "tail",
    takes: [],
    flags: ["lines", "follow"],
    load: async () => (await import("../node/sandbox")).tailAll,
  },
] as const satisfies readonly VerbRow[];

export const allVerbs: readonly VerbRow[] = verbs;
