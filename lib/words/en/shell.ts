import { formatCount, plural, THIN } from "@/lib/format";

const verbs = {
  create: "Create",
  reshard: "Reshard",
  rebalance: "Rebalance",
  "add-node": "Add node",
  "remove-node": "Remove node",
  "scale-out": "Scale out",
  "scale-in": "Scale in",
  drain: "Drain",
  failover: "Fail over",
  replicate: "Re-parent",
  fix: "Repair slots",
  config: "Settings",
  "set-timeout": "Node timeout",
  call: "Call",
  meet: "Meet",
  forget: "Forget",
  "add-slots": "Add slots",
  "del-slots": "Delete slots",
  "set-slot-stable": "Close slots",
  backup: "Back up",
  restore: "Restore",
  "rolling-restart": "Restart",
  "rolling-config": "Settings",
  "rolling-upgrade": "Upgrade",
  maintenance: "Maintenance",
  drill: "Drill",
  decommission: "Decommission",
  "stop-cluster": "Stop",
  "start-cluster": "Start",
  import: "Import",
} as const;

const operationStates = {
  scheduled: "scheduled",
  planned: "planned",
  running: "running",
  pausing: "pausing",
  paused: "paused",
  cancelling: "cancelling",
  interrupted: "interrupted",
  proving: "proving",
  succeeded: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
} as const;

export const shell = {
  product: "Shardboard",
  what: "An operations console for Redis Cluster and Valkey Cluster",
  navigation: "Screens",
  home: "All clusters",
  allClusters: "All clusters",
  settings: "Settings",
  settingsOf: (name: string) => `Settings of ${name}`,
  skip: "To the content",
  screens: {
    clusters: "Clusters",
    overview: "Overview",
    slots: "Slots",
    topology: "Topology",
    nodes: "Nodes",
    operations: "Operations",
  },
  roles: { primary: "primary", replica: "replica" },
  shard: (index: number) => `Shard ${index}`,
  close: "Close",
  cancel: "Cancel",
  copy: "Copy",
  copied: "Copied",
  less: "Less",
  more: "More",
  environments: { production: "production", staging: "staging", sandbox: "sandbox" },
  environmentBand: (name: string) => `Environment: ${name}`,
  engines: { redis: "Redis", valkey: "Valkey", shardboard: "Embedded" },
  states: {
    ok: "ok",
    degraded: "degraded",
    down: "down",
    partly: "down in part",
    unknown: "not known",
  },
  primariesLost: (n: number) => (n === 1 ? "1 primary lost" : `${formatCount(n)} primaries lost`),
  facts: {
    covered: "slots covered",
    served: "slots served",
    epoch: "epoch",
    ofViews: (agree: number, answering: number) => `${formatCount(agree)} of ${formatCount(answering)}`,
    agree: "views agree",
  },
  operation: {
    verbs,
    states: operationStates,
    chip: (id: number, state: keyof typeof operationStates, openSlots: number) => {
      const open = openSlots > 0 ? `, ${plural(openSlots, "slot", "slots")} open` : "";
      return state === "running" ? `Operation ${id}${open}` : `Operation ${id} ${operationStates[state]}${open}`;
    },
    title: (verb: string, state: keyof typeof operationStates) => `${verb}, ${operationStates[state]}`,
  },
  live: {
    waiting: () => "waiting",
    live: (age: string | undefined) => `live, ${age} ago`,
    quiet: (age: string | undefined) => `silent for ${age}`,
    lost: (age: string | undefined) => (age ? `reconnecting, ${age} old` : "reconnecting"),
  },
  stale: {
    lost: (age: string) =>
      `The console has not answered for ${age}. What you see is as it was then; it comes back by itself.`,
    quiet: (age: string) => `Nothing new from this cluster for ${age}. What you see is as it was then.`,
  },
  theme: {
    dark: "Dark",
    light: "Light",
    switchTo: (theme: string) => `Switch to ${theme.toLowerCase()}`,
  },
  user: {
    initials: (name: string) => name.slice(0, 2).toLowerCase(),
    roles: { viewer: "viewer", operator: "operator", admin: "admin" },
    mayDo: {
      viewer: "May look, may not touch",
      operator: "May plan and run operations",
      admin: "May do everything",
    },
    idle: "Half an hour without an act: rights are down to viewer. Sign in again to have them back.",
    signInAgain: "Sign in again",
    signOut: "Sign out",
  },
  palette: {
    open: "Search and commands",
    short: "Key, slot, node, verb",
    placeholder: "Key, slot, node, screen or verb",
    shortcut: "⌘K",
    nothing: "Nothing fits. A key, a slot number, an address or a verb can be typed here.",
    onTheMap: "On the slot map",
    slot: (slot: number) => `slot ${formatCount(slot)}`,
    ranges: "ranges",
    screens: "Screens",
    nodes: "Nodes",
    wizards: "Wizards",
    wizard: (verb: string) => `${verb}…`,
    connect: "Connect a cluster…",
  },
  footer: {
    members: (known: number, answering: number) =>
      `${plural(known, "member", "members")} known, ${formatCount(answering)} answer`,
    nodeTimeout: (ms: number) => `cluster-node-timeout ${formatCount(ms)}${THIN}ms`,
    heartbeat: `heartbeat 1${THIN}s`,
    sweep: (age: string) => `full sweep ${age} ago`,
    version: (version: string) => `Shardboard ${version}`,
  },
  login: {
    title: "Sign in",
    heading: "Sign in to Shardboard",
    text: "Open the one-time link that the console printed when it started, or paste it here.",
    signing: "Signing in…",
    link: "One-time link or token",
    linkHint: "It works once and expires.",
    placeholder: "http://127.0.0.1:3000/login#…",
    signIn: "Sign in",
    refused:
      "This link was used already or has expired. Start the console again with npm start for a new one, or ask an admin for an invitation.",
    how: "The token stays in the part of the address that browsers do not send, and is removed from it at once.",
  },
  broken: {
    title: "This page stopped working",
    text: "The console itself goes on, and nothing that runs was touched. Try the page again; if it stops again, look at the browser's console.",
    again: "Try again",
    home: "All clusters",
  },
  notFound: {
    title: "There is nothing at this address",
    text: "The cluster, node or operation may have been removed, or the address was cut short.",
    home: "All clusters",
  },
  api: {
    silent: "The console does not answer. It may be restarting; this page goes on by itself when it is back.",
    failed: (status: number) => `The console answered with status ${status} and no reason.`,
    unreadable: (url: string) =>
      `The console's answer to ${url} could not be read. Reload the page: it may be older than the console.`,
    unexpected: "Something went wrong in this page. Reload it; if it comes again, look at the console's log.",
  },
  ribbon: {
    none: (index: number | undefined) => (index === undefined ? "no owner" : `${index} none`),
    silent: (index: number) => `${index} silent`,
    twin: (parts: readonly { readonly kind: string; readonly index: number | undefined; readonly ranges: string }[]) =>
      `Slots by owner. ${parts
        .map(({ kind, index, ranges }) => {
          if (index === undefined) return `Nobody owns ${ranges}`;
          return kind === "owned" ? `Shard ${index}: ${ranges}` : `Shard ${index}, not served: ${ranges}`;
        })
        .join(". ")}.`,
  },
} as const;
