import { formatAge, formatBytes, formatCount, plural, THIN } from "@/lib/format";

export const overview = {
  title: (name: string) => `Overview of ${name}`,
  unreachable: "This cluster could not be read",
  again: "Try again",
  waiting: {
    title: "Reading the cluster for the first time",
    text: "Every node is asked what it believes. This takes as long as the slowest of them.",
  },
  notFoundHint: "It may have been disconnected.",
  state: {
    ok: "All 16\u202f384 slots are served.",
    okMore: (primaries: number, replicas: number) =>
      `${plural(primaries, "primary", "primaries")} and ${plural(replicas, "replica", "replicas")} answer and agree.`,
    okDiffer: (agree: number, answering: number) =>
      `${formatCount(agree)} of ${plural(answering, "view agrees", "views agree")} so far.`,
    degraded: "All slots are served, but something is not as it should be.",
    unknown: "No node answers this console.",
    unknownMore: "What is shown is the last picture. Clients may see it differently.",
  },
  trouble: {
    partly: "Down in part",
    down: "Down",
    unsure: "Primary silent",
    maybe: (slots: number) => `${plural(slots, "slot may have", "slots may have")} no primary`,
    since: (time: string) => `since ${time}`,
    headline: (slots: number) => `${plural(slots, "slot has", "slots have")} no primary`,
    unowned: (slots: number) => `${plural(slots, "slot has", "slots have")} no owner`,
    refusing: "Most primaries refuse commands",
    refusingText: "They say cluster_state:fail. Clients get CLUSTERDOWN, whatever slot they ask for.",
    shard: (index: number, address: string) => `Shard ${index}: ${address} is silent.`,
    failed: (index: number, address: string) => `Shard ${index}: the others call ${address} failed.`,
    noReplica: "It has no replica, so nobody can take its place.",
    replicasSilent: (n: number) =>
      n === 1 ? "Its only replica is silent too." : `Its ${formatCount(n)} replicas are silent too.`,
    heirs: (n: number) =>
      n === 1
        ? "One replica answers and could take its place."
        : `${formatCount(n)} replicas answer and could take its place.`,
    wait: (time: string) => `Nothing to click yet. A replica should take over by itself before ${time}.`,
    noWay: "Bring the node or one of its replicas back: there is nothing else to give its keys back.",
    start: (address: string) => `Start ${address} again…`,
    startLoses: "loses nothing, if its disk is whole",
    failover: (address: string) => `Force failover to ${address}…`,
    failoverLosesKnown: (bytes: number) =>
      bytes === 0
        ? "was in sync; loses what it has not received since"
        : `loses at least the ${formatBytes(bytes)} it was behind`,
    failoverLosesUnknown: "loses what it had not received; how much is not known",
    planFirst: "Each shows first what it would do.",
  },
  serving: (serving: number, all: number) =>
    `${formatCount(serving)} of ${plural(all, "shard serves", "shards serve")}`,
  figures: {
    title: "Key figures",
    ops: "ops/s",
    keys: "keys",
    memory: "memory",
    memoryOf: (max: string) => `of ${max}`,
    clients: "clients",
    network: "in / out each second",
    hits: "hits since start",
    noReads: "hits, no reads yet",
    without: (n: number) => `without ${plural(n, "silent node", "silent nodes")}`,
  },
  shards: {
    title: "Shards",
    all: "Open topology",
    empty: "No node of this cluster owns slots. Create it from these nodes, or give it slots by resharding.",
    slots: (n: number) => plural(n, "slot", "slots"),
    keys: "keys",
    ops: "ops/s",
    memory: "memory",
    primary: "Primary",
    replicas: "Replicas",
    shard: "Shard",
    slotsHead: "Slots",
    noReplica: "no replica",
    behind: (lag: string) => `${lag} behind`,
    linkDown: "link down",
    silentFor: (age: string) => `silent for ${age}`,
    failed: "FAIL",
    more: (n: number) => `and ${plural(n, "more shard", "more shards")}`,
  },
  findings: {
    title: "What we see",
    count: (n: number) => plural(n, "finding", "findings"),
    none: "Nothing to report. All checks pass.",
    since: (age: string) => age,
    risk: "Risk",
    mend: "What to do",
    byHand: "By hand",
    open: (verb: string) => `${verb}…`,
    copyLabel: "Copy the command",
    severity: { bad: "problem", warn: "warning", note: "note" },
  },
  operation: {
    title: (id: number) => `Operation ${id}`,
    open: "Open",
    moved: (done: number, all: number) => `${formatCount(done)} of ${plural(all, "slot", "slots")}`,
    progress: "Slots moved",
    openSlots: (n: number) => plural(n, "slot open", "slots open"),
    noOpen: "no slot open",
    steps: (done: number, all: number) => `${formatCount(done)} of ${plural(all, "step", "steps")} done`,
  },
  changes: {
    title: "Lately",
    none: "Nothing has changed since the console began to watch.",
    ago: (ms: number) => `${formatAge(ms)} ago`,
  },
  unit: { perSecond: `${THIN}/s` },
} as const;
